"""What the parsers share: roles of sections, links to code, merged cells, ids of blocks."""

from __future__ import annotations

import pytest

from paper_implementer.tools.papers.formats.cells import MAX_COLUMNS, markdown, spread
from paper_implementer.tools.papers.formats.links import MAX_LINKS, code_links
from paper_implementer.tools.papers.formats.outline import Outline
from paper_implementer.tools.papers.formats.roles import role_of
from paper_implementer.tools.papers.paper import Role

ONE = (1, 1)


@pytest.mark.parametrize(
    ("title", "parent", "appendix", "role"),
    [
        ("RELATED WORK", None, False, "related_work"),
        ("Results", "experiments", False, "experiments"),
        ("Results", "other", False, "results"),
        ("Proofs", None, True, "appendix"),
        ("References", None, True, "references"),
        ("Acknowledgments", "conclusion", False, "acknowledgements"),
        ("Implementation", "appendix", False, "appendix"),
        ("相关工作", None, False, "related_work"),
        ("", None, False, "other"),
    ],
)
def test_roles(title: str, parent: Role | None, appendix: bool, role: Role) -> None:
    assert role_of(title, parent, appendix=appendix) == role


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See github.com/a/b, and https://www.github.com/a/b/.", ["https://github.com/a/b"]),
        ("[code](https://gitlab.com/x/y_z-1)", ["https://gitlab.com/x/y_z-1"]),
        (
            "https://me.github.io/page/ (data: https://zenodo.org/record/1)",
            ["https://me.github.io/page", "https://zenodo.org/record/1"],
        ),
        ("github.com and github.com/ alone, notgithub.commerce/x, https://example.org/github", []),
    ],
)
def test_links_to_code(text: str, links: list[str]) -> None:
    assert code_links([text]) == links


def test_links_are_bounded_and_found_in_any_text() -> None:
    assert len(code_links(f"github.com/a/{i} " for i in range(1000))) == MAX_LINKS
    assert code_links(["x" * 1_000_000]) == []


def test_merged_cells_fill_what_they_cover() -> None:
    grid = [[("a", (2, 1)), ("b", (1, 2))], [("c", ONE), ("d", ONE), ("", ONE)], [("", ONE), ("", ONE), ("", ONE)]]
    assert spread(grid) == [["a", "a", "b"], ["c", "d", "b"]]
    assert spread([[("", ONE), ("x", ONE)], [("up", (1, -2)), ("y", ONE)]]) == [["up", "x"], ["up", "y"]]


def test_merged_cells_are_bounded() -> None:
    rows = spread([[("x", (10**9, 10**9))]])
    assert rows == [["x"] * MAX_COLUMNS]


def test_rows_as_markdown() -> None:
    assert markdown([["a|b", "c"], ["1", "2\n3"]]) == "| a\\|b | c |\n| --- | --- |\n| 1 | 2 3 |"
    assert markdown([]) == ""


def test_ids_are_the_printed_numbers_and_never_the_same() -> None:
    outline = Outline()
    first = outline.open_section("Method", "3.2", 2, "method")
    blocks = [
        outline.block("equation", "4"),
        outline.block("equation", "4"),
        outline.block("table", "A.1"),
        outline.block("figure"),
    ]
    assert [b.id for b in (first, *blocks)] == ["sec:3.2", "eq:4", "eq:4~2", "tab:A.1", "fig:u1"]
    assert {b.section for b in blocks} == {"sec:3.2"}
    assert outline.open_section("Other Part!", None, 1, "other").id == "sec:other-part"
    assert [s.id for s in outline.sections] == ["sec:other-part"]
