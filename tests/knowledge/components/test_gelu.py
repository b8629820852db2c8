"""GELU in its three kinds beside torch, transformers, JAX and Keras."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn.functional import gelu as torch_gelu

from paper_implementer.knowledge.components.pytorch.gelu import gelu
from tests.support.agreement import assert_same_arrays, assert_same_gradients


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_agrees_with_torch_and_transformers(dtype: torch.dtype) -> None:
    from transformers.activations import NewGELUActivation, QuickGELUActivation

    x = [torch.linspace(-6, 6, 101, dtype=dtype)]
    assert_same_gradients(gelu, torch_gelu, x)
    assert_same_gradients(lambda x: gelu(x, "tanh"), lambda x: torch_gelu(x, approximate="tanh"), x)
    assert_same_gradients(lambda x: gelu(x, "tanh"), NewGELUActivation(), x)
    assert_same_gradients(lambda x: gelu(x, "sigmoid"), QuickGELUActivation(), x)


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="exact, tanh and sigmoid"):
        gelu(torch.zeros(1), "relu")


@pytest.mark.parametrize(("kind", "approximate"), [("exact", False), ("tanh", True)])
def test_the_other_frameworks_agree_with_their_own(kind: str, approximate: bool) -> None:
    import jax
    import keras

    from paper_implementer.knowledge.components.jax.gelu import gelu as jax_gelu
    from paper_implementer.knowledge.components.keras.gelu import gelu as keras_gelu

    x = jax.numpy.linspace(-6, 6, 101)
    assert_same_arrays(jax_gelu(x, kind), jax.nn.gelu(x, approximate=approximate))
    slopes: Any = [
        jax.grad(lambda x, f=f: f(x).sum())(x)
        for f in (lambda x: jax_gelu(x, kind), lambda x: jax.nn.gelu(x, approximate=approximate))
    ]
    assert_same_arrays(*slopes)
    assert_same_arrays(keras_gelu(x, kind), keras.activations.gelu(x, approximate=approximate))
