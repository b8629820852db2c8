"""SwiGLU beside a Llama layer and timm's."""

from __future__ import annotations

from typing import Any

import torch

from paper_implementer.knowledge.components.pytorch.swiglu import GatedFeedForward
from tests.support.agreement import assert_same_arrays, assert_same_gradients


def llama(width: int, hidden: int) -> Any:
    from transformers import LlamaConfig
    from transformers.models.llama.modeling_llama import LlamaMLP

    return LlamaMLP(LlamaConfig(hidden_size=width, intermediate_size=hidden, num_attention_heads=2))


def test_takes_the_weights_of_llama() -> None:
    theirs, mine = llama(16, 40), GatedFeedForward(16, 40)
    pairs = [(mine.gate, theirs.gate_proj), (mine.up, theirs.up_proj), (mine.down, theirs.down_proj)]
    for own, other in pairs:
        own.load_state_dict(other.state_dict())
    weights = [(own.weight, other.weight) for own, other in pairs]
    assert_same_gradients(mine, theirs, [torch.randn(2, 5, 16)], weights)


def test_agrees_with_timm() -> None:
    from timm.layers import SwiGLU

    theirs, mine = SwiGLU(16, 40), GatedFeedForward(16, 40, bias=True)
    for own, other in ((mine.gate, theirs.fc1_g), (mine.up, theirs.fc1_x), (mine.down, theirs.fc2)):
        own.load_state_dict(other.state_dict())
    assert_same_gradients(mine, theirs, [torch.randn(3, 16)])


def test_the_other_frameworks_agree() -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.swiglu import gated_feed_forward
    from paper_implementer.knowledge.components.keras.swiglu import GatedFeedForward as KerasGated

    theirs, x = llama(16, 40), torch.randn(3, 16)
    weights = [p.weight.detach().T.numpy() for p in (theirs.gate_proj, theirs.up_proj, theirs.down_proj)]
    expected = theirs(x).detach().numpy()
    assert_same_arrays(gated_feed_forward(jnp.asarray(x.numpy()), *map(jnp.asarray, weights)), expected, 1e-4)
    layer = KerasGated(40)
    layer(x.numpy())
    for own, weight in zip((layer.gate, layer.up, layer.down), weights, strict=True):
        own.set_weights([weight])
    assert_same_arrays(layer(x.numpy()), expected, 1e-4)
