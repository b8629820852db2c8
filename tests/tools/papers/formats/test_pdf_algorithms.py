"""Algorithms of PDFs: their frames, their lines with indentation, formulas in them; paragraphs with formulas."""

from __future__ import annotations

import re
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.papers.formats.pdf import parse
from paper_implementer.tools.papers.formats.pdf.algorithms import frame
from paper_implementer.tools.papers.formats.pdf.formula_rows import RowWriter
from paper_implementer.tools.papers.formats.pdf.formulas import Rule
from paper_implementer.tools.papers.formats.pdf.glyphs import Glyph
from paper_implementer.tools.papers.formats.pdf.inline import inline_text
from paper_implementer.tools.papers.formats.pdf.lines import Line, Span
from paper_implementer.tools.papers.formats.pdf.prose import rebuilt
from paper_implementer.tools.papers.paper import Block
from tests.support.typeset import BOLD, FILLER, ITALIC, LEFT, RIGHT, ROMAN, Sheet, saved

SIZE = 10.0
TYPEWRITER = "cour"

Run = tuple[str, str, float, float]


def words(text: str) -> Run:
    return text, ROMAN, 10, 0


def variable(letter: str) -> Run:
    return letter, ITALIC, 10, 0


def index(text: str) -> Run:
    return text, ITALIC, 7, -1.5


def algorithm(folder: Path, lines: list[tuple[float, list[Run]]], caption: str = "Descent", more: str = "") -> Block:
    """An algorithm between three rules: lines at an indentation, after a number where the first run is one."""
    document = pymupdf.open()
    sheet = Sheet(document)
    sheet.paragraph(FILLER)
    sheet.y += 6
    sheet.rule(LEFT, RIGHT, sheet.y)
    sheet.y += 11
    sheet.put(sheet.put(LEFT, sheet.y, "Algorithm 1", 10, BOLD) + 3, sheet.y, caption)
    if more:
        sheet.y += 12
        sheet.put(LEFT, sheet.y, more)
    sheet.rule(LEFT, RIGHT, sheet.y + 4)
    for indent, runs in lines:
        sheet.y += 14
        sheet.runs(LEFT + indent, sheet.y, *runs)
    sheet.rule(LEFT, RIGHT, sheet.y + 5)
    sheet.y += 24
    sheet.paragraph(FILLER)
    found = parse(saved(document, folder)).of_kind("algorithm")
    assert len(found) == 1
    return found[0]


def test_lines_are_indented_and_formulas_are_latex(tmp_path: Path) -> None:
    block = algorithm(
        tmp_path,
        [
            (0, [("Require: ", BOLD, 10, 0), words("the rate "), variable("a")]),
            (
                0,
                [("while ", BOLD, 10, 0), variable("w"), index("t"), words(" has not converged "), ("do", BOLD, 10, 0)],
            ),
            (12, [variable("w"), index("t"), words(" = "), variable("w"), index("s"), words(" + "), variable("g")]),
            (0, [("end while", BOLD, 10, 0)]),
        ],
    )
    assert (block.id, block.title) == ("alg:1", "Descent")
    assert block.text.splitlines() == [
        "Require: the rate $a$",
        "while $w_{t}$ has not converged do",
        "  $w_{t} = w_{s} + g$",
        "end while",
    ]
    assert block.verbatim is not None
    assert "w_{t} has not converged" in block.verbatim


def test_numbers_stay_and_broken_lines_are_whole_again(tmp_path: Path) -> None:
    block = algorithm(
        tmp_path,
        [
            (0, [words("Input: all that is needed")]),
            (0, [words("1:  for every step of the training do")]),
            (
                0,
                [
                    words("2:"),
                    words("      the line that is set deeper goes on to the very end of the frame and is bro-"),
                ],
            ),
            (28, [words("ken there")]),
            (0, [words("3:  end for")]),
        ],
    )
    assert block.text.splitlines() == [
        "Input: all that is needed",
        "1: for every step of the training do",
        "2:   the line that is set deeper goes on to the very end of the frame and is broken there",
        "3: end for",
    ]


def test_a_caption_of_several_lines_is_no_part_of_the_algorithm(tmp_path: Path) -> None:
    block = algorithm(tmp_path, [(0, [words("do nothing")])], "Descent as it was proposed,", "with good defaults.")
    assert block.title == "Descent as it was proposed, with good defaults."
    assert block.text == "do nothing"


def test_program_code_keeps_its_blanks(tmp_path: Path) -> None:
    code = ["for x in loader:", "    q = f(x)", "    if q > 0:", "        step(q)  # once"]
    block = algorithm(tmp_path, [(0, [(line, TYPEWRITER, 9, 0)]) for line in code])
    assert block.text.splitlines() == code


def test_an_algorithm_in_a_box(tmp_path: Path) -> None:
    document = pymupdf.open()
    sheet = Sheet(document)
    sheet.paragraph(FILLER)
    sheet.page.draw_rect((LEFT, sheet.y, RIGHT, sheet.y + 60), width=0.5)
    sheet.put(LEFT + 6, sheet.y + 14, "Algorithm 2: Descent")
    sheet.put(LEFT + 6, sheet.y + 30, "for all of the steps that there are to go do")
    sheet.put(LEFT + 18, sheet.y + 44, "go on with all of the things that there are to do")
    sheet.y += 84
    sheet.paragraph(FILLER)
    (block,) = parse(saved(document, tmp_path)).of_kind("algorithm")
    assert block.text.splitlines() == [
        "for all of the steps that there are to go do",
        "  go on with all of the things that there are to do",
    ]


def caption(y: float) -> Line:
    span = Span("Algorithm 1 Descent", SIZE, "Times-Bold", True, False, 100, 200, y, False)
    return Line(1, [span], 100, y - 8, 200, y + 2)


@pytest.mark.parametrize(
    ("rules", "body"),
    [
        ([(100, 300, 88), (100, 300, 104), (100, 300, 200)], (104, 200)),
        ([(100, 300, 104), (100, 300, 200)], (104, 200)),
        ([(100, 300, 88), (100, 300, 200)], (102, 200)),
        ([(100, 300, 88), (100, 300, 104), (100, 300, 200), (100, 300, 230), (100, 300, 250)], (104, 200)),
        ([(100, 300, 88), (100, 300, 104), (120, 180, 150), (100, 300, 200)], (104, 200)),
        ([(100, 300, 20), (100, 300, 88)], (20, 88)),
        ([(100, 300, 400)], None),
        ([], None),
    ],
)
def test_the_body_lies_between_the_rules(rules: list[Rule], body: tuple[float, float] | None) -> None:
    assert frame(rules, caption(100)) == body


def text(printed: str, x: float, *, slanted: bool = False, bold: bool = False) -> list[Glyph]:
    """Letters of a font of text, half their size wide."""
    return [
        Glyph(rf"\mathbf{{{c}}}" if bold else c, x + 5 * i, x + 5 * i + 5, 100, 93, 100, SIZE, not slanted, text=c, slanted=slanted)
        for i, c in enumerate(printed)
        if c != " "
    ]  # fmt: skip


def symbol(latex: str, x: float, y: float = 100, size: float = SIZE) -> Glyph:
    return Glyph(latex, x, x + 0.5 * size, y, y - 0.6 * size, y, size)


def line(*glyphs: Glyph | list[Glyph]) -> str:
    return inline_text([g for part in glyphs for g in (part if isinstance(part, list) else [part])], RowWriter())


def test_formulas_of_a_line_stand_between_dollars() -> None:
    given_rate = text("a rate", 0)
    assert line(given_rate, symbol(r"\eta", 35), text("= 0.1,", 45), text("then", 80)) == r"a rate $\eta = 0.1$, then"


def test_words_beside_a_formula_are_words() -> None:
    assert line(symbol("d", 0), text("-dimensional", 5)) == "$d$ -dimensional"
    assert line(text("with (see", 0), symbol(r"\theta", 50), text(")", 55)) == r"with (see $\theta$)"


def test_single_letters_in_bold_or_italics_are_mathematics_where_the_line_is_not() -> None:
    assert line(text("load", 0), text("K", 25, bold=True), text("now", 35)) == r"load $\mathbf{K}$ now"
    assert line(text("where", 0), text("n", 30, slanted=True), text("grows", 40)) == "where $n$ grows"
    assert line(text("for all n", 0, slanted=True)) == "for all n"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*"abz01(),.=-", r"\eta", r"\leq", "  "]), min_size=1, max_size=40))
def test_dollars_come_in_pairs_and_no_letter_is_lost(parts: list[str]) -> None:
    glyphs = [symbol(p, 5 * i) if p.startswith("\\") else text(p, 5 * i)[0] for i, p in enumerate(parts) if p.strip()]
    written = inline_text(glyphs, RowWriter())
    assert written.count("$") % 2 == 0
    bare = re.sub(r"\\[A-Za-z]+", " ", written)
    assert sorted(c for c in bare if c.isalnum()) == sorted(c for p in parts for c in p if len(p) == 1 and c.isalnum())


def test_a_paragraph_whose_words_would_be_lost_stays_as_printed() -> None:
    span = Span("a rate of η for all of them", SIZE, "CMMI10", False, False, 100, 200, 100, False)
    lines = [Line(1, [span], 100, 92, 200, 102)]
    few = text("a rate", 100)
    assert rebuilt(lines, "a rate of η for all of them", lambda *_: (few, []), frozenset()) is None
    assert rebuilt(lines, "a rate of η for all of them", lambda *_: ([], []), frozenset()) is None
