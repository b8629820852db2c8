"""LaTeX of display equations of PDFs, from where glyphs stand."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.papers.formats.pdf import parse
from paper_implementer.tools.papers.formats.pdf.fonts import glyph_names
from paper_implementer.tools.papers.formats.pdf.formulas import formula, unframed
from paper_implementer.tools.papers.formats.pdf.glyphs import Glyph
from paper_implementer.tools.papers.formats.pdf.symbols import latex_of
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


def bracket(latex: str, x: float, top: float, bottom: float) -> Glyph:
    """A tall bracket, which stands in the middle of its line."""
    return Glyph(latex, x, x + 4, (top + bottom) / 2 + 0.25 * SIZE, top, bottom, SIZE, origin=top)


def test_rows_between_tall_brackets_are_a_matrix() -> None:
    cells = [glyph("a", 10, 94), glyph("b", 30, 94), glyph("c", 10, 106), glyph("d", 30, 106)]
    brackets = [bracket("[", 4, 84, 110), bracket("]", 38, 84, 110)]
    assert formula([*brackets, *cells, glyph("x", 46)], [])[0] == (r"\begin{bmatrix} a & b \\ c & d \end{bmatrix} x")


def test_tall_brackets_around_one_row_are_brackets() -> None:
    above, below = row("a", 12, 93.0), row("c", 12, 107.0)
    brackets = [bracket("(", 4, 84, 112), bracket(")", 24, 84, 112)]
    assert formula([*brackets, *above, *below], [(10.0, 19.0, 97.5)])[0] == r"( \frac{a}{c} )"


def test_pieces_of_a_bracket_are_one_bracket() -> None:
    pieces = [Glyph(r"\{", 10, 14, y, y - 6, y + 6, SIZE, piece=True, origin=y) for y in (88, 100, 112)]
    rows = [*row("1", 20, 92), *row("x", 44, 92), *row("0", 20, 112), *row("y", 44, 112)]
    assert formula([*pieces, *rows], [])[0] == r"\begin{cases} 1 & x \\ 0 & y \end{cases}"


def test_a_brace_below_with_its_label() -> None:
    halves = [Glyph(r"\underbrace", x, x + 6, 104, 103, 105, SIZE, origin=104) for x in (0, 6, 12, 18)]
    label = row("sum", 6, 114, 7, roman=True)
    latex, _ = formula([*row("a+b", 4), *halves, *label, *row("=c", 28)], [])
    assert latex == r"\underbrace{a + b}_{\mathrm{sum}} = c"


def test_accents_stand_over_one_letter_or_over_all() -> None:
    hat = Glyph(r"\hat", 0.5, 4.5, 100, 91, 93, SIZE, origin=100)
    wide = Glyph(r"\widehat", 9, 22, 98, 90, 93, SIZE, origin=98)
    assert formula([hat, glyph("x", 0), wide, *row("ab", 10)], [])[0] == r"\hat{x} \widehat{a b}"


def test_a_rule_over_a_letter_is_a_bar_and_one_under_it_a_line() -> None:
    assert formula([glyph("y", 0), glyph("x", 10)], [(10, 15, 93.0)])[0] == r"y \bar{x}"
    assert formula([glyph("y", 0), glyph("x", 10)], [(10, 15, 101.6)])[0] == r"y \underline{x}"


def test_conditions_in_lines_below_an_operator() -> None:
    name = row("min", 10, roman=True)
    lines = [*row("x>0", 12, 108, 7), *row("y<1", 12, 116, 7)]
    latex, _ = formula([*name, *lines, glyph("f", 40)], [])
    assert latex == r"\min_{\substack{x > 0 \\ y < 1}} f"


def test_limits_of_operators_side_by_side() -> None:
    sums = [Glyph(r"\sum", x, x + 12, 100, 90, 104, SIZE, origin=90) for x in (10, 24)]
    limits = [*row("i<n", 10.8, 112, 7), *row("j<m", 24.8, 112, 7)]
    assert formula([*sums, *limits, glyph("x", 40)], [])[0] == r"\sum_{i < n} \sum_{j < m} x"


def test_a_script_of_a_script_on_the_baseline_stays_with_its_base() -> None:
    glyphs = [glyph("x", 0), glyph("S", 5, 102.5, 7), glyph("2", 9, 99.9, 5), glyph("=", 16)]
    assert formula(glyphs, [])[0] == "x_{S^{2}} ="


def test_what_lies_over_each_other_is_trusted_less() -> None:
    assert formula([*row("a=b"), *row("c", 1)], [])[1] < formula(row("a=b"), [])[1]


def test_the_sides_of_a_frame_are_no_rules() -> None:
    frame = [(10.0, 50.0, 90.0), (10.0, 50.0, 110.0)]
    sides = [(9.8, 90.0, 10.2, 110.0), (49.8, 90.0, 50.2, 110.0)]
    assert unframed([*frame, (20.0, 40.0, 100.0)], sides) == [(20.0, 40.0, 100.0)]


@pytest.mark.parametrize(
    ("char", "name", "font", "latex"),
    [
        ("\x0b", "alpha", "CMMI10", r"\alpha"),
        ("X", "summationdisplay", "CMEX10", r"\sum"),
        ("X", None, "CMEX10", r"\sum"),
        ("X", "X", "CMSY10", r"\mathcal{X}"),
        ("R", "R", "MSBM10", r"\mathbb{R}"),
        ("↵", None, "CMMI10", r"\alpha"),
        ("\xcd", "summationtext.1", "txexs", r"\sum"),
        ("φ", "phi", "CMMI10", r"\phi"),
        ("\U0001d465", "u1D465", "NewTXMI", "x"),
        ("−", None, "Times", "-"),
        ("⎧", None, "STIXMath", r"\{"),
        ("w", "w", "CMBX10", r"\mathbf{w}"),
    ],
)
def test_what_a_glyph_means(char: str, name: str | None, font: str, latex: str) -> None:
    assert latex_of(char, name, font, bold=False) == latex


def test_names_of_glyphs_are_read_from_the_font_of_the_file() -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((50, 50), "ab")
    font, codes = page.get_fonts()[0][0], document.get_new_xref()
    document.update_object(codes, "<<>>")
    document.update_stream(codes, b"1 beginbfrange\n<21><21><21B5>\n<22><22><0000>\nendbfrange")
    document.xref_set_key(font, "BaseFont", "/ABCDEF+CMMI10")
    document.xref_set_key(font, "Encoding", "<</Type/Encoding/Differences[33/alpha/beta/parenleftBig]>>")
    document.xref_set_key(font, "ToUnicode", f"{codes} 0 R")
    known: dict[int, tuple[str, dict[str, str]]] = {}
    assert glyph_names(document, 0, known) == {"CMMI10": {"↵": "alpha", "β": "beta", "#": "parenleftBig"}}
    assert list(known) == [font]


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


def numbered_rows(folder: Path, *rows: tuple[float, str], numbers: dict[float, str], left: bool = False) -> list[Block]:
    """Rows of formulas at heights below a paragraph, and numbers at heights at a margin."""
    document = pymupdf.open()
    sheet = Sheet(document)
    sheet.paragraph(FILLER * 2)
    start = sheet.y + 16
    for height, text in rows:
        x = 230.0
        for part in text.split():
            x = sheet.put(x, start + height, part, 10, ITALIC if part.isalpha() else ROMAN) + 2.8
    for height, number in numbers.items():
        sheet.put(sheet.left if left else 490, start + height, number)
    sheet.y = start + max(height for height, _ in rows) + 30
    sheet.paragraph(FILLER)
    return parse(saved(document, folder)).of_kind("equation")


def test_each_numbered_row_is_an_equation(tmp_path: Path) -> None:
    found = numbered_rows(tmp_path, (0, "a = b + c"), (16, "d = e + f"), numbers={0: "(3a)", 16: "(3b)"})
    assert [(b.number, b.latex) for b in found] == [("3a", "a = b + c"), ("3b", "d = e + f")]


def test_a_number_between_two_rows_is_that_of_both(tmp_path: Path) -> None:
    found = numbered_rows(tmp_path, (0, "a = b + c"), (16, "= e + f"), numbers={8: "(4)"})
    assert [(b.number, b.latex) for b in found] == [("4", r"a = b + c \\ = e + f")]


def test_a_number_on_the_middle_row_is_that_of_all(tmp_path: Path) -> None:
    found = numbered_rows(tmp_path, (0, "a = b"), (16, "c = d"), (32, "e = f"), numbers={16: "(A.1)"})
    assert [(b.number, b.latex) for b in found] == [("A.1", r"a = b \\ c = d \\ e = f")]


def test_a_number_at_the_left_margin(tmp_path: Path) -> None:
    found = numbered_rows(tmp_path, (0, "a = b + c"), numbers={0: "(7)"}, left=True)
    assert [(b.number, b.latex) for b in found] == [("7", "a = b + c")]


def test_displays_with_white_between_them_are_two(tmp_path: Path) -> None:
    found = numbered_rows(tmp_path, (0, "a = b + c"), (34, "d = e + f"), numbers={})
    assert [b.latex for b in found] == ["a = b + c", "d = e + f"]


def test_a_fraction_in_the_text_is_no_display_equation(tmp_path: Path) -> None:
    document = pymupdf.open()
    sheet = Sheet(document)
    sheet.paragraph(FILLER)
    y = sheet.y
    x = sheet.put(sheet.left, y, "We scale every one of the products by")
    sheet.put(x + 5, y - 3.9, "1", 7)
    sheet.rule(x + 3, x + 12, y - 2.5)
    sheet.put(x + 5, y + 3.5, "d", 7, ITALIC)
    sheet.put(x + 15, y, "before the softmax of the row.")
    sheet.y += 12
    sheet.paragraph(FILLER)
    paper = parse(saved(document, tmp_path))
    assert paper.of_kind("equation") == []
    assert any(r"$\frac{1}{d}$" in b.text for b in paper.of_kind("paragraph"))
