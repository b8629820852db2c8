"""Tables of settings: titles over all columns, rows named by two cells, batches of tokens, counts with slashes."""

from __future__ import annotations

from paper_implementer.tools.papers.paper import Block
from paper_implementer.tools.papers.settings.tables import Cell, find_in_table


def _cells(rows: list[list[str]], caption: str = "") -> list[Cell]:
    shown = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return list(find_in_table(Block(id="tab:1", kind="table", rows=rows, caption=caption, text=shown), {}))


def _values(cells: list[Cell], key: str) -> dict[str | None, object]:
    return {c.scope: c.value for c in cells if c.key == key}


def test_a_title_over_all_columns_is_no_header() -> None:
    rows = [["", "", "SETTINGS", ""], ["Task", "Hidden", "Dropout", "Grad Clip"], ["Adding", "24", "0.1", "5"]]
    cells = _cells(rows)
    assert _values(cells, "model.hidden_size") == {"Adding": 24}
    assert _values(cells, "optimizer.gradient_clipping") == {"Adding": 5}


def test_two_cells_name_a_row() -> None:
    rows = [
        ["Model", "Data", "Epochs", "Base LR", "Dropout"],
        ["Net-S", "Birds", "7", "1e-3", "0.1"],
        ["Net-S", "Cars", "90", "3e-3", "0.0"],
    ]
    cells = _cells(rows, "Hyperparameters of training.")
    assert _values(cells, "training.epochs") == {"Net-S Birds": 7, "Net-S Cars": 90}
    assert _values(cells, "optimizer.learning_rate") == {"Net-S Birds": 1e-3, "Net-S Cars": 3e-3}


def test_two_counts_with_a_slash_are_no_fraction() -> None:
    rows = [["Model", "Epochs", "Dropout"], ["Net-L", "7/14", "0.1"]]
    assert _values(_cells(rows, "Training details."), "training.epochs") == {"Net-L": [7, 14]}


def test_a_batch_of_tokens_by_caption_or_label() -> None:
    rows = [["Model", "LR", "Batch"], ["1B", "2e-4", "0.5M"], ["2B", "1e-4", "1M"]]
    by_caption = _cells(rows, "We report the learning rate (LR) and the global batch size in number of tokens (Batch).")
    assert _values(by_caption, "training.batch_tokens") == {"1B": 500_000, "2B": 1_000_000}
    by_label = _cells([["Model", "LR", "Batch size (tokens)"], *rows[1:]], "Models.")
    assert _values(by_label, "training.batch_tokens") == {"1B": 500_000, "2B": 1_000_000}
    assert _values(_cells([["Model", "LR", "Batch"], ["A", "0.1", "64"]], "Models."), "training.batch_size") == {
        "A": 64
    }
