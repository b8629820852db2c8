"""Multi-head attention beside torch's layer, whose masks mean the opposite."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.multi_head_attention import MultiHeadAttention
from tests.support.agreement import assert_same_arrays, assert_same_gradients


def pair(dim: int = 16, heads: int = 4) -> tuple[MultiHeadAttention, torch.nn.MultiheadAttention]:
    """My layer and torch's with the same weights."""
    mine, theirs = MultiHeadAttention(dim, heads), torch.nn.MultiheadAttention(dim, heads, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([p.weight for p in (mine.query, mine.key, mine.value)]))
        theirs.in_proj_bias.copy_(torch.cat([p.bias for p in (mine.query, mine.key, mine.value)]))
    theirs.out_proj.load_state_dict(mine.out.state_dict())
    return mine, theirs


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("cross", [False, True])
def test_agrees_with_torch(cross: bool, padded: bool, causal: bool) -> None:
    mine, library = pair()
    keys = 7 if cross else 5
    mask = torch.ones(2, keys, dtype=torch.bool)
    mask[1, 3:] = not padded
    triangle = torch.ones(5, keys, dtype=torch.bool).tril(keys - 5)

    def theirs(x: Tensor, memory: Tensor) -> Tensor:
        looked = memory if cross else x
        forbidden = ~triangle if causal else None
        return library(x, looked, looked, key_padding_mask=~mask, attn_mask=forbidden, need_weights=False)[0]

    inputs = [torch.randn(2, 5, 16), torch.randn(2, keys, 16)]
    assert_same_gradients(lambda x, m: mine(x, m if cross else None, mask, causal), theirs, inputs)


def test_weights_are_dropped_in_training_only() -> None:
    layer, x = MultiHeadAttention(16, 4, dropout=0.5), torch.randn(1, 6, 16)
    assert not torch.equal(layer(x), layer(x))
    assert torch.equal(layer.eval()(x), layer(x))


def test_the_keras_reference_agrees_with_torch() -> None:
    from paper_implementer.knowledge.components.keras.multi_head_attention import MultiHeadAttention as InKeras

    mine, theirs = pair()
    layer, x = InKeras(4), torch.randn(2, 5, 16)
    mask = torch.ones(2, 5, dtype=torch.bool)
    mask[0, 3:] = False
    layer(x.numpy())
    for own, other in (
        (layer.query, mine.query),
        (layer.key, mine.key),
        (layer.value, mine.value),
        (layer.out, mine.out),
    ):
        own.set_weights([other.weight.detach().T.numpy(), other.bias.detach().numpy()])
    expected = theirs(x, x, x, key_padding_mask=~mask, need_weights=False)[0].detach().numpy()
    assert_same_arrays(layer(x.numpy(), key_mask=mask.numpy()), expected, 1e-4)


def test_the_jax_reference_agrees_with_torch() -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.multi_head_attention import multi_head_attention
    from tests.support.agreement import assert_same_arrays

    theirs = torch.nn.MultiheadAttention(8, 2, batch_first=True)
    torch.nn.init.normal_(theirs.in_proj_bias)
    weights = dict(zip("qkv", theirs.in_proj_weight.detach().chunk(3), strict=True))
    biases = dict(zip("qkv", theirs.in_proj_bias.detach().chunk(3), strict=True))
    weights["o"], biases["o"] = theirs.out_proj.weight.detach(), theirs.out_proj.bias.detach()
    held = {name: jnp.asarray(w.T.numpy()) for name, w in weights.items()}
    held |= {"b" + name: jnp.asarray(b.numpy()) for name, b in biases.items()}
    x, memory, real = torch.randn(2, 4, 8), torch.randn(2, 6, 8), torch.ones(2, 6).bool()
    real[1, 4:] = False
    expected = theirs(x, memory, memory, key_padding_mask=~real)[0].detach()
    got = multi_head_attention(held, x.numpy(), 2, memory.numpy(), real.numpy())
    assert_same_arrays(got, expected.numpy())
    triangle = torch.ones(4, 4).triu(1).bool()
    expected = theirs(x, x, x, attn_mask=triangle)[0].detach()
    assert_same_arrays(multi_head_attention(held, x.numpy(), 2, causal=True), expected.numpy())
