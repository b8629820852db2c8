"""Scans without a text layer: read where Tesseract is installed, and told as recognised; named where it is not."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from paper_implementer.tools.papers.formats.pdf import parse, recognition
from paper_implementer.tools.papers.formats.pdf.recognition import language_data
from tests.support.typeset import Sheet, saved

SENTENCES = (
    "We train every model for one hundred epochs with stochastic gradient descent. ",
    "The learning rate is divided by ten when the error stops falling. ",
    "All results are averages over five runs with different seeds.",
)


def scan(tmp_path: Path) -> str:
    """A page of a paper as a picture, as a scanner without recognition writes it."""
    printed = pymupdf.open()
    sheet = Sheet(printed)
    sheet.heading("1 Experiments")
    sheet.paragraph("".join(SENTENCES))
    picture = printed[0].get_pixmap(dpi=200)
    document = pymupdf.open()
    page = document.new_page(width=printed[0].rect.width, height=printed[0].rect.height)
    page.insert_image(page.rect, pixmap=picture)
    return saved(document, tmp_path)


@pytest.mark.skipif(language_data() is None, reason="Tesseract's language data is not installed")
def test_the_text_of_a_scan_is_recognised_and_told_as_such(tmp_path: Path) -> None:
    paper = parse(scan(tmp_path))
    text = " ".join(block.text for block in paper.blocks)
    assert "divided by ten when the error stops falling" in text
    assert "averages over five runs" in text
    assert [warning.kind for warning in paper.warnings] == ["scan"]
    assert "recognised by a program" in paper.warnings[0].message
    assert "$" not in text


def test_without_language_data_the_scan_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "language_data", lambda: None)
    paper = parse(scan(tmp_path))
    assert [warning.kind for warning in paper.warnings] == ["scan"]
    assert "Install Tesseract" in paper.warnings[0].message


@pytest.mark.skipif(language_data() is None, reason="Tesseract's language data is not installed")
def test_recognising_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "SECONDS", 0.0)
    paper = parse(scan(tmp_path))
    assert any("was ended after" in warning.message for warning in paper.warnings)
