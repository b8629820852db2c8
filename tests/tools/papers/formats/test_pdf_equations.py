"""LaTeX of display equations of PDFs, from where glyphs stand."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.papers.formats.pdf import parse
from paper_implementer.tools.papers.formats.pdf.formulas import formula
from paper_implementer.tools.papers.formats.pdf.glyphs import Glyph
from paper_implementer.tools.papers.paper import Block
from tests.support.typeset import FILLER, ITALIC, ROMAN, Sheet, saved

SIZE = 10.0


def glyph(latex: str, x: float, y: float = 100.0, size: float = SIZE, width: float = 0.5, roman: bool = False) -> Glyph:
    return Glyph(latex, x, x + width * size, y, y - 0.6 * size, y + 0.1 * size, size, roman, origin=y)


def row(text: str, x: float = 0.0, y: float = 100.0, size: float = SIZE, roman: bool = False) -> list[Glyph]:
    """Glyphs one beside the other."""
    return [glyph(c, x + 0.5 * size * i, y, size, roman=roman) for i, c in enumerate(text)]


def test_scripts_belong_to_the_glyph_before_them() -> None:
    base = [glyph("x", 0), glyph("i", 5, 101.5, 7), glyph("2", 5, 96.4, 7), glyph("+", 10), glyph("y", 16)]
    assert formula(base, [])[0] == "x_{i}^{2} + y"


def test_scripts_of_scripts() -> None:
    glyphs = [glyph("e", 0), glyph("x", 5, 96, 7), glyph("i", 8.6, 97, 5), glyph("+", 14), glyph("1", 20)]
    assert formula(glyphs, [])[0] == "e^{x_{i}} + 1"


def test_a_rule_between_two_rows_is_a_fraction() -> None:
    above, below = row("a+b", 20, 93.0), row("c", 25, 107.0)
    latex, confidence = formula([glyph("y", 0), glyph("=", 8), *above, *below], [(19, 36, 97.5)])
    assert latex == r"y = \frac{a + b}{c}"
    assert confidence > 0.8


def test_a_rule_behind_a_radical_is_a_root() -> None:
    radical = Glyph("√", 10, 18, 100, 90, 102, SIZE, origin=91)
    latex, _ = formula([glyph("y", 0), radical, *row("d", 19)], [(18, 25, 91)])
    assert latex == r"y \sqrt{d}"


def test_a_fraction_over_a_root() -> None:
    radical = Glyph("√", 20, 28, 109, 99, 111, SIZE, origin=100)
    rules = [(28.0, 36.0, 100.0), (19.0, 37.0, 97.5)]
    assert formula([*row("QK", 23, 93.0), radical, glyph("d", 29, 109)], rules)[0] == r"\frac{Q K}{\sqrt{d}}"


def test_limits_stand_above_and_below_their_operator() -> None:
    total = Glyph(r"\sum", 10, 24, 100, 90, 104, SIZE, origin=90)
    limits = [*row("i=1", 11, 113, 7), glyph("N", 15, 86, 7)]
    assert formula([total, *limits, glyph("x", 26)], [])[0] == r"\sum_{i = 1}^{N} x"


def test_names_of_functions_are_words() -> None:
    glyphs = [*row("max", 0, roman=True), glyph("θ", 5, 108, 7), *row("softmax", 18, roman=True), glyph("x", 60)]
    assert formula(glyphs, [])[0] == r"\max_{θ} \mathrm{softmax} x"


def test_an_open_brace_over_rows_is_cases() -> None:
    brace = Glyph(r"\{", 20, 28, 100, 84, 116, SIZE, origin=84)
    rows = [*row("1", 30, 93), *row("x>0", 50, 93), *row("0", 30, 110), *row("x<0", 50, 110)]
    assert formula([glyph("f", 0), glyph("=", 8), brace, *rows], [])[0] == (
        r"f = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}"
    )


def test_rows_are_parted_and_trusted_less() -> None:
    one, sure = formula(row("a=b"), [])
    both, less = formula([*row("a=b"), *row("c=d", 0, 120)], [])
    assert one == "a = b"
    assert both == r"a = b \\ c = d"
    assert less < sure


def test_a_bracket_that_is_never_closed_is_trusted_less() -> None:
    assert formula(row("(a=b"), [])[1] < formula(row("(a)=b"), [])[1]


def test_nothing_gives_nothing() -> None:
    assert formula([], []) == ("", 0.0)


placed = st.builds(
    glyph,
    st.sampled_from(["x", "=", r"\sum", "√", r"\{", "(", ")", r"\hat", "2", "\ufffd"]),
    st.floats(0, 300),
    st.floats(80, 160),
    st.sampled_from([5.0, 7.0, 10.0]),
)
strokes = st.tuples(st.floats(0, 300), st.floats(0, 300), st.floats(80, 160)).map(
    lambda r: (min(r[:2]), max(r[:2]), r[2])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(placed, max_size=30), st.lists(strokes, max_size=6))
def test_any_heap_of_glyphs_gives_braces_that_match(
    glyphs: list[Glyph], rules: list[tuple[float, float, float]]
) -> None:
    latex, confidence = formula(glyphs, rules)
    bare = latex.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    assert confidence <= 0.95


def equations(folder: Path) -> list[Block]:
    """Two numbered equations between paragraphs, set in three fonts."""
    document = pymupdf.open()
    sheet = Sheet(document)
    sheet.paragraph(FILLER * 2)
    sheet.y += 14
    y = sheet.y
    x = sheet.runs(240, y, ("y", ITALIC, 10, 0), (" = ", ROMAN, 10, 0), ("x", ITALIC, 10, 0), ("2", ROMAN, 7, 3.6))
    x = sheet.runs(x + 2, y, ("+ ", ROMAN, 10, 0), ("b", ITALIC, 10, 0), ("1", ROMAN, 7, -1.5))
    sheet.put(490, y, "(1)")
    sheet.y += 30
    sheet.paragraph(FILLER)
    sheet.y += 24
    y = sheet.y
    x = sheet.runs(240, y, ("r", ITALIC, 10, 0), (" = ", ROMAN, 10, 0))
    sheet.runs(x + 4, y - 6.8, ("a", ITALIC, 10, 0), (" + ", ROMAN, 10, 0), ("c", ITALIC, 10, 0))
    sheet.rule(x + 2, x + 26, y - 2.5)
    sheet.put(x + 10, y + 6.9, "d", 10, ITALIC)
    sheet.put(490, y, "(2)")
    sheet.y += 30
    sheet.paragraph(FILLER)
    return parse(saved(document, folder)).of_kind("equation")


def test_display_equations_of_a_page(tmp_path: Path) -> None:
    first, second = equations(tmp_path)
    assert (first.id, first.number, first.page) == ("eq:1", "1", 1)
    assert first.latex == r"y = x^{2} + b_{1}"
    assert second.latex == r"r = \frac{a + c}{d}"
    assert second.verbatim is not None
    assert "(2)" in second.verbatim
    assert first.confidence is not None
    assert 0.5 < first.confidence < 1


@pytest.mark.parametrize("sentence", ["The loss is x = 3 in (1)", "where a = b holds for all of the models"])
def test_a_sentence_with_a_formula_is_no_display_equation(tmp_path: Path, sentence: str) -> None:
    document = pymupdf.open()
    sheet = Sheet(document)
    sheet.paragraph(FILLER)
    sheet.paragraph(sentence + " and the rest of this sentence says more about it.")
    assert parse(saved(document, tmp_path)).of_kind("equation") == []
