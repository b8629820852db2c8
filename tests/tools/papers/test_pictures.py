"""Figures and pages as pictures: real images, cut from real PDFs or drawn from the source's own files."""

from __future__ import annotations

import base64
from pathlib import Path

import pymupdf
import pytest

from paper_implementer.tools.errors import NotFound
from paper_implementer.tools.papers import pictures
from paper_implementer.tools.papers.fetch import fetch_paper
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.picture import Picture
from tests.support import packing

pytestmark = pytest.mark.anyio

WORDS = ("attention", "batching", "convolution", "dropout", "embedding", "fusion", "gating", "hashing")
RED = (220, 30, 30)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def pixels(picture: Picture) -> pymupdf.Pixmap:
    drawn = pymupdf.Pixmap(base64.b64decode(picture.data))
    assert (drawn.width, drawn.height) == (picture.width, picture.height)
    return drawn


def a_plot(width: int, height: int, kind: str) -> bytes:
    plot = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, width, height))
    plot.set_rect(plot.irect, RED)
    data: bytes = plot.tobytes(kind)
    return data


def a_source(folder: Path, plot: bytes) -> Path:
    folder.mkdir()
    (folder / "main.tex").write_text(packing.LATEX)
    (folder / "plot.png").write_bytes(plot)
    return folder


async def test_a_figure_of_a_source_is_its_own_picture(library: Library, tmp_path: Path) -> None:
    paper = await fetch_paper(str(a_source(tmp_path / "ink", a_plot(60, 40, "png"))), library)
    found = await pictures.figure_pictures(paper, library, ["fig:1"])
    assert [p.id for p in found.pictures] == ["fig:1"]
    drawn = pixels(found.pictures[0])
    assert drawn.pixel(drawn.width // 2, drawn.height // 2) == RED


async def test_a_picture_of_any_size_is_shown_within_the_limits(library: Library, tmp_path: Path) -> None:
    paper = await fetch_paper(str(a_source(tmp_path / "ink", a_plot(6000, 5000, "png"))), library)
    picture = (await pictures.figure_pictures(paper, library, ["fig:1"])).pictures[0]
    assert picture.width * picture.height <= pictures.MAX_PIXELS * 1.01
    assert len(picture.data) <= pictures.MAX_BYTES * 4 / 3 + 4


async def test_a_figure_that_cannot_be_drawn_is_said_to_be_missing(library: Library, tmp_path: Path) -> None:
    paper = await fetch_paper(str(a_source(tmp_path / "ink", b"\x89PNG\r\n\x1a\n but damaged")), library)
    found = await pictures.figure_pictures(paper, library, ["fig:1"])
    assert found.pictures == []
    assert "fig:1 is not shown" in found.missing[0]


async def test_a_figure_of_a_pdf_is_cut_from_its_page(library: Library, tmp_path: Path) -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 60), "We draw what we measured in the figure below, over and over again.")
        page.draw_rect(pymupdf.Rect(150, 200, 400, 350), color=None, fill=(1, 0, 0))
        page.insert_text((150, 380), "Figure 1: A red field.")
        page.insert_text((72, 500), "After the figure there is more of the text, which has nothing to do with it.")
        document.save(tmp_path / "red.pdf")
    paper = await fetch_paper(str(tmp_path / "red.pdf"), library)
    picture = (await pictures.figure_pictures(paper, library, ["fig:1"])).pictures[0]
    drawn = pixels(picture)
    assert drawn.pixel(drawn.width // 2, drawn.height // 2) == (255, 0, 0)
    # 250 points wide and, with its caption, less than 200 high: nothing of the text around it.
    assert drawn.width / pictures.MAX_SCALE == pytest.approx(250, abs=20)
    assert drawn.height / pictures.MAX_SCALE < 200


async def test_pages_are_shown_whole(library: Library, tmp_path: Path) -> None:
    (tmp_path / "two.pdf").write_bytes(packing.pdf("The first page has words.", "The second page has others."))
    paper = await fetch_paper(str(tmp_path / "two.pdf"), library)
    found = await pictures.page_pictures(paper, library, [2, 1])
    assert [p.id for p in found.pictures] == ["page 2", "page 1"]
    sheet = pixels(found.pictures[0])
    assert sheet.height / sheet.width == pytest.approx(842 / 595, rel=0.02)
    with pytest.raises(NotFound, match="no page 3"):
        await pictures.page_pictures(paper, library, [3])


async def test_a_source_without_a_pdf_has_no_pages_to_show(library: Library, tmp_path: Path) -> None:
    paper = await fetch_paper(str(a_source(tmp_path / "ink", a_plot(60, 40, "png"))), library)
    with pytest.raises(NotFound, match="without a PDF"):
        await pictures.page_pictures(paper, library, [1])


async def test_many_pages_are_shown_in_parts(library: Library, tmp_path: Path) -> None:
    count = pictures.MAX_PICTURES + 2
    (tmp_path / "many.pdf").write_bytes(packing.pdf(*(f"{word.title()} comes on this page." for word in WORDS[:count])))
    paper = await fetch_paper(str(tmp_path / "many.pdf"), library)
    found = await pictures.page_pictures(paper, library, range(1, count + 1))
    assert len(found.pictures) == pictures.MAX_PICTURES
    assert found.missing
