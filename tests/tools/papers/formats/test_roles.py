"""The part that each section plays, once the whole paper is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.formats.roles import ROLES, settle_roles
from paper_implementer.tools.papers.paper import Block, Role

MADE = "We define the gate as follows, where $g$ denotes its value and $W$ the weights of the layer."
MEASURED = "We compare with strong baselines on three datasets: accuracy on the test set improves, and Table 2 has the results."


def chapter(title: str, *texts: str, number: str | None = None, role: Role = "other") -> list[Block]:
    """A chapter with paragraphs; "eq" stands for a display equation."""
    home = Block(id=f"sec:{number or title}", kind="section", title=title, number=number, level=1, role=role)
    inside = [
        Block(id=f"eq:{title}{place}", kind="equation", latex="y = Wx", section=home.id)
        if text == "eq"
        else Block(id=f"par:{title}{place}", kind="paragraph", text=text, section=home.id)
        for place, text in enumerate(texts)
    ]
    return [home, *inside]


def paper(*chapters: list[Block]) -> dict[str, Role | None]:
    blocks = [block for one in chapters for block in one]
    settle_roles(blocks)
    return {b.title or "": b.role for b in blocks if b.kind == "section"}


def test_a_title_that_names_a_role_has_it_whatever_stands_below() -> None:
    roles = paper(
        chapter("Introduction", MEASURED), chapter("Our Method", MEASURED), chapter("Experiments", MADE, "eq")
    )
    assert roles == {"Introduction": "introduction", "Our Method": "method", "Experiments": "experiments"}


def test_the_name_of_the_thing_before_the_experiments_is_the_method() -> None:
    roles = paper(chapter("Introduction"), chapter("Gatewise Mixing", MADE, "eq"), chapter("Experiments", MEASURED))
    assert roles["Gatewise Mixing"] == "method"


def test_a_title_that_says_nothing_behind_the_experiments_measures() -> None:
    roles = paper(
        chapter("Introduction"), chapter("Method", MADE), chapter("Results", MEASURED),
        chapter("What Happens Without Gates?", MEASURED), chapter("Conclusion"),
    )  # fmt: skip
    assert roles["What Happens Without Gates?"] == "experiments"


def test_a_derivation_behind_the_experiments_is_still_method() -> None:
    roles = paper(chapter("Introduction"), chapter("Experiments", MEASURED), chapter("Extensions", MADE, "eq", "eq"))
    assert roles["Extensions"] == "method"


def test_numbers_before_any_chapter_called_experiments_tell_it() -> None:
    roles = paper(
        chapter("Introduction"), chapter("The Idea", MADE, "eq"), chapter("How It Went", MEASURED, MEASURED),
        chapter("And Then", MEASURED), chapter("References"),
    )  # fmt: skip
    assert roles["How It Went"] == roles["And Then"] == "experiments"


def test_a_table_of_numbers_is_a_measurement() -> None:
    home = chapter("Findability")
    table = Block(id="tab:1", kind="table", rows=[["model", "score"], ["a", "1.5"], ["b", "2.5"]], section=home[0].id)
    roles = paper(chapter("Introduction"), chapter("Method"), [*home, table], chapter("Conclusion"))
    assert roles["Findability"] == "experiments"


def test_sections_play_the_part_of_their_chapter() -> None:
    blocks = chapter("Results", MEASURED, number="4")
    names = ("Convolutional Networks", "Sampling", "Related Work", "Acknowledgments")
    blocks += [Block(id=f"sec:4.{i}", kind="section", title=t, number=f"4.{i}", level=2, section="sec:4") for i, t in enumerate(names)]  # fmt: skip
    blocks.append(Block(id="par:x", kind="paragraph", text="x", section="sec:4.2"))
    settle_roles(blocks)
    assert {b.title: b.role for b in blocks if b.kind == "section"} == {
        "Results": "results", "Convolutional Networks": "results", "Sampling": "results",
        "Related Work": "related_work", "Acknowledgments": "acknowledgements",
    }  # fmt: skip
    assert blocks[-1].role == "related_work"


def test_what_the_parser_knew_stays() -> None:
    roles = paper(
        chapter("Introduction"), chapter("Zusammenfassung", role="abstract"), chapter("Method", role="appendix")
    )
    assert roles["Zusammenfassung"] == "abstract"
    assert roles["Method"] == "appendix"


def test_front_matter_plays_no_part_and_what_follows_the_references_is_appendix() -> None:
    roles = paper(chapter("A. Writer, B. Reader"), chapter("Introduction"), chapter("References"), chapter("Rebuttal"))
    assert roles["A. Writer, B. Reader"] == "other"
    assert roles["Rebuttal"] == "appendix"


@pytest.mark.parametrize("title", ["3", "", "$x$", "***"])
def test_a_title_without_words_is_no_obstacle(title: str) -> None:
    assert paper(chapter("Introduction"), chapter(title, MADE), chapter("Experiments"))[title] == "method"


@given(st.lists(st.tuples(st.text(max_size=12), st.integers(0, 4)), max_size=12))
def test_every_section_has_a_role_even_where_sections_hold_each_other(shape: list[tuple[str, int]]) -> None:
    blocks = [
        Block(id=f"sec:{i}", kind="section", title=title, level=1, section=f"sec:{home}" if home else None)
        for i, (title, home) in enumerate(shape)
    ]
    settle_roles(blocks)
    assert all(b.role in ROLES for b in blocks)
