"""Grouped-query attention beside torch, JAX, and a Llama layer with the same weights."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from paper_implementer.knowledge.components.pytorch.grouped_query_attention import GroupedQueryAttention
from tests.support.agreement import assert_same_arrays, assert_same_gradients


def theirs(layer: GroupedQueryAttention, x: Tensor, mask: Tensor | None, causal: bool) -> Tensor:
    """The same layer by torch's own grouping."""
    q, k, v = (p(x).unflatten(-1, (-1, layer.head_dim)).transpose(1, 2) for p in (layer.query, layer.key, layer.value))
    length = x.shape[1]
    allowed = (
        torch.ones(length, length, dtype=torch.bool).tril() if causal else torch.ones(length, length, dtype=torch.bool)
    )
    if mask is not None:
        allowed = allowed & mask[:, None, None, :]
    mixed = scaled_dot_product_attention(q, k, v, allowed, enable_gqa=True)
    return layer.out(mixed.transpose(1, 2).flatten(2))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("kv_heads", [8, 2, 1])
def test_agrees_with_torch(kv_heads: int, padded: bool, causal: bool) -> None:
    layer = GroupedQueryAttention(32, 8, kv_heads, bias=True)
    mask = torch.tensor([[True] * 6, [True] * 4 + [False] * 2]) if padded else None
    assert_same_gradients(
        lambda x: layer(x, mask, causal), lambda x: theirs(layer, x, mask, causal), [torch.randn(2, 6, 32)]
    )


def test_takes_the_weights_of_llama() -> None:
    from transformers import LlamaConfig
    from transformers.models.llama.modeling_llama import LlamaAttention

    config = LlamaConfig(hidden_size=32, num_attention_heads=8, num_key_value_heads=2, head_dim=4)
    config._attn_implementation = "eager"
    llama = LlamaAttention(config, layer_idx=0)
    mine = GroupedQueryAttention(32, 8, 2)
    for own, name in ((mine.query, "q_proj"), (mine.key, "k_proj"), (mine.value, "v_proj"), (mine.out, "o_proj")):
        own.load_state_dict(getattr(llama, name).state_dict())
    x = torch.randn(2, 5, 32)
    no_rotation = (torch.ones(1, 5, 4), torch.zeros(1, 5, 4))
    torch.testing.assert_close(mine(x), llama(x, no_rotation, attention_mask=None)[0])


def test_heads_that_cannot_be_shared_evenly_are_refused() -> None:
    with pytest.raises(ValueError, match="evenly"):
        GroupedQueryAttention(32, 8, 3)


@pytest.mark.parametrize("kv_heads", [4, 2, 1])
def test_the_jax_reference_agrees_with_jax(kv_heads: int) -> None:
    import jax

    from paper_implementer.knowledge.components.jax.grouped_query_attention import grouped_query_attention

    keys = jax.random.split(jax.random.key(0), 5)
    sizes = {"q": (16, 16), "k": (16, 4 * kv_heads), "v": (16, 4 * kv_heads), "o": (16, 16)}
    weights = {name: jax.random.normal(key, size) / 4 for (name, size), key in zip(sizes.items(), keys, strict=False)}
    x = jax.random.normal(keys[4], (2, 6, 16))

    def library(weights: dict[str, jax.Array], x: jax.Array) -> jax.Array:
        q, k, v = ((x @ weights[name]).reshape(2, 6, -1, 4) for name in "qkv")
        return jax.nn.dot_product_attention(q, k, v, is_causal=True).reshape(2, 6, -1) @ weights["o"]

    def mine(weights: dict[str, jax.Array], x: jax.Array) -> jax.Array:
        return grouped_query_attention(weights, x, heads=4, kv_heads=kv_heads, causal=True)

    one, back = jax.vjp(mine, weights, x)
    other, their_back = jax.vjp(library, weights, x)
    assert_same_arrays(one, other, 1e-4)
    for a, b in zip(jax.tree.leaves(back(one)), jax.tree.leaves(their_back(one)), strict=True):
        assert_same_arrays(a, b, 1e-3)


@pytest.mark.parametrize("causal", [False, True])
def test_the_keras_reference_agrees_with_keras(causal: bool) -> None:
    import keras
    from keras import ops

    from paper_implementer.knowledge.components.keras.grouped_query_attention import grouped_query_attention

    layer = keras.layers.GroupQueryAttention(4, 4, 2, use_bias=False)
    x = keras.random.normal((2, 5, 16), seed=0)
    expected = layer(x, x, use_causal_mask=causal)
    names = ("q", "k", "v", "o")
    flat = [ops.reshape(w, (16, -1)) if w.shape[0] == 16 else ops.reshape(w, (-1, 16)) for w in layer.weights]
    weights = dict(zip(names, flat, strict=True))
    assert_same_arrays(grouped_query_attention(weights, x, 4, 2, causal), expected, 1e-4)
