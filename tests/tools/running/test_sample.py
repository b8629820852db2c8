"""The embedded sample is what it claims to be: exactly six planted differences, each of which matters when run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.papers.settings import paper_settings

SAMPLE = Path(__file__).parents[2] / "sample"
DIFFERENCES: list[dict[str, Any]] = json.loads((SAMPLE / "differences.json").read_text())
SHOWN_BY = {
    "attention_scale": {"logits", "padded_logits", "first_loss", "weights_after"},
    "norm_placement": {"logits", "padded_logits", "first_loss", "weights_after"},
    "activation_variant": {"logits", "padded_logits", "first_loss", "weights_after"},
    "label_smoothing": {"first_loss", "weights_after"},
    "optimizer_betas": {"weights_after"},
    "gradient_clipping": {"weights_after"},
}
SAME = 2e-5
"""Largest absolute difference by rounding; logits are of the order of 10."""


def undone(without: str | None, to: Path) -> Path:
    """A copy of mine with all differences undone but one."""
    shutil.copytree(SAMPLE / "mine", to)
    for difference in DIFFERENCES:
        if difference["category"] == without:
            continue
        file = to / difference["mine"]["file"]
        for edit in difference["undo"]:
            text = file.read_text()
            assert text.count(edit["find"]) == 1
            file.write_text(text.replace(edit["find"], edit["replace"]))
    return to


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str | None, dict[str, float]]:
    """For each category, what differs when only it is left in; for None, when all are undone."""
    folder = tmp_path_factory.mktemp("undone")
    cases: list[str | None] = [None, *SHOWN_BY]
    sides = [str(undone(case, folder / str(case))) for case in cases]
    command = [sys.executable, str(SAMPLE / "parity.py"), str(SAMPLE / "official"), *sides]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return dict(zip(cases, map(json.loads, done.stdout.splitlines()), strict=True))


def test_there_are_six_over_several_categories_at_the_lines_that_they_name() -> None:
    assert {d["category"] for d in DIFFERENCES} == set(SHOWN_BY)
    assert len(DIFFERENCES) == 6
    for difference in DIFFERENCES:
        line = (SAMPLE / "mine" / difference["mine"]["file"]).read_text().splitlines()[difference["mine"]["line"] - 1]
        assert difference["undo"][0]["find"] in line
        official = difference["official"]
        assert (SAMPLE / "official" / official["file"]).read_text().splitlines()[official["line"] - 1].strip()


def test_with_all_undone_the_two_sides_are_equal(measured: dict[str | None, dict[str, float]]) -> None:
    assert {what for what, distance in measured[None].items() if distance > SAME} == set()


@pytest.mark.parametrize("category", SHOWN_BY)
def test_each_alone_makes_them_differ_where_it_should(
    category: str, measured: dict[str | None, dict[str, float]]
) -> None:
    assert {what for what, distance in measured[category].items() if distance > SAME} == SHOWN_BY[category]


@pytest.mark.parametrize("form", ["pdf", "latex"])
def test_the_paper_is_silent_on_two_settings_and_contradicts_itself_on_one(form: str) -> None:
    from paper_implementer.tools.papers.formats import latex, pdf

    folder = SAMPLE / "paper"
    paper = pdf.parse(str(folder / "paper.pdf")) if form == "pdf" else latex.parse(str(folder))
    assert paper.title == "EbbNet: Compact Sequence Classification with Fading Attention"
    settings = paper_settings(paper, None, None)
    assert {gap.key for gap in settings.silent} == {"init.scheme", "schedule.warmup_steps"}
    assert [(c.key, [f.value for f in c.facts]) for c in settings.contradictions] == [("dropout.rate", [0.1, 0.2])]
