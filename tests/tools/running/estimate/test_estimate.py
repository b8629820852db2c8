"""What an estimate answers: published figures, verdicts, ways to need less, and code that is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.errors import BadReference, Unreadable
from paper_implementer.tools.running.estimate.estimate import estimate_compute
from tests.support.isolation import ISOLATION

pytestmark = pytest.mark.anyio

LLAMA = {
    "family": "llama",
    "layers": 32,
    "hidden_size": 4096,
    "heads": 32,
    "feedforward_size": 11008,
    "vocabulary_size": 32000,
}


async def test_seven_billion_parameters_need_what_is_published() -> None:
    found = await estimate_compute(settings=LLAMA, batch=1, sequence=2048, precision="bf16")
    assert found.parameters["total"] == 6_738_415_616
    assert found.memory.weights == 2 * 6_738_415_616
    # ZeRO, section 3.1: 16 bytes a parameter with Adam in mixed precision.
    held = found.memory
    assert held.weights is not None
    assert held.gradients is not None
    assert held.optimizer is not None
    assert held.weights + held.gradients + held.optimizer == 16 * 6_738_415_616
    # Six operations a parameter and token, and those of attention on top.
    assert found.flops.training_step is not None
    assert found.flops.training_step / (6 * 6.74e9 * 2048) == pytest.approx(1.03, abs=0.06)
    assert found.fits is None
    assert found.hours is None


async def test_hours_of_a_published_run_come_out_about_right() -> None:
    # Llama 2, table 2: 184,320 GPU hours of A100 80GB for 2.0T tokens of 7B.
    settings = LLAMA | {"tokens": 2e12, "gpus": 1024, "sharding": 3, "utilisation": 0.45}
    found = await estimate_compute(settings=settings, sequence=4096, precision="bf16", gpu="A100 80GB")
    assert found.hours is not None
    assert found.hours * 1024 == pytest.approx(184_320, rel=0.15)
    assert found.gpu[0].source.file is not None
    assert any("45%" in said for said in found.assumptions)


async def test_what_does_not_fit_says_what_to_give_up_in_which_order() -> None:
    found = await estimate_compute(settings=LLAMA, batch=8, sequence=2048, precision="fp32", gpu="A100 40GB")
    assert found.fits is False
    totals = [one.total for one in found.scale_down]
    assert totals == sorted(totals, reverse=True)
    assert [one.fits for one in found.scale_down] == [False] * (len(totals) - 1) + [True]
    assert "accumulation" in found.scale_down[1].change
    assert "LoRA" in found.scale_down[-1].change
    assert "does after" in found.verdict


async def test_a_small_model_fits_and_nothing_is_given_up() -> None:
    settings = {"family": "gpt2", "layers": 12, "hidden_size": 768, "heads": 12, "vocabulary_size": 50257}
    found = await estimate_compute(settings=settings, sequence=1024, gpu="T4")
    assert found.fits is True
    assert found.scale_down == []
    assert any("no bfloat16" in said for said in found.assumptions)


async def test_running_needs_a_cache_and_no_gradients() -> None:
    found = await estimate_compute(settings=LLAMA | {"training": False}, batch=4, sequence=4096, precision="bf16")
    assert found.memory.gradients == found.memory.optimizer == 0
    # Half a MiB a token for 7B in 16 bits.
    assert found.memory.kv_cache == 4 * 4096 * 2 * 32 * 4096 * 2
    assert found.flops.training_step is None


async def test_sharding_divides_what_it_says() -> None:
    found = [
        (await estimate_compute(settings=LLAMA | {"gpus": 8, "sharding": stage}, sequence=64, precision="bf16")).memory
        for stage in range(4)
    ]
    parts = [(m.weights, m.gradients, m.optimizer) for m in found]
    (weights, gradients, states) = parts[0]
    assert weights is not None
    assert gradients is not None
    assert states is not None
    assert parts[1:] == [
        (weights, gradients, states // 8),
        (weights, gradients // 8, states // 8),
        (weights // 8, gradients // 8, states // 8),
    ]


async def test_code_is_measured(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "from torch import nn\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.layers = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10))\n"
        "    def forward(self, x):\n"
        "        return self.layers(x)\n"
    )
    target = f"{tmp_path / 'model.py'}:Net"
    found = await estimate_compute(
        target, batch=16, precision="fp32", gpu="T4", home=tmp_path / "home", isolation=ISOLATION
    )
    assert found.parameters["total"] == 32 * 64 + 64 + 64 * 10 + 10
    assert found.flops.forward_example == 2 * (32 * 64 + 64 * 10)
    assert found.fits is True
    assert found.memory.activations is not None
    assert found.memory.activations > 0


async def test_code_that_does_not_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        raise OSError('no weights')\n"
    )
    with pytest.raises(Unreadable, match="no weights"):
        await estimate_compute(f"{tmp_path / 'model.py'}:Net", home=tmp_path / "home", isolation=ISOLATION)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "either code or sizes"),
        ({"target": "a.py:B", "settings": LLAMA}, "either code or sizes"),
        ({"settings": LLAMA}, "length of a sequence"),
        ({"settings": LLAMA, "sequence": 8, "gpu": "H9000"}, "in the table of GPUs"),
        ({"settings": LLAMA | {"optimizer": "magic"}, "sequence": 8}, "optimizer cannot be 'magic'"),
        ({"settings": LLAMA | {"tokens": "1T"}, "sequence": 8}, "are numbers"),
        ({"settings": LLAMA | {"sharding": 9}, "sequence": 8}, "out of range"),
        ({"settings": LLAMA | {"tokens": 1e9, "utilisation": 3}, "sequence": 8, "gpu": "T4"}, "utilisation of 3"),
    ],
)
async def test_bad_questions_say_what_to_ask(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(BadReference, match=said):
        await estimate_compute(**arguments)
