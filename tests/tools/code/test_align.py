"""Alignment finds the unit that does the same work under another name, and says so when there is none."""

from __future__ import annotations

from pathlib import Path

from paper_implementer.tools.code.align import align, likely_files, official_units
from paper_implementer.tools.code.canonical.project import open_project
from paper_implementer.tools.code.compare import compare
from paper_implementer.tools.code.units import units_of

OFFICIAL = """
import torch
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))

    def forward(self, x):
        return self.net(x)


class Attention(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, -1)
        return (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1) @ v
"""
MINE = """
import torch
from torch import nn


class Mixer(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.all = nn.Linear(n, n * 3)

    def forward(self, tokens):
        a, b, c = torch.chunk(self.all(tokens), 3, dim=-1)
        table = torch.matmul(a, b.transpose(-2, -1)) / a.shape[-1] ** 0.5
        return torch.matmul(torch.softmax(table, dim=-1), c)
"""


def write(folder: Path, **files: str) -> str:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return str(folder)


def test_a_renamed_class_meets_the_class_that_computes_the_same(tmp_path: Path) -> None:
    mine = open_project(write(tmp_path / "mine", own=MINE))
    official = open_project(write(tmp_path / "official", model=OFFICIAL))
    found = align(units_of(mine, list(mine.files)), official_units(official, list(official.files)))
    ((unit, candidates),) = found.items()
    assert (unit.name, candidates[0].unit.name) == ("Mixer", "Attention")
    assert candidates[0].score > candidates[1].score


def test_of_a_large_code_base_the_files_that_are_alike_are_read(tmp_path: Path) -> None:
    filler = "\n".join(f"def report_{i}(row):\n    return row.total_{i}" for i in range(12_000))
    mine = open_project(write(tmp_path / "mine", own=MINE))
    official = open_project(write(tmp_path / "official", accounts=filler, ledger=filler, bills=filler, model=OFFICIAL))
    chosen = likely_files(mine, official)
    assert chosen[0] == "model.py"
    assert len(chosen) < 4


def test_the_result_names_both_places(tmp_path: Path) -> None:
    result = compare(
        write(tmp_path / "mine", own=MINE),
        write(tmp_path / "official", model=OFFICIAL),
        mine_ref="mine",
        official_ref="official",
    )
    (pair,) = result.aligned
    assert (pair.mine.symbol, pair.mine.line, pair.official.symbol, pair.official.line) == ("Mixer", 6, "Attention", 15)
    assert result.findings == []


def test_nothing_alike_is_said_and_nothing_invented(tmp_path: Path) -> None:
    other = "def invoice(rows):\n    return sorted(rows, key=str)\n"
    result = compare(
        write(tmp_path / "mine", own=MINE),
        write(tmp_path / "official", bills=other),
        mine_ref="mine",
        official_ref="official",
    )
    assert result.findings == []
    assert [p.symbol for p in result.unaligned.mine] == ["Mixer"]
    assert any("No unit of mine" in w for w in result.warnings)


def test_broken_statements_are_reported_and_the_rest_is_compared(tmp_path: Path) -> None:
    broken = MINE.replace("/ a.shape[-1] ** 0.5", "/ a.shape[-1]") + "\n\ndef half(:\n    return 1\n"
    result = compare(
        write(tmp_path / "mine", own=broken),
        write(tmp_path / "official", model=OFFICIAL),
        mine_ref="mine",
        official_ref="official",
    )
    assert [f.category for f in result.findings] == ["attention_scale"]
    assert any("own.py" in w for w in result.warnings)
