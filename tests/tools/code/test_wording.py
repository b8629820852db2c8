"""Where formulas differ, a person sees the two lines of code."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.knowledge.facts import Place
from paper_implementer.tools.code.findings import Finding
from paper_implementer.tools.code.wording import only_renamed, reworded


def finding(summary: str, line: int = 2) -> Finding:
    return Finding(
        id="d1",
        category="temperature",
        severity="high",
        confidence=0.8,
        summary=summary,
        mine=Place(file="mine.py", line=line),
        official=Place(file="official.py", line=1),
        mine_does="(a / b)",
        official_does="(a * b)",
        suggestion="",
    )


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "mine.py").write_text("import torch\n    logits = scores / heat\n")
    (tmp_path / "official.py").write_text("logits = scores * heat\n")
    return tmp_path, tmp_path


def test_the_lines_are_quoted(roots: tuple[Path, Path]) -> None:
    (shown,) = reworded([finding("computation: mine (a / b); official (a * b)")], *roots)
    assert (shown.mine_does, shown.official_does) == ("logits = scores / heat", "logits = scores * heat")
    assert shown.summary == "temperature: another formula than the official one"


def test_a_root_may_be_the_one_file(roots: tuple[Path, Path]) -> None:
    (shown,) = reworded([finding("computation: x")], roots[0] / "mine.py", roots[1] / "official.py")
    assert shown.mine_does == "logits = scores / heat"


def test_a_line_on_which_something_else_is_found_is_not_told_twice(roots: tuple[Path, Path]) -> None:
    said = finding("temperature: mine 0.1; official 0.2")
    assert reworded([finding("computation: x"), said], *roots) == [said]


def test_a_line_that_cannot_be_read_keeps_what_was_found(roots: tuple[Path, Path]) -> None:
    kept = finding("computation: x", line=99)
    assert reworded([kept], *roots) == [kept]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("self.gate = nn.Linear(width, width)", "self.valve = nn.Linear(channels, channels)", True),
        ("y = f(a, b)", "z = f(b, a)", True),
        ("y = f(a, a)", "z = f(b, c)", False),
        ("y = l1_loss(a, b)", "z = mse_loss(a, b)", False),
        ("y = a * 2", "z = a * 3", False),
        ("y = a * b", "z = a / b", False),
    ],
)
def test_lines_that_differ_in_names_alone_are_told_from_others(first: str, second: str, same: bool) -> None:
    assert only_renamed(first, second) is same


def test_lines_that_differ_in_names_alone_are_no_finding(roots: tuple[Path, Path]) -> None:
    (roots[1] / "official.py").write_text("result = values / warmth\n")
    assert reworded([finding("computation: x")], *roots) == []
