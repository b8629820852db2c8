"""Tables that a test draws come back as the cells that it drew, merged ones in every place that they cover."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.papers.formats import pdf
from tests.support.typeset import BOLD, FILLER, Sheet, saved

COLUMNS = (120.0, 230.0, 310.0, 390.0, 450.0)
END = 500.0


def drawn() -> tuple[Sheet, pymupdf.Document]:
    document = pymupdf.open()
    sheet = Sheet(document)
    sheet.line("On the Silt of Slow Rivers", 17, BOLD)
    sheet.heading("1 Introduction")
    sheet.paragraph(FILLER)
    sheet.paragraph("Table 1: What was measured.")
    sheet.y += 4
    return sheet, document


def rows_read(document: pymupdf.Document, folder: Path) -> list[list[str]]:
    page = document[0]
    page.insert_text((108, 640), "2 Methods", fontname=BOLD, fontsize=12)
    for i in range(3):
        page.insert_text(
            (108, 662 + 12 * i),
            "The rivers were measured in spring and again in the late autumn.",
            fontname="tiro",
            fontsize=10,
        )
    table = pdf.parse(saved(document, folder)).block("tab:1")
    assert table is not None
    return table.rows or []


def ruled(sheet: Sheet, x0: float = 116, x1: float = END) -> None:
    sheet.rule(x0, x1, sheet.y - 9)
    sheet.y += 4


def row(sheet: Sheet, *cells: str) -> None:
    for x, cell in zip(COLUMNS, cells, strict=False):
        if cell:
            sheet.put(x, sheet.y, cell)
    sheet.y += 12


def test_a_heading_over_a_rule_of_its_own_is_repeated(tmp_path: Path) -> None:
    sheet, document = drawn()
    ruled(sheet)
    sheet.put(254, sheet.y, "Spring load")
    sheet.put(412, sheet.y, "Autumn load")
    sheet.rule(228, 335, sheet.y + 3)
    sheet.rule(385, 495, sheet.y + 3)
    sheet.y += 13
    row(sheet, "", "sand", "silt", "sand", "silt")
    ruled(sheet)
    for name in ("Dane", "Ouse", "Tees"):
        row(sheet, name, "1.25", "3.50", "2.25", "4.75")
    ruled(sheet)
    rows = rows_read(document, tmp_path)
    assert rows[0] == ["", "Spring load", "Spring load", "Autumn load", "Autumn load"]
    assert rows[1:3] == [["", "sand", "silt", "sand", "silt"], ["Dane", "1.25", "3.50", "2.25", "4.75"]]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_a_label_in_the_middle_of_its_rows_is_repeated_in_each(tmp_path: Path, count: int) -> None:
    sheet, document = drawn()
    ruled(sheet)
    row(sheet, "River", "Place", "Load")
    ruled(sheet)
    for river in ("Dane", "Ouse"):
        top = sheet.y
        for i in range(count):
            row(sheet, "", f"gauge {i}", f"{i}.50")
        sheet.put(COLUMNS[0], (top + sheet.y - 12) / 2, river)
        ruled(sheet)
    rows = rows_read(document, tmp_path)
    expected = [[river, f"gauge {i}", f"{i}.50"] for river in ("Dane", "Ouse") for i in range(count)]
    assert rows == [["River", "Place", "Load"], *expected]


def test_a_head_between_two_rows_of_heads_is_in_both(tmp_path: Path) -> None:
    sheet, document = drawn()
    ruled(sheet)
    top = sheet.y
    row(sheet, "", "Sand", "Silt")
    row(sheet, "", "dry", "wet")
    sheet.put(COLUMNS[0], top + 6, "River")
    ruled(sheet)
    for name in ("Dane", "Ouse", "Tees"):
        row(sheet, name, "1.25", "3.50")
    ruled(sheet)
    assert rows_read(document, tmp_path)[:2] == [["River", "Sand", "Silt"], ["River", "dry", "wet"]]


def test_cells_of_several_lines_are_one_row(tmp_path: Path) -> None:
    sheet, document = drawn()
    ruled(sheet)
    row(sheet, "River", "What was seen")
    ruled(sheet)
    sheet.put(COLUMNS[0], sheet.y + 6, "Dane")
    row(sheet, "", "the water stood so high that all of the gauges were")
    row(sheet, "", "under it for a week")
    ruled(sheet)
    sheet.put(COLUMNS[0], sheet.y + 6, "Ouse")
    row(sheet, "", "nothing at all was seen there by those who went to")
    row(sheet, "", "look for it in spring")
    ruled(sheet)
    assert rows_read(document, tmp_path) == [
        ["River", "What was seen"],
        ["Dane", "the water stood so high that all of the gauges were under it for a week"],
        ["Ouse", "nothing at all was seen there by those who went to look for it in spring"],
    ]


def test_a_value_with_its_error_is_one_cell(tmp_path: Path) -> None:
    sheet, document = drawn()
    ruled(sheet)
    row(sheet, "River", "Load", "Depth")
    ruled(sheet)
    for name in ("Dane", "Ouse", "Tees", "Wear", "Tyne", "Exe"):
        row(sheet, name, "14.2 ± 1.3", "3.5 ± 0.2")
    ruled(sheet)
    assert rows_read(document, tmp_path)[1] == ["Dane", "14.2 ± 1.3", "3.5 ± 0.2"]


def test_text_beside_a_table_is_not_in_it(tmp_path: Path) -> None:
    document = pymupdf.open()
    sheet = Sheet(document, right=300)
    sheet.line("On the Silt of Slow Rivers", 17, BOLD)
    sheet.heading("1 Introduction")
    start = sheet.y
    sheet.paragraph(FILLER * 3)
    beside = Sheet.__new__(Sheet)
    beside.page, beside.left, beside.right, beside.y = sheet.page, 330, 504, start + 20
    for i, cells in enumerate([("River", "Load"), ("Dane", "1.25"), ("Ouse", "2.50")]):
        if i < 2:
            beside.rule(328, 500, beside.y - 9)
            beside.y += 4
        beside.put(335, beside.y, cells[0], 9)
        beside.put(440, beside.y, cells[1], 9)
        beside.y += 11
    beside.rule(328, 500, beside.y - 7)
    beside.put(328, beside.y + 6, "Table 1: What was measured.", 9)
    assert rows_read(document, tmp_path) == [["River", "Load"], ["Dane", "1.25"], ["Ouse", "2.50"]]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Dane", "Ouse", "Upper Tees", "Wear"]),
            *[st.integers(0, 9999).map(lambda n: f"{n / 100:.2f}")] * 4,
        ),
        min_size=2,
        max_size=9,
    )
)
@settings(max_examples=15, deadline=None)
def test_any_table_of_cells_comes_back(cells: list[tuple[str, ...]]) -> None:
    sheet, document = drawn()
    ruled(sheet)
    row(sheet, "River", "sand", "silt", "clay", "rest")
    ruled(sheet)
    for one in cells:
        row(sheet, *one)
    ruled(sheet)
    with TemporaryDirectory() as folder:
        rows = rows_read(document, Path(folder))
    assert rows == [["River", "sand", "silt", "clay", "rest"], *map(list, cells)]
