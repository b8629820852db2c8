"""The text of a source gets the pages of its PDF: by numbers, captions and runs of words, in an order that both share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.formats.alignment import with_pages
from paper_implementer.tools.papers.paper import Block, Paper

FIRST = "The encoder maps a sequence of symbols to continuous vectors, one for every position of the input."
SECOND = "Training took twelve hours on eight processors, with a warm-up over the first four thousand steps."
THIRD = "Larger models were better throughout, and dropping units helped them against fitting noise alone."
BOX = (72.0, 100.0, 500.0, 140.0)


def source(*blocks: Block) -> Paper:
    return Paper(source_format="latex", blocks=list(blocks))


def printed(*blocks: Block, pages: int = 9) -> Paper:
    return Paper(source_format="pdf", pages=pages, blocks=list(blocks))


def paragraph(text: str, page: int | None = None, number: int = 1) -> Block:
    return Block(id=f"par:{number}", kind="paragraph", text=text, page=page, bbox=BOX if page else None)


def test_a_paragraph_has_the_page_and_the_box_of_the_same_words() -> None:
    both = with_pages(source(paragraph(FIRST)), printed(paragraph(SECOND, 1), paragraph(FIRST, 2)))
    assert (both.blocks[0].page, both.blocks[0].bbox) == (2, BOX)
    assert both.pages == 9
    assert both.blocks[0].text == FIRST


def test_formulas_and_citations_that_print_differently_do_not_matter() -> None:
    mine = paragraph(FIRST + r" Its width is $d_{\text{model}}$ [4].")
    theirs = paragraph(FIRST + " Its width is dmodel (Example et al., 2001).", 3)
    assert with_pages(source(mine), printed(theirs)).blocks[0].page == 3


def test_a_block_that_is_part_of_a_printed_one_has_its_page_but_not_its_box() -> None:
    both = with_pages(source(paragraph(FIRST), paragraph(SECOND)), printed(paragraph(f"{FIRST} {SECOND}", 4)))
    assert [(b.page, b.bbox) for b in both.blocks] == [(4, None), (4, None)]


def test_numbered_elements_are_found_by_number_where_their_captions_agree() -> None:
    table = Block(id="tab:1", kind="table", number="1", caption="Results on the test set")
    other = Block(id="tab:2", kind="table", number="2", caption="Sizes of the models")
    there = printed(
        table.model_copy(update={"page": 5, "bbox": BOX}),
        other.model_copy(update={"page": 6, "caption": "Something else altogether"}),
    )
    both = with_pages(source(table, other), there)
    assert [b.page for b in both.blocks] == [5, None]


def test_an_unnumbered_heading_is_found_by_its_title() -> None:
    heading = Block(id="sec:acknowledgements", kind="section", title="Acknowledgements", text="Acknowledgements")
    there = heading.model_copy(update={"title": "ACKNOWLEDGEMENTS", "page": 8})
    assert with_pages(source(heading), printed(there)).blocks[0].page == 8


def test_what_is_not_found_takes_the_page_of_its_neighbours_only_where_they_agree() -> None:
    formula = Block(id="eq:u1", kind="equation", latex="a = b")
    between = source(paragraph(FIRST), formula, paragraph(SECOND), formula, paragraph(THIRD))
    there = printed(paragraph(FIRST, 2), paragraph(SECOND, 2), paragraph(THIRD, 3))
    assert [b.page for b in with_pages(between, there).blocks] == [2, 2, 2, None, 3]


def test_one_paragraph_out_of_order_is_a_mistake() -> None:
    there = printed(paragraph(FIRST, 1), paragraph(SECOND, 7), paragraph(THIRD, 2))
    pages = [b.page for b in with_pages(source(paragraph(FIRST), paragraph(SECOND), paragraph(THIRD)), there).blocks]
    assert pages == [1, None, 2]


def test_a_float_may_stand_anywhere() -> None:
    figure = Block(id="fig:1", kind="figure", number="1", caption="The model")
    there = printed(figure.model_copy(update={"page": 9}), paragraph(FIRST, 1), paragraph(SECOND, 1))
    both = with_pages(source(paragraph(FIRST), figure, paragraph(SECOND)), there)
    assert [b.page for b in both.blocks] == [1, 9, 1]


def test_the_pdf_of_another_paper_gives_no_pages_and_a_warning() -> None:
    both = with_pages(source(paragraph(FIRST), paragraph(SECOND)), printed(paragraph(THIRD, 1)))
    assert both.pages is None
    assert {b.page for b in both.blocks} == {None}
    assert [w.kind for w in both.warnings] == ["pdf_differs"]


WORDS = st.lists(st.text("abcdefgh", min_size=2, max_size=6), min_size=10, max_size=25).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=8, unique=True), st.data())
def test_pages_never_go_back_in_running_text_and_are_those_of_the_pdf(texts: list[str], data: st.DataObject) -> None:
    pages = sorted(data.draw(st.lists(st.integers(1, 9), min_size=len(texts), max_size=len(texts))))
    there = printed(*(paragraph(t, p) for t, p in zip(texts, pages, strict=True)))
    found = [b.page for b in with_pages(source(*map(paragraph, texts)), there).blocks if b.page]
    assert found == sorted(found)
    assert set(found) <= set(pages)
