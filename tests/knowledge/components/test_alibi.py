"""ALiBi beside BLOOM's, which writes the same softmax with another bias."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.alibi import alibi_bias, alibi_slopes
from tests.support.agreement import assert_same_arrays


def bloom(scores: Tensor) -> Tensor:
    """Causal attention weights with the bias of BLOOM."""
    from transformers.models.bloom.modeling_bloom import build_alibi_tensor

    heads, _, keys = scores.shape
    bias = build_alibi_tensor(torch.ones(1, keys), heads, torch.float32)
    return causal(scores + bias)


def causal(scores: Tensor) -> Tensor:
    queries, keys = scores.shape[-2:]
    return scores.masked_fill(~torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries), float("-inf")).softmax(
        -1
    )


@pytest.mark.parametrize("queries", [7, 2])
@pytest.mark.parametrize("heads", [1, 2, 8, 12, 16, 20])
def test_agrees_with_bloom(heads: int, queries: int) -> None:
    scores = torch.randn(heads, queries, 7)
    torch.testing.assert_close(causal(scores + alibi_bias(heads, queries, 7)), bloom(scores))


def test_slopes_of_eight_heads_are_powers_of_two() -> None:
    assert alibi_slopes(8).tolist() == [2.0**-k for k in range(1, 9)]


def test_the_jax_reference_agrees_with_bloom() -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.alibi import alibi_bias as in_jax

    scores = torch.randn(12, 5, 5)
    biased = torch.from_numpy(jnp.asarray(scores.numpy() + in_jax(12, 5, 5)).__array__().copy())
    assert_same_arrays(causal(biased), bloom(scores))


@pytest.mark.parametrize("heads", [4, 6])
def test_the_keras_reference_agrees_with_bloom(heads: int) -> None:
    from transformers.models.bloom.modeling_bloom import build_alibi_tensor

    from paper_implementer.knowledge.components.keras.alibi import alibi_bias

    # BLOOM's grows with the key's position: the same after the softmax, and so in the last row up to its last entry.
    theirs = build_alibi_tensor(torch.ones(1, 7), heads, torch.float32).squeeze(1)
    assert_same_arrays(alibi_bias(heads, 1, 7)[:, 0], (theirs - theirs[:, -1:]).numpy())
