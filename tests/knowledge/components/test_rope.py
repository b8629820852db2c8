"""Rotary positions beside two libraries that pair features differently."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.rope import rotate, to_half_split
from tests.support.agreement import assert_same_arrays, assert_same_gradients

SHAPES = [(5, 8), (2, 3, 7, 16), (1, 4, 130, 4)]


def half_split(x: Tensor) -> Tensor:
    """What transformers gives for Llama."""
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

    length, dim = x.shape[-2:]
    angles = torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(0, dim, 2).float() / dim)
    angles = torch.cat([angles, angles], -1)[None]
    heads = x.reshape(1, -1, length, dim)
    turned, _ = apply_rotary_pos_emb(heads, heads, angles.cos(), angles.sin())
    return turned.reshape(x.shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_interleaved_pairs_agree_with_rotary_embedding_torch(shape: tuple[int, ...]) -> None:
    from rotary_embedding_torch import RotaryEmbedding

    library = RotaryEmbedding(dim=shape[-1])
    assert_same_gradients(
        lambda x: rotate(x, torch.arange(shape[-2])), library.rotate_queries_or_keys, [torch.randn(shape)]
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_half_split_pairs_agree_with_transformers(shape: tuple[int, ...]) -> None:
    assert_same_gradients(
        lambda x: rotate(x, torch.arange(shape[-2]), interleaved=False), half_split, [torch.randn(shape)]
    )


def test_reordered_weights_give_the_same_scores_with_the_other_pairing() -> None:
    x, weights = torch.randn(6, 32), [torch.randn(4 * 8, 32) for _ in range(2)]
    scores = []
    for interleaved in (True, False):
        used = weights if interleaved else [to_half_split(w, heads=4) for w in weights]
        q, k = (
            rotate((x @ w.T).unflatten(-1, (4, 8)).transpose(0, 1), torch.arange(6), interleaved=interleaved)
            for w in used
        )
        scores.append(q @ k.transpose(-2, -1))
    torch.testing.assert_close(scores[0], scores[1], rtol=1e-4, atol=1e-4)


def test_products_depend_on_distance_only_even_far_away_in_bfloat16() -> None:
    q, k = torch.randn(1, 64), torch.randn(1, 64)
    near = rotate(q, torch.tensor([3])) @ rotate(k, torch.tensor([1])).T
    far = rotate(q, torch.tensor([1003])) @ rotate(k, torch.tensor([1001])).T
    torch.testing.assert_close(near, far, rtol=1e-3, atol=1e-3)
    coarse = rotate(q.bfloat16(), torch.tensor([100003]))
    torch.testing.assert_close(coarse.float(), rotate(q, torch.tensor([100003])), rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize("interleaved", [True, False])
@pytest.mark.parametrize("shape", SHAPES[:2])
def test_the_other_frameworks_agree(shape: tuple[int, ...], interleaved: bool) -> None:
    import keras
    from jax import numpy as jnp

    from paper_implementer.knowledge.components.jax.rope import rotate as jax_rotate
    from paper_implementer.knowledge.components.keras.rope import rotate as keras_rotate

    x = torch.randn(shape)
    # Interleaved pairs are half-split ones in another order of features.
    order = torch.arange(shape[-1]).unflatten(-1, (-1, 2)).T.flatten() if interleaved else torch.arange(shape[-1])
    expected = half_split(x[..., order])[..., order.argsort()].numpy()
    length = shape[-2]
    assert_same_arrays(jax_rotate(jnp.asarray(x.numpy()), jnp.arange(length), interleaved=interleaved), expected, 1e-4)
    keras_x = keras.ops.convert_to_tensor(x.numpy())
    assert_same_arrays(keras_rotate(keras_x, keras.ops.arange(length), interleaved=interleaved), expected, 1e-4)
