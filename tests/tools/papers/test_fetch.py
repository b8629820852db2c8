"""A paper is fetched from arXiv or from disk, read, kept, and found again; whatever goes wrong says what to do."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from paper_implementer.tools.errors import (
    BadReference,
    NotFound,
    RefusedForSafety,
    TooLarge,
    Unreachable,
    Unreadable,
)
from paper_implementer.tools.papers import fetch, parsing
from paper_implementer.tools.papers.fetch import fetch_paper
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.paper import Paper
from paper_implementer.tools.papers.sources.material import COMPANION
from tests.support import packing
from tests.support.arxiv_server import ArxivServer, Fault, Version

pytestmark = pytest.mark.anyio

PRINTED = packing.pdf(
    "Small Steps in Attention\n\n1 Method\n\nWe scale the scores by the width of a head:",
    "1.1 Training\n\nWe train with Adam and a learning rate of 10-4.\n\n2 Results\n\nIt works [1].",
)
"""What the LaTeX paper would look like in print, more or less."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def text_of(paper: Paper) -> str:
    return "\n".join(filter(None, (part for b in paper.blocks for part in (b.title, b.text, b.latex))))


def kinds(paper: Paper) -> set[str]:
    return {w.kind for w in paper.warnings}


def left_over(library: Library) -> list[Path]:
    return list((library.home / "tmp").iterdir())


class TestArxiv:
    async def test_the_source_is_read_and_metadata_comes_from_the_api(
        self, arxiv: ArxivServer, library: Library
    ) -> None:
        arxiv.add(title="A Title\n  On two lines", abstract="We take <small> steps & more.")
        paper = await fetch_paper("1706.03762", library)
        assert (paper.id, paper.source_format, paper.year, paper.venue) == ("1706.03762v2", "latex", 2017, "arXiv")
        assert paper.title == "A Title On two lines"
        assert paper.authors == ["Ada Example", "Ben Sample"]
        assert paper.abstract == "We take <small> steps & more."
        assert "learning rate" in text_of(paper)
        assert {"main.tex", "plot.png", COMPANION} == set(library.files(paper.id))
        assert not arxiv.asked("/html")
        assert left_over(library) == []

    async def test_the_pdf_beside_gives_the_source_its_pages(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(versions={1: Version(source=packing.LATEX.encode(), pdf=PRINTED)})
        paper = await fetch_paper("1706.03762", library)
        assert (paper.source_format, paper.pages) == ("latex", 2)
        pages = {b.text.split()[1]: b.page for b in paper.of_kind("paragraph")}
        assert (pages["scale"], pages["train"]) == (1, 2)
        assert not kinds(paper)

    async def test_a_pdf_that_cannot_be_had_costs_the_pages_only(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(versions={1: Version(source=packing.LATEX.encode())})
        paper = await fetch_paper("1706.03762", library)
        assert "learning rate" in text_of(paper)
        assert paper.pages is None
        assert kinds(paper) == {"pdf_unavailable"}

    async def test_a_pdf_that_cannot_be_read_costs_the_pages_only(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(versions={1: Version(source=packing.LATEX.encode(), pdf=b"%PDF-1.5 and nothing else")})
        paper = await fetch_paper("1706.03762", library)
        assert "learning rate" in text_of(paper)
        assert kinds(paper) == {"pdf_unread"}

    async def test_pages_outlive_a_new_reading(
        self, arxiv: ArxivServer, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arxiv.add(versions={1: Version(source=packing.LATEX.encode(), pdf=PRINTED)})
        before = await fetch_paper("1706.03762v1", library)
        monkeypatch.setattr(fetch, "parser_version", lambda source_format: "another")
        assert await fetch_paper("1706.03762v1", library) == before

    async def test_a_second_fetch_needs_no_network(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        first = await fetch_paper("1706.03762", library)
        seen = len(arxiv.requests)
        for reference in ("1706.03762", "https://arxiv.org/abs/1706.03762", "1706.03762v2"):
            assert await fetch_paper(reference, library) == first
        assert len(arxiv.requests) == seen

    async def test_versions_are_papers_of_their_own(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        newest = await fetch_paper("arXiv:1706.03762", library)
        first = await fetch_paper("1706.03762v1", library)
        assert (newest.id, first.id) == ("1706.03762v2", "1706.03762v1")
        assert {card.id for card in library.all()} == {"1706.03762v1", "1706.03762v2"}

    async def test_refresh_finds_a_newer_version(self, arxiv: ArxivServer, library: Library) -> None:
        there = arxiv.add()
        await fetch_paper("1706.03762", library)
        there.versions[3] = Version(source=gzip.compress(packing.LATEX.replace("Method", "Approach").encode()))
        assert (await fetch_paper("1706.03762", library)).id == "1706.03762v2"
        assert (await fetch_paper("1706.03762", library, refresh=True)).id == "1706.03762v3"
        assert (await fetch_paper("1706.03762", library)).id == "1706.03762v3"

    async def test_an_old_style_id_becomes_one_path_segment(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add("hep-th/9901001")
        paper = await fetch_paper("hep-th/9901001", library)
        assert paper.id == "hep-th9901001v2"
        assert await fetch_paper(paper.id, library) == paper

    @pytest.mark.parametrize("encoding", [None, "x-gzip"])
    async def test_a_gzip_of_a_single_tex_file(
        self, arxiv: ArxivServer, library: Library, encoding: str | None
    ) -> None:
        headers = {"Content-Type": "application/x-eprint"} | ({"Content-Encoding": encoding} if encoding else {})
        arxiv.add(versions={1: Version(source=gzip.compress(packing.LATEX.encode()), source_headers=headers)})
        paper = await fetch_paper("1706.03762", library)
        assert paper.source_format == "latex"
        assert set(library.files(paper.id)) == {"paper.tex"}

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("00README.json", b'{"sources": [{"filename": "b.tex", "usage": "toplevel"}]}'),
            ("00README.XXX", b"a.tex ignore\nb.tex toplevelfile\n"),
        ],
    )
    async def test_the_main_file_that_the_authors_named(
        self, arxiv: ArxivServer, library: Library, name: str, content: bytes
    ) -> None:
        other = packing.LATEX.replace("learning rate", "different story")
        source = packing.tar_gz({"main.tex": other.encode(), "b.tex": packing.LATEX.encode(), name: content})
        arxiv.add(versions={1: Version(source=source)})
        assert "learning rate" in text_of(await fetch_paper("1706.03762", library))

    @pytest.mark.parametrize("pack", [bytes, gzip.compress])
    async def test_a_source_that_is_a_pdf(
        self, arxiv: ArxivServer, library: Library, pack: Callable[[bytes], bytes]
    ) -> None:
        arxiv.add(versions={1: Version(source=pack(packing.pdf()), source_headers={"Content-Type": "application/pdf"})})
        paper = await fetch_paper("1706.03762", library)
        assert (paper.source_format, paper.pages) == ("pdf", 1)
        assert len(arxiv.asked("/e-print")) == 1
        assert not arxiv.asked("/pdf")

    async def test_html_where_there_is_no_source(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(versions={1: Version(html=packing.HTML, pdf=packing.pdf())})
        paper = await fetch_paper("1706.03762", library)
        assert paper.source_format == "html"
        assert "learning rate" in text_of(paper)

    async def test_the_pdf_where_there_is_nothing_else(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(versions={1: Version(pdf=packing.pdf())})
        paper = await fetch_paper("1706.03762", library)
        assert paper.source_format == "pdf"
        assert "learning rate" in text_of(paper)

    @pytest.mark.parametrize(
        "source",
        [
            b"%!PS-Adobe-2.0 postscript",
            gzip.compress(b"\\def\\x{no document here}"),
            packing.tar_gz({"main.tex": packing.LATEX.encode()})[:-60],
            packing.tar_gz({"../main.tex": packing.LATEX.encode()}),
            packing.tar_gz({"main.tex": packing.link("main.tex", "/etc/passwd")}),
        ],
        ids=["postscript", "no document", "truncated", "leads out", "link"],
    )
    async def test_a_source_that_cannot_be_read_is_replaced_with_a_warning(
        self, arxiv: ArxivServer, library: Library, source: bytes
    ) -> None:
        arxiv.add(versions={1: Version(source=source, pdf=packing.pdf())})
        paper = await fetch_paper("1706.03762", library)
        assert paper.source_format == "pdf"
        assert "fallback" in kinds(paper)

    async def test_a_pdf_that_is_an_error_page(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(versions={1: Version(pdf=b"<html><body>Please log in</body></html>")})
        with pytest.raises(Unreadable, match="not a PDF"):
            await fetch_paper("1706.03762", library)
        assert library.all() == []

    async def test_an_unknown_id(self, arxiv: ArxivServer, library: Library) -> None:
        with pytest.raises(NotFound, match=r"arXiv has no paper 1706\.00001"):
            await fetch_paper("1706.00001", library)

    async def test_an_unknown_version(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        with pytest.raises(NotFound, match="v9"):
            await fetch_paper("1706.03762v9", library)

    async def test_an_error_in_the_shape_of_an_entry(self, arxiv: ArxivServer, library: Library) -> None:
        feed = (
            b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>https://arxiv.org/api/errors#bad</id>"
            b"<title>Error</title><summary>incorrect id format</summary></entry></feed>"
        )
        arxiv.fail("/api", Fault(status=200, body=feed))
        with pytest.raises(NotFound, match="incorrect id format"):
            await fetch_paper("1706.03762", library)

    async def test_a_withdrawn_paper_of_which_a_notice_is_left(self, arxiv: ArxivServer, library: Library) -> None:
        stub = Version(source=gzip.compress(packing.WITHDRAWN_STUB))
        arxiv.add(versions={1: Version(pdf=packing.pdf()), 2: stub})
        with pytest.raises(NotFound, match="withdrawn") as caught:
            await fetch_paper("1706.03762", library)
        assert "1706.03762v1" in caught.value.hint

    async def test_a_withdrawn_paper_of_which_nothing_is_left(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(comment="This paper has been withdrawn by the authors due to an error", versions={2: Version()})
        with pytest.raises(NotFound, match="due to an error"):
            await fetch_paper("1706.03762", library)

    async def test_a_paper_about_withdrawing_is_not_withdrawn(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add(abstract="The drug was withdrawn from the market. This paper asks why.")
        assert "withdrawn" not in kinds(await fetch_paper("1706.03762", library))

    async def test_the_paper_is_read_even_when_the_api_is_down(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        arxiv.fail("/api", Fault(status=400))
        paper = await fetch_paper("1706.03762", library)
        assert paper.id == "1706.03762v2"
        assert paper.title == "Small Steps in Attention"
        assert kinds(paper) == {"metadata_unavailable"}

    async def test_too_many_requests(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        arxiv.fail("/e-print", Fault(status=429, headers={"Retry-After": "1"}))
        assert (await fetch_paper("1706.03762", library)).source_format == "latex"

    async def test_a_transfer_that_is_cut_in_the_middle(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        arxiv.fail("/e-print", Fault(cut_after=200))
        assert (await fetch_paper("1706.03762", library)).source_format == "latex"
        assert arxiv.asked("/e-print")[1].headers["Range"] == "bytes=200-"

    async def test_a_redirect_into_the_private_network(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        inward = Fault(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})
        arxiv.fail("/e-print", inward)
        arxiv.fail("/html", inward)
        arxiv.fail("/pdf", inward)
        with pytest.raises(RefusedForSafety, match=r"169\.254\.169\.254"):
            await fetch_paper("1706.03762", library)

    async def test_without_network_the_newest_version_of_the_library_will_do(
        self, arxiv: ArxivServer, library: Library
    ) -> None:
        arxiv.add()
        for version in (2, 1):
            await fetch_paper(f"1706.03762v{version}", library)
        arxiv.fail("/", *[Fault(status=403)] * 9)
        paper = await fetch_paper("1706.03762", library)
        assert paper.id == "1706.03762v2"
        assert "maybe_outdated" in kinds(paper)
        assert "maybe_outdated" not in kinds(await fetch_paper("1706.03762v2", library))
        with pytest.raises(Unreachable):
            await fetch_paper("1706.03762", library, refresh=True)

    async def test_a_host_that_is_down(self, arxiv: ArxivServer, library: Library) -> None:
        arxiv.add()
        await fetch_paper("1706.03762", library)
        arxiv.fail("/", *[Fault(status=403)] * 9)
        with pytest.raises(Unreachable):
            await fetch_paper("1706.03762", library, refresh=True)
        assert (await fetch_paper("1706.03762", library)).id == "1706.03762v2"
        assert left_over(library) == []


class TestLocal:
    async def test_a_pdf(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "Small Steps.pdf").write_bytes(packing.pdf())
        paper = await fetch_paper(str(tmp_path / "Small Steps.pdf"), library)
        assert paper.source_format == "pdf"
        assert paper.id.startswith("small-steps-")
        assert "learning rate" in text_of(paper)

    async def test_a_pdf_whose_beginning_is_damaged(self, library: Library, tmp_path: Path) -> None:
        data = packing.pdf()
        (tmp_path / "p.pdf").write_bytes(bytes(40) + data[40:])
        assert "learning rate" in text_of(await fetch_paper(str(tmp_path / "p.pdf"), library))

    async def test_the_id_finds_the_paper_when_the_file_has_gone(self, library: Library, tmp_path: Path) -> None:
        path = tmp_path / "p.pdf"
        path.write_bytes(packing.pdf())
        paper = await fetch_paper(str(path), library)
        path.unlink()
        assert await fetch_paper(paper.id, library) == paper

    async def test_a_copy_elsewhere_is_the_same_paper_and_a_changed_file_another(
        self, library: Library, tmp_path: Path
    ) -> None:
        first, second = tmp_path / "one.pdf", tmp_path / "two.pdf"
        first.write_bytes(packing.pdf())
        shutil.copy(first, second)
        paper = await fetch_paper(str(first), library)
        assert (await fetch_paper(str(second), library)).id == paper.id
        second.write_bytes(packing.pdf("Another paper altogether"))
        assert (await fetch_paper(str(second), library)).id != paper.id

    async def test_a_file_that_says_nothing_is_named_after_its_folder(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "Great Work").mkdir()
        (tmp_path / "Great Work" / "paper.pdf").write_bytes(packing.pdf())
        assert (await fetch_paper(str(tmp_path / "Great Work" / "paper.pdf"), library)).id.startswith("great-work-")

    async def test_a_latex_folder(self, library: Library, tmp_path: Path) -> None:
        paper = await fetch_paper(str(packing.latex_folder(tmp_path / "steps")), library)
        assert (paper.source_format, paper.title) == ("latex", "Small Steps in Attention")
        assert paper.pages is None

    async def test_a_folder_with_the_source_somewhere_below_and_a_pdf_beside(
        self, library: Library, tmp_path: Path
    ) -> None:
        packing.latex_folder(tmp_path / "steps" / "source")
        (tmp_path / "steps" / "paper.pdf").write_bytes(packing.pdf())
        assert (await fetch_paper(str(tmp_path / "steps"), library)).source_format == "latex"

    async def test_a_folder_with_a_single_pdf(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "steps").mkdir()
        (tmp_path / "steps" / "a.pdf").write_bytes(packing.pdf())
        assert (await fetch_paper(str(tmp_path / "steps"), library)).source_format == "pdf"
        (tmp_path / "steps" / "b.pdf").write_bytes(packing.pdf())
        with pytest.raises(BadReference, match="2"):
            await fetch_paper(str(tmp_path / "steps"), library)

    async def test_a_pdf_beside_the_source_gives_it_its_pages(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "main.tex").write_text(packing.LATEX)
        without = await fetch_paper(str(tmp_path), library)
        (tmp_path / "plot.pdf").write_bytes(packing.pdf("a figure"))
        assert (await fetch_paper(str(tmp_path), library)).pages is None
        (tmp_path / "main.pdf").write_bytes(PRINTED)
        paper = await fetch_paper(str(tmp_path), library)
        assert (without.pages, paper.pages) == (None, 2)
        assert paper.id == without.id
        assert (await fetch_paper(str(tmp_path / "main.tex"), library)).pages == 2

    async def test_a_tex_file(self, library: Library, tmp_path: Path) -> None:
        packing.latex_folder(tmp_path / "steps")
        assert (await fetch_paper(str(tmp_path / "steps" / "main.tex"), library)).title == "Small Steps in Attention"

    @pytest.mark.parametrize(
        ("name", "pack"), [("s.tar.gz", packing.tar_gz), ("s.tgz", packing.tar_gz), ("s.zip", packing.zipped)]
    )
    async def test_an_archive(self, library: Library, tmp_path: Path, name: str, pack: Callable[[Any], bytes]) -> None:
        (tmp_path / name).write_bytes(pack({"paper/main.tex": packing.LATEX.encode()}))
        paper = await fetch_paper(str(tmp_path / name), library)
        assert paper.source_format == "latex"
        assert left_over(library) == []

    async def test_a_source_that_is_not_utf8(self, library: Library, tmp_path: Path) -> None:
        latin = (
            packing.LATEX.replace("Ada Example", "Zoë Müller").replace("We train", "Naïvely we train").encode("latin-1")
        )
        (tmp_path / "main.tex").write_bytes(latin)
        paper = await fetch_paper(str(tmp_path / "main.tex"), library)
        assert "Naïvely we train" in text_of(paper)

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("a.pdf", b"", "empty"),
            ("a.pdf", b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
            ("a.pdf", b"\x89PNG\r\n\x1a\n", "not a PDF"),
            ("a.tex", b"", "empty"),
            ("a.tex", b"just words", "document"),
            ("a.zip", b"PK\x03\x04 and no more", "damaged"),
            ("a.tar.gz", b"\x1f\x8b\x08 and no more", "damaged"),
            ("a.zip", packing.zipped({"notes.txt": b"no paper"}), "no LaTeX"),
            ("a.bin", b"\x00\x01\x02", "no PDF"),
        ],
    )
    async def test_what_is_not_what_its_name_says(
        self, library: Library, tmp_path: Path, name: str, content: bytes, says: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Unreadable, match=says) as caught:
            await fetch_paper(str(tmp_path / name), library)
        assert caught.value.hint
        assert library.all() == []
        assert left_over(library) == []

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (packing.pdf("secret", encryption=4, user_pw="u", owner_pw="o"), r"encrypted|password"),
            (packing.pdf()[:300], r"damaged|no pages|cannot be opened|truncated"),
            (packing.pdf(""), "no text"),
            (b"%PDF-1.7\n" + bytes(5000), r"damaged|no pages|cannot be opened|truncated"),
        ],
        ids=["encrypted", "truncated", "without text", "zeros"],
    )
    async def test_a_pdf_that_cannot_be_read(self, library: Library, tmp_path: Path, content: bytes, says: str) -> None:
        (tmp_path / "a.pdf").write_bytes(content)
        with pytest.raises(Unreadable, match=says) as caught:
            await fetch_paper(str(tmp_path / "a.pdf"), library)
        assert caught.value.hint
        assert library.all() == []

    @pytest.mark.parametrize(
        ("member", "error"),
        [
            ({"../x.tex": b"x"}, RefusedForSafety),
            ({"x.tex": packing.link("x.tex", "/etc/passwd")}, RefusedForSafety),
            ({"x.tex": bytes(80 << 20)}, TooLarge),
        ],
    )
    async def test_a_hostile_archive(
        self, library: Library, tmp_path: Path, member: dict[str, bytes], error: type[Exception]
    ) -> None:
        (tmp_path / "a.tar.gz").write_bytes(packing.tar_gz({"main.tex": packing.LATEX.encode(), **member}))
        with pytest.raises(error):
            await fetch_paper(str(tmp_path / "a.tar.gz"), library)
        assert left_over(library) == []

    async def test_pictures_of_the_paper_are_kept_and_its_neighbours_are_not(
        self, library: Library, tmp_path: Path
    ) -> None:
        packing.latex_folder(tmp_path / "steps")
        for name in ("holiday.jpg", ".secret.tex", "thesis.pdf", "data.parquet"):
            (tmp_path / "steps" / name).write_bytes(b"private")
        paper = await fetch_paper(str(tmp_path / "steps"), library)
        assert set(library.files(paper.id)) == {"main.tex", "plot.png"}
        assert [b.image for b in paper.of_kind("figure")] == ["plot.png"]

    async def test_an_empty_folder(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "void").mkdir()
        with pytest.raises(Unreadable, match="no LaTeX source and no PDF"):
            await fetch_paper(str(tmp_path / "void"), library)

    async def test_an_id_that_the_library_does_not_have(self, library: Library) -> None:
        with pytest.raises(NotFound):
            await fetch_paper("small-steps-01234567", library)


class TestReadingOnce:
    async def test_a_paper_is_read_again_only_when_its_parser_has_changed(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = packing.latex_folder(tmp_path / "steps")
        paper = await fetch_paper(str(folder), library)
        before = library.origin(paper.id)
        await fetch_paper(str(folder), library)
        assert library.origin(paper.id) == before
        shutil.rmtree(folder)
        monkeypatch.setattr("paper_implementer.tools.papers.fetch.parser_version", lambda source_format: "next")
        assert (await fetch_paper(paper.id, library)).blocks == paper.blocks
        assert library.origin(paper.id).parser_version == "next"

    async def test_metadata_of_arxiv_outlives_a_new_reading(
        self, arxiv: ArxivServer, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arxiv.add(title="As arXiv has it")
        paper = await fetch_paper("1706.03762", library)
        monkeypatch.setattr("paper_implementer.tools.papers.fetch.parser_version", lambda source_format: "next")
        again = await fetch_paper("1706.03762", library)
        assert (again.id, again.title, again.year) == (paper.id, "As arXiv has it", 2017)

    async def test_the_source_of_an_arxiv_paper_on_disk_is_that_paper(
        self, arxiv: ArxivServer, library: Library, tmp_path: Path
    ) -> None:
        arxiv.add(title="As arXiv has it")
        paper = await fetch_paper("1706.03762", library)
        (tmp_path / "main.tex").write_text(packing.LATEX)
        for refresh in (False, True):
            local = await fetch_paper(str(tmp_path / "main.tex"), library, refresh=refresh)
            assert (local.id, local.title) == (paper.id, "As arXiv has it")

    def test_each_parser_has_a_version(self) -> None:
        assert parsing.parser_version("pdf") != parsing.parser_version("latex")


FETCH = """
import sys
from pathlib import Path
import anyio
from paper_implementer.tools.papers.fetch import fetch_paper
from paper_implementer.tools.papers.library import Library
print(anyio.run(fetch_paper, sys.argv[2], Library(Path(sys.argv[1]))).id)
"""


def fetching(library: Library, reference: str) -> subprocess.Popen[str]:
    """Another process that fetches a paper into the same library."""
    command = [sys.executable, "-c", FETCH, str(library.home), reference]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def test_two_processes_fetch_the_same_paper_and_share_one_queue(
    arxiv: ArxivServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    arxiv.add()
    monkeypatch.setenv("PAPER_IMPLEMENTER_ARXIV_INTERVAL_S", "0.5")
    both = [fetching(library, "1706.03762") for _ in range(2)]
    for process in both:
        with process:
            assert process.communicate(timeout=60)[0] == "1706.03762v2\n"
    paper = library.get("1706.03762v2")
    assert paper is not None
    assert "learning rate" in text_of(paper)
    assert left_over(library) == []
    times = [r.at for r in arxiv.requests]
    assert times[-1] - times[0] >= 0.5 * (len(times) - 1) - 0.4


async def test_a_fetch_that_is_cancelled_leaves_nothing(arxiv: ArxivServer, library: Library) -> None:
    arxiv.add()
    arxiv.fail("/e-print", Fault(silence_s=5))
    async with anyio.create_task_group() as group:
        group.start_soon(fetch_paper, "1706.03762", library)
        while not arxiv.asked("/e-print"):
            await anyio.sleep(0.01)
        assert left_over(library)
        group.cancel_scope.cancel()
    assert left_over(library) == []
    assert library.all() == []
    assert (await fetch_paper("1706.03762", library)).id == "1706.03762v2"


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX")
@pytest.mark.parametrize("path", ["/api", "/e-print"])
async def test_a_fetch_killed_in_the_middle_leaves_the_library_whole(
    arxiv: ArxivServer, library: Library, path: str
) -> None:
    arxiv.add()
    first = await fetch_paper("1706.03762v1", library)
    arxiv.fail(path, Fault(silence_s=30))
    seen = len(arxiv.requests)
    with fetching(library, "1706.03762v2") as victim:
        while not any(r.path.startswith(path) for r in arxiv.requests[seen:]):
            assert victim.poll() is None
            await anyio.sleep(0.01)
        victim.send_signal(signal.SIGKILL)
    again = Library(library.home)
    assert left_over(again) == []
    assert [card.id for card in again.all()] == ["1706.03762v1"]
    assert again.get("1706.03762v1") == first
    assert (await fetch_paper("1706.03762v2", again)).id == "1706.03762v2"
