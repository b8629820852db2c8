"""Each check fails for the fault that it is for, and passes for the same model without it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.running.report import Check
from paper_implementer.tools.running.smoke import smoke_run
from tests.support.isolation import ISOLATION

pytestmark = pytest.mark.anyio

GPT = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, 2, batch_first=True)
        self.feed_forward = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x):
        length = x.shape[1]
        mask = torch.ones(length, length, dtype=torch.bool, device=x.device).triu({diagonal})
        normed = self.norm(x)
        x = x + self.attention(normed, normed, normed, attn_mask=mask, need_weights=False)[0]
        return x + self.feed_forward(x)


class TinyGPT(nn.Module):
    def __init__(self, vocab_size=40, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, width)
        self.place = nn.Embedding(64, width)
        self.blocks = nn.ModuleList([Block(width) for _ in range(2)])
        self.head = nn.Linear(width, vocab_size, bias=False)
        {init}

    def forward(self, ids):
        x = self.embed(ids) + self.place(torch.arange(ids.shape[1], device=ids.device))
        for block in self.blocks:
            x = block(x)
        return self.head(x)
"""
STATELESS = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)
        self.scale = {scale}

    def forward(self, x):
        return self.layer(x) * self.scale
"""
VISION = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8{options})
        self.head = nn.Linear(8, 5)

    def forward(self, images):
        x = self.norm(self.conv(images)).relu().mean((2, 3))
        return self.head({use})
"""
OVERFLOW = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)

    def forward(self, x):
        return (self.layer(x) * {factor}).sum(-1, keepdim=True) - {factor} * self.layer(x).sum(-1, keepdim=True) + self.layer(x)
"""


async def measured(name: str, source: str, tmp_path: Path, **arguments: Any) -> Any:
    """What one check measured, which passed."""
    found = await verdict(name, source, tmp_path, **arguments)
    assert found.status == "pass", found.why
    return found.measured


async def verdict(name: str, source: str, tmp_path: Path, **arguments: Any) -> Check:
    """One check of the model in this source."""
    (tmp_path / "net.py").write_text(source, encoding="utf-8")
    report = await smoke_run(
        str(tmp_path / "net.py"),
        checks=[name],
        device="cpu",
        python=sys.executable,
        home=tmp_path / "home",
        isolation=ISOLATION,
        **arguments,
    )
    found = next(check for check in report.checks if check.name == name)
    assert all(check.status == "pass" for check in report.checks if check.name in ("import", "forward"))
    return found


def gpt(diagonal: int = 1, init: str = "") -> str:
    return GPT.format(diagonal=diagonal, init=init or "nn.init.normal_(self.head.weight, std=0.02)")


async def test_the_loss_at_the_start_is_ln_c_unless_logits_start_large(tmp_path: Path) -> None:
    assert (await verdict("initial_loss", gpt(), tmp_path)).status == "pass"
    large = await verdict("initial_loss", gpt(init="nn.init.normal_(self.head.weight, std=3.0)"), tmp_path)
    assert large.status == "fail"
    assert "logits start too large" in large.why


async def test_the_start_of_a_loss_without_classes_is_not_judged(tmp_path: Path) -> None:
    source = STATELESS.format(scale="1.0").replace("return self.layer(x)", "return self.layer(x).unsqueeze(-1)")
    found = await verdict("initial_loss", source, tmp_path, inputs=[{"shape": [2, 8]}])
    assert found.status == "not_run"
    assert "mean square" in found.why


async def test_a_causal_model_does_not_see_ahead_and_a_mask_off_by_one_is_found(tmp_path: Path) -> None:
    good = await verdict("causal_leakage", gpt(), tmp_path)
    assert (good.status, good.measured) == ("pass", {"changed": 8, "first_output_that_changes": 8})
    shifted = await verdict("causal_leakage", gpt(diagonal=2), tmp_path)
    assert shifted.status == "fail"
    assert "look at the mask" in shifted.why


async def test_an_encoder_may_see_everything(tmp_path: Path) -> None:
    source = gpt(diagonal=100).replace("TinyGPT", "TinyEncoder")
    found = await verdict("causal_leakage", source, tmp_path)
    assert found.status == "not_run"
    assert "nothing says that the model is to be causal" in found.why


async def test_tensors_that_are_not_saved_are_found(tmp_path: Path) -> None:
    registered = "nn.Parameter(torch.randn(8))"
    assert (await verdict("state_dict", STATELESS.format(scale=registered), tmp_path)).status == "pass"
    forgotten = await verdict("state_dict", STATELESS.format(scale="torch.randn(8)"), tmp_path)
    assert forgotten.status == "fail"
    assert "parameters or buffers" in forgotten.why


async def test_statistics_over_the_batch_in_evaluation_mode_are_found(tmp_path: Path) -> None:
    assert (await verdict("single_example", VISION.format(options="", use="x"), tmp_path)).status == "pass"
    batch = VISION.format(options=", track_running_stats=False", use="x")
    assert (await verdict("single_example", batch, tmp_path)).status == "fail"
    squeezed = await verdict("single_example", VISION.format(options="", use="x.squeeze()"), tmp_path)
    assert squeezed.status == "fail"
    assert "squeezes" in squeezed.why


async def test_sums_that_lose_everything_in_half_precision_are_found(tmp_path: Path) -> None:
    assert (await verdict("mixed_precision", OVERFLOW.format(factor="1.0"), tmp_path)).status == "pass"
    assert (await verdict("mixed_precision", OVERFLOW.format(factor="1e4"), tmp_path)).status == "fail"


async def test_a_model_learns_a_batch_and_one_without_gradients_does_not(tmp_path: Path) -> None:
    good = await verdict("overfit", gpt(), tmp_path)
    assert good.status == "pass"
    assert isinstance(good.measured, dict)
    detached = gpt().replace("return self.head(x)", "return self.head(x.detach() * 0)")
    stuck = await verdict("overfit", detached, tmp_path)
    assert stuck.status == "fail"
    assert "gradients do not reach" in stuck.why


async def test_the_cost_is_counted_exactly(tmp_path: Path) -> None:
    found = await measured("cost", STATELESS.format(scale="1.0"), tmp_path, inputs=[{"shape": [4, 8]}])
    assert found["forward_flops"] == 2 * 4 * 8 * 8
    assert found["activation_bytes"] >= 4 * 8 * 4


async def test_blocks_can_be_recomputed_unless_they_keep_count(tmp_path: Path) -> None:
    assert (await verdict("checkpointing", gpt(), tmp_path)).status == "pass"
    counting = gpt().replace(
        "        return x + self.feed_forward(x)",
        "        self.calls = getattr(self, 'calls', 0) + 1\n        return x + self.feed_forward(x * self.calls)",
    )
    assert (await verdict("checkpointing", counting, tmp_path)).status == "fail"


async def test_two_processes_get_the_gradients_of_one(tmp_path: Path) -> None:
    good = await measured("distributed", STATELESS.format(scale="1.0"), tmp_path)
    assert good["backend"] == "gloo"
    assert good["ddp"]["largest_relative_difference"] < 1e-3
    assert good["fsdp"]["largest_relative_difference"] < 1e-3


async def test_a_loss_that_depends_on_the_size_of_the_batch_is_found(tmp_path: Path) -> None:
    source = STATELESS.format(scale="1.0").replace("* self.scale", "* x.shape[0]")
    assert (await verdict("distributed", source, tmp_path)).status == "fail"


BESIDE = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 6))
        self.pool = nn.Linear(6, 2)
        self.unused = {unused}

    def forward(self, x):
        hidden = self.body(x)
        return hidden, self.pool(hidden)
"""


async def test_a_head_beside_the_loss_is_reached_by_its_own_output(tmp_path: Path) -> None:
    check = await verdict("gradient_flow", BESIDE.format(unused="None"), tmp_path)
    assert check.status == "pass"
    assert isinstance(check.measured, dict)
    assert check.measured["by_other_outputs"] == ["pool.weight", "pool.bias"]


async def test_what_no_output_reaches_is_still_found(tmp_path: Path) -> None:
    check = await verdict("gradient_flow", BESIDE.format(unused="nn.Linear(6, 6, bias=False)"), tmp_path)
    assert check.status == "fail"
    assert isinstance(check.measured, dict)
    assert check.measured["not_reached"] == {"unused.weight": "none"}


TRANSLATOR = """
from torch import nn


class Translator(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(30, 8)
        self.head = nn.Linear(8, 30)

    def forward(self, input_ids=None, attention_mask=None, decoder_input_ids=None, labels=None):
        if decoder_input_ids is None:
            raise ValueError("decoder_input_ids are needed")
        return self.head(self.words(decoder_input_ids) + self.words(input_ids).mean(1, keepdim=True))
"""


async def test_an_encoder_with_a_decoder_gets_what_both_read(tmp_path: Path) -> None:
    found: dict[str, Any] = await measured("forward", TRANSLATOR, tmp_path)
    assert [kind.split()[0] for kind in found["inputs"]] == ["int64", "bool", "int64"]


GROUPED = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 6 * torch.distributed.get_world_size())

    def forward(self, x):
        return self.layer(x)
"""


async def test_code_that_wants_a_process_group_is_its_only_process(tmp_path: Path) -> None:
    found: dict[str, Any] = await measured("forward", GROUPED, tmp_path)
    assert found["outputs"] == [[2, 6]]
