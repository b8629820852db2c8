"""A smoke run finds the model, its arguments and its inputs, and each check catches what it is for."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.errors import BadReference, NotFound, NotInstalled
from paper_implementer.tools.running.checks import CHECKS, ON_REQUEST
from paper_implementer.tools.running.report import Check, SmokeReport
from paper_implementer.tools.running.smoke import smoke_run
from paper_implementer.tools.running.store import RunStore
from tests.support.isolation import ISOLATION, SANDBOX

pytestmark = pytest.mark.anyio
SAMPLE = Path(__file__).parents[2] / "sample"
DEFAULT = [name for name in CHECKS if name not in ON_REQUEST]


async def smoke(target: Path | str, home: Path, **arguments: Any) -> SmokeReport:
    """Run with the interpreter of the tests, which has torch."""
    return await smoke_run(
        str(target), home=home, **{"device": "cpu", "python": sys.executable, "isolation": ISOLATION, **arguments}
    )


def verdicts(report: SmokeReport) -> dict[str, Check]:
    return {check.name: check for check in report.checks}


async def test_the_reimplementation_of_the_sample_passes_all_checks(tmp_path: Path) -> None:
    told: list[str] = []
    report = await smoke(SAMPLE / "mine", tmp_path, progress=lambda done, total, message: told.append(message))
    assert [(c.name, c.status) for c in report.checks if c.name != "causal_leakage"] == [
        (name, "pass") for name in DEFAULT if name != "causal_leakage"
    ]
    checks = verdicts(report)
    assert checks["parameter_count"].measured == {"total": 164_564, "trainable": 164_564}
    assert checks["forward"].measured == {"inputs": ["int64 [2, 16]"], "outputs": [[2, 8]]}
    assert "SequenceSorter of net.py" in report.entry.how_found
    assert report.entry.shrunk == []
    assert report.isolation.level == (SANDBOX.level if SANDBOX else "none")
    assert report.environment["device"] == "cpu"
    assert "gradient_flow" in told
    assert RunStore(tmp_path).get(report.run_id) == report


FAULTY = '''
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass
class NetConfig:
    vocab_size: int = 50
    width: int = 16


class Net(nn.Module):
    """Has an unused layer, dropout that is always on, and a softmax over the batch."""

    def __init__(self, config: NetConfig):
        super().__init__()
        self.embed = nn.Embedding(config.vocab_size, config.width)
        self.unused = nn.Linear(config.width, config.width)
        self.start = nn.Linear(config.width, config.width)
        self.end = nn.Linear(config.width, 3)
        nn.init.zeros_(self.end.weight)

    def forward(self, tokens):
        x = F.dropout(self.start(self.embed(tokens)), 0.5)
        return self.end(x.mean(1) + x.mean(1).softmax(0)) + torch.randn(3) * 0 + x.mean(1)[:, :3].softmax(0)
'''


async def test_each_check_names_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(FAULTY)
    checks = verdicts(await smoke(tmp_path / "net.py", tmp_path))
    assert checks["gradient_flow"].status == "fail"
    measured = checks["gradient_flow"].measured
    assert isinstance(measured, dict)
    assert measured["not_reached"] == {"unused.weight": "none", "unused.bias": "none"}
    assert checks["eval_mode"].status == "fail"
    assert "dropout is active" in checks["eval_mode"].why
    assert checks["batch_leakage"].status == "fail"
    assert checks["determinism"].status == "pass"
    assert checks["parameter_count"].measured == {"total": 50 * 16 + 2 * (16 * 16 + 16) + 3 * 16 + 3} | {
        "trainable": 50 * 16 + 2 * (16 * 16 + 16) + 3 * 16 + 3
    }


UNSTEADY = """
import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.layer = nn.Linear(width, 4)

    def forward(self, x):
        noise = int.from_bytes(os.urandom(2), "big") / 65536
        return torch.log(self.layer(x) * 0 - 1) * noise if self.training else self.layer(x) + noise
"""


async def test_undefined_losses_and_randomness_without_a_seed_are_found(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(UNSTEADY)
    report = await smoke(f"{tmp_path}/net.py:Net", tmp_path, inputs=[{"shape": [3, 8]}])
    checks = verdicts(report)
    assert checks["finite_loss"].status == "fail"
    assert checks["determinism"].status == "fail"
    assert checks["eval_mode"].status == "not_run"
    assert "random numbers of its own" in checks["eval_mode"].why
    assert "as asked, float32 3x8" in report.entry.how_found


BROKEN = """
from torch import nn


class Net(nn.Module):
    def __init__(self, in_channels, num_classes, hidden_dim):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(in_channels, hidden_dim, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.head = nn.Linear(hidden_dim * 2, num_classes)

    def forward(self, images):
        x = self.stem(images).flatten(1)
        return self.head(x)
"""


async def test_a_shape_error_is_the_models_own_and_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(BROKEN)
    report = await smoke(tmp_path, tmp_path)
    forward = verdicts(report)["forward"]
    assert forward.status == "fail"
    assert "shapes cannot be multiplied" in forward.why
    assert forward.place is not None
    assert (forward.place.file, forward.place.line, forward.place.symbol) == ("net.py", 13, "forward")
    assert {c.status for c in report.checks[2:]} == {"not_run"}


HUGE = """
from torch import nn


class Giant(nn.Module):
    def __init__(self, vocab_size=50000, d_model=4096, n_layers=40, n_heads=32):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, d_model)
        layer = lambda: nn.TransformerEncoderLayer(d_model, n_heads, 4 * d_model, batch_first=True)
        self.layers = nn.ModuleList([layer() for _ in range(n_layers)])
        self.head = nn.Linear(d_model, vocab_size)

    def forward(self, input_ids):
        x = self.embed(input_ids)
        for layer in self.layers:
            x = layer(x)
        return self.head(x)
"""


async def test_a_model_of_eight_billion_parameters_is_made_small_and_the_report_says_so(tmp_path: Path) -> None:
    (tmp_path / "giant.py").write_text(HUGE)
    report = await smoke(tmp_path, tmp_path, checks=["parameter_count", "finite_loss"])
    assert [(c.name, c.status) for c in report.checks] == [
        (name, "pass") for name in ("import", "forward", "finite_loss", "parameter_count")
    ]
    counted = verdicts(report)["parameter_count"].measured
    assert isinstance(counted, dict)
    layer = 4 * 4096**2 + 4 * 4096 + 2 * 4 * 4096**2 + 5 * 4096 + 4 * 4096
    assert counted["at_full_size"] == 40 * layer + 2 * 50000 * 4096 + 50000
    assert isinstance(counted["total"], int)
    assert counted["total"] <= 100_000_000
    assert "n_layers: 40 -> 2" in report.entry.shrunk


ASKS = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)

    def forward(self, graph):
        return self.layer(graph["nodes"])
"""


async def test_what_cannot_be_guessed_is_asked_and_smoke_py_answers(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(ASKS)
    forward = verdicts(await smoke(tmp_path / "net.py", tmp_path))["forward"]
    assert forward.status == "not_run"
    assert forward.why.startswith("What does forward(graph) take? Tried")
    assert "example_inputs()" in forward.why
    (tmp_path / "smoke.py").write_text(
        "import torch\n\n\ndef example_inputs():\n    return ({'nodes': torch.randn(4, 8)},)\n"
    )
    report = await smoke(tmp_path / "net.py", tmp_path)
    assert verdicts(report)["forward"].status == "pass"
    assert "example_inputs of the code" in report.entry.how_found
    assert verdicts(report)["batch_leakage"].status == "not_run"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"checks": ["forward", "speed"]}, BadReference, "'speed'"),
        ({"device": "tpu"}, BadReference, "'tpu'"),
        ({"isolation": "sandbox"}, BadReference, "no level of isolation"),
        ({"inputs": [{"shape": [2], "dtype": "text"}]}, BadReference, "inputs cannot be read"),
        ({"python": "/nowhere/python"}, NotInstalled, "/nowhere/python"),
    ],
    ids=["check", "device", "isolation", "input", "interpreter"],
)
async def test_what_cannot_be_done_is_refused_before_anything_runs(
    tmp_path: Path, arguments: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        await smoke(SAMPLE / "mine", tmp_path, **arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("run_id", ["run-000000000000", "../../etc/passwd", ""])
def test_a_run_that_is_not_recorded_is_not_found(tmp_path: Path, run_id: str) -> None:
    with pytest.raises((NotFound, BadReference)):
        RunStore(tmp_path).get(run_id)


GUESSED = """
from torch import nn


class Net(nn.Module):
    def __init__(self, n, backbone_width, num_heads):
        super().__init__()
        self.first = nn.Linear(n, backbone_width)
        self.second = nn.Linear(n + 1, backbone_width)

    def forward(self, x):
        return self.second(self.first(x))


class Margin(nn.Module):
    def forward(self, logits, target):
        return (1 - logits.gather(1, target[:, None])).clamp(min=0).mean()
"""


async def test_a_failure_that_guesses_may_have_caused_is_a_question(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(GUESSED)
    forward = verdicts(await smoke(f"{tmp_path}/net.py:Net", tmp_path))["forward"]
    assert forward.status == "not_run"
    assert "guessed arguments n=64, backbone_width=64, num_heads=4" in forward.why


async def test_a_loss_has_nothing_to_train_and_does_not_fail_for_it(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(GUESSED)
    checks = verdicts(await smoke(f"{tmp_path}/net.py:Margin", tmp_path))
    assert checks["forward"].status == "pass"
    assert {checks[name].status for name in ("finite_loss", "gradient_flow", "determinism")} == {"not_run"}
    assert checks["parameter_count"].measured == {"total": 0, "trainable": 0}


RUNNING = Path(__file__).parents[3] / "tools" / "running"


@pytest.mark.parametrize("file", [*RUNNING.glob("inside/*.py"), *RUNNING.glob("checks/*.py")], ids=lambda f: f.name)
def test_what_runs_in_the_users_interpreter_is_python_3_8_and_needs_only_the_standard_library(file: Path) -> None:
    tree = ast.parse(file.read_text(), feature_version=(3, 8))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or "."] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert imported <= sys.stdlib_module_names | {"torch"}
