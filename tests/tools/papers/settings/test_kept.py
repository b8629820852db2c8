"""Readings that are kept: used while paper and rules are the same, read anew when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.errors import NotFound
from paper_implementer.tools.papers.library import Library, Origin
from paper_implementer.tools.papers.paper import Block, Paper
from paper_implementer.tools.papers.settings import find
from paper_implementer.tools.papers.settings.kept import kept_reading
from paper_implementer.tools.papers.settings.result import Reading
from paper_implementer.tools.papers.stored import stored_settings


def _save(library: Library, text: str, content: str, paper_id: str = "p1", title: str = "A net") -> None:
    block = Block(id="par:1", kind="paragraph", text=text, page=1)
    paper = Paper(id=paper_id, title=title, source_format="pdf", blocks=[block])
    library.save(paper, {}, Origin(content, "parser1", "pdf"))


def _values(reading: Reading) -> list[object]:
    return [f.fact.value for f in reading.found]


def test_a_paper_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(tmp_path)
    _save(library, "We use a batch size of 48.", "a")
    first = kept_reading(library, "p1")
    assert _values(first) == [48]

    def again(paper: Paper) -> Reading:
        raise AssertionError("read a second time")

    monkeypatch.setattr(find, "read_settings", again)
    assert kept_reading(library, "p1") == first


def test_another_content_is_another_reading(tmp_path: Path) -> None:
    library = Library(tmp_path)
    _save(library, "We use a batch size of 48.", "a")
    kept_reading(library, "p1")
    _save(library, "We use a batch size of 64.", "b")
    assert _values(kept_reading(library, "p1")) == [64]


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    library = Library(tmp_path)
    _save(library, "We use a batch size of 48.", "a")
    kept_reading(library, "p1")
    (kept,) = (tmp_path / "settings").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    assert _values(kept_reading(library, "p1")) == [48]
    assert kept.read_bytes() == whole


def test_an_unknown_paper_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        kept_reading(Library(tmp_path), "nothing")


def test_the_library_resolves_what_a_paper_follows(tmp_path: Path) -> None:
    library = Library(tmp_path)
    _save(library, "We use a batch size of 48.", "a", "p1", "Small nets for everybody")
    blocks = [
        Block(id="par:1", kind="paragraph", text="We use the same hyperparameters as [1] in our neural network.", page=2),
        Block.model_validate({"id": "ref:1", "kind": "reference", "number": "1", "text": "A. Doe. Small nets for everybody.",
                              "reference": {"title": "Small nets for everybody"}}),
    ]  # fmt: skip
    library.save(
        Paper(id="p2", title="More nets", source_format="pdf", blocks=blocks), {}, Origin("b", "parser1", "pdf")
    )
    facts = stored_settings(str(tmp_path), "p2", ["batch size"], None)["facts"]
    assert [(f["value"], f["status"], f["source"]["page"]) for f in facts] == [(48, "derived", 2)]
    assert "p1" in facts[0]["note"]
