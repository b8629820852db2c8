"""LoRA beside peft, with the same weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.lora import LoRALinear
from tests.support.agreement import assert_same_arrays, assert_same_gradients


def pair(stabilised: bool = False) -> tuple[LoRALinear, Any]:
    """My layer and that of peft, with equal weights that are not zero."""
    from peft import LoraConfig, get_peft_model

    base = nn.Linear(6, 5)
    mine = LoRALinear(base, rank=3, alpha=12, stabilised=stabilised)
    with torch.no_grad():
        mine.up.copy_(torch.randn(5, 3))
    wrapper = nn.Sequential(nn.Linear(6, 5))
    wrapper[0].load_state_dict(base.state_dict())
    config = LoraConfig(r=3, lora_alpha=12, target_modules=["0"], use_rslora=stabilised)
    theirs: Any = get_peft_model(wrapper, config)
    layer = theirs.base_model.model[0]
    with torch.no_grad():
        layer.lora_A["default"].weight.copy_(mine.down)
        layer.lora_B["default"].weight.copy_(mine.up)
    return mine, layer


@pytest.mark.parametrize("stabilised", [False, True])
def test_agrees_with_peft(stabilised: bool) -> None:
    mine, theirs = pair(stabilised)
    weights = [(mine.down, theirs.lora_A["default"].weight), (mine.up, theirs.lora_B["default"].weight)]
    assert_same_gradients(mine, theirs, [torch.randn(2, 4, 6)], weights)
    x = torch.randn(3, 6)
    theirs.merge()
    torch.testing.assert_close(mine.merged().weight, theirs.base_layer.weight)
    torch.testing.assert_close(mine.merged()(x), mine(x))


def test_it_starts_as_the_frozen_layer_and_trains_the_update_only() -> None:
    base = nn.Linear(6, 5)
    layer, x = LoRALinear(base), torch.randn(3, 6)
    assert torch.equal(layer(x), base(x))
    assert {name for name, p in layer.named_parameters() if p.requires_grad} == {"down", "up"}


def test_the_jax_reference_agrees_with_peft() -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.lora import lora

    mine, theirs = pair()
    x = torch.randn(3, 6)
    arrays = [jnp.asarray(t.detach().numpy()) for t in (x, mine.base.weight.T, mine.down.T, mine.up.T)]
    expected = theirs(x) - theirs.base_layer.bias
    assert_same_arrays(lora(arrays[0], arrays[1], arrays[2], arrays[3], 12.0), expected.detach().numpy())
