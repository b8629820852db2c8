"""What is returned of a paper: the card, and blocks by id or page, within a number of characters, nothing lost between pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.errors import BadReference, NotFound
from paper_implementer.tools.papers.paper import Block, Paper
from paper_implementer.tools.papers.read import card, read_blocks

PAPER = Paper(
    id="small-01234567",
    title="Small Steps",
    source_format="pdf",
    pages=3,
    code_links=["https://example.org/code"],
    blocks=[
        Block(id="sec:abstract", kind="section", title="Abstract", level=1, page=1, role="abstract"),
        Block(id="par:1", kind="paragraph", text="We take small steps.", section="sec:abstract", page=1),
        Block(id="sec:3", kind="section", number="3", title="Method", level=1, page=2, role="method"),
        Block(id="par:2", kind="paragraph", text="We scale.", section="sec:3", page=2),
        Block(id="sec:3.1", kind="section", number="3.1", title="Training", level=2, section="sec:3", page=2),
        Block(id="eq:1", kind="equation", number="1", latex="a = b", section="sec:3.1", page=2),
        Block(
            id="tab:A.1",
            kind="table",
            number="A.1",
            caption="Settings",
            rows=[["lr", "1e-4"]],
            section="sec:3.1",
            page=3,
        ),
        Block(id="sec:4", kind="section", number="4", title="Results", level=1, page=3),
        Block(id="ref:1", kind="reference", number="1", text="C. Earlier.", page=3),
    ],
)


def ids(paper: Paper = PAPER, **asked: object) -> list[str]:
    return [b.id for b in read_blocks(paper, **asked).blocks]  # type: ignore[arg-type]


def test_the_card_has_the_outline_and_the_counts() -> None:
    summary = card(PAPER)
    assert [(e.id, e.number, e.title, e.level, e.page) for e in summary.outline] == [
        ("sec:abstract", None, "Abstract", 1, 1),
        ("sec:3", "3", "Method", 1, 2),
        ("sec:3.1", "3.1", "Training", 2, 2),
        ("sec:4", "4", "Results", 1, 3),
    ]
    assert summary.outline[0].role == "abstract"
    assert summary.counts.model_dump() == {"equations": 1, "tables": 1, "figures": 0, "algorithms": 0, "references": 1}
    assert summary.code_links == ["https://example.org/code"]


def test_a_section_brings_its_subsections() -> None:
    assert ids(ids=["sec:3"]) == ["sec:3", "par:2", "sec:3.1", "eq:1", "tab:A.1"]
    assert ids(ids=["sec:3.1"]) == ["sec:3.1", "eq:1", "tab:A.1"]


def test_single_elements_in_reading_order_and_once() -> None:
    assert ids(ids=["tab:A.1", "eq:1", "sec:3.1"]) == ["sec:3.1", "eq:1", "tab:A.1"]
    assert ids(ids=["TAB:a.1"]) == ["tab:A.1"]


def test_pages() -> None:
    assert ids(pages=[3]) == ["tab:A.1", "sec:4", "ref:1"]
    assert ids(pages=[1], ids=["eq:1"]) == ["sec:abstract", "par:1", "eq:1"]


def test_without_ids_and_pages_from_the_beginning() -> None:
    assert ids() == [b.id for b in PAPER.blocks]


def test_a_block_has_what_the_contract_names() -> None:
    table = read_blocks(PAPER, ids=["tab:A.1"]).blocks[0]
    assert (table.kind, table.number, table.caption, table.rows, table.page) == (
        "table",
        "A.1",
        "Settings",
        [["lr", "1e-4"]],
        3,
    )
    assert read_blocks(PAPER, ids=["eq:1"]).blocks[0].latex == "a = b"


def test_unknown_ids_name_the_nearest() -> None:
    with pytest.raises(NotFound, match=r"no 'tab:A2'") as caught:
        read_blocks(PAPER, ids=["tab:A2"])
    assert "tab:A.1" in caught.value.hint


@pytest.mark.parametrize("pages", [[0], [4], [-1], [1, 99]])
def test_pages_that_are_not_there(pages: list[int]) -> None:
    with pytest.raises(NotFound, match="it has 3"):
        read_blocks(PAPER, pages=pages)


def test_a_paper_without_pages_says_so() -> None:
    latex = Paper(id="x", source_format="latex", blocks=[Block(id="par:1", kind="paragraph", text="a")])
    with pytest.raises(NotFound, match="no pages"):
        read_blocks(latex, pages=[1])


@pytest.mark.parametrize("cursor", ["", "x", "1", "99:0", "0:999", "-1:0", "١:0"])
def test_a_cursor_of_something_else(cursor: str) -> None:
    with pytest.raises(BadReference, match="no cursor"):
        read_blocks(PAPER, cursor=cursor)


def test_a_long_block_is_cut_and_says_so() -> None:
    long = Paper(id="x", source_format="pdf", blocks=[Block(id="par:1", kind="paragraph", text="abcdefghij")])
    first = read_blocks(long, max_chars=4)
    assert [(b.text, b.truncated) for b in first.blocks] == [("abcd", True)]
    second = read_blocks(long, max_chars=100, cursor=first.next_cursor)
    assert [(b.text, b.truncated) for b in second.blocks] == [("efghij", False)]
    assert second.next_cursor is None


def test_a_table_that_alone_is_too_long_is_cut_at_a_row_and_says_so() -> None:
    rows = [["a" * 10] * 3] * 5
    long = Paper(
        id="x", source_format="pdf", blocks=[Block(id="tab:1", kind="table", caption="All", rows=rows, text="")]
    )
    answer = read_blocks(long, max_chars=70)
    assert [(b.caption, b.rows, b.truncated) for b in answer.blocks] == [("All", rows[:2], True)]
    assert read_blocks(long, max_chars=1000).blocks[0].rows == rows


@given(st.lists(st.text(max_size=30), max_size=12), st.integers(1, 60))
def test_all_pages_together_are_the_paper(texts: list[str], max_chars: int) -> None:
    blocks = [Block(id=f"par:{i}", kind="paragraph", text=t, latex=t[:3] or None) for i, t in enumerate(texts)]
    paper = Paper(id="x", source_format="pdf", blocks=blocks)
    read: dict[str, str] = {}
    cursor, rounds = None, 0
    while rounds == 0 or cursor is not None:
        answer = read_blocks(paper, max_chars=max_chars, cursor=cursor)
        for block in answer.blocks:
            read[block.id] = read.get(block.id, "") + block.text
        assert sum(len(b.text) for b in answer.blocks) <= max_chars
        cursor, rounds = answer.next_cursor, rounds + 1
        assert rounds <= 1 + sum(map(len, texts)) + len(texts)
    assert read == {f"par:{i}": t for i, t in enumerate(texts)}
