"""Sinusoidal positions beside those of diffusion models, whose features are in another order."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.sinusoidal_positions import sinusoidal_positions
from tests.support.agreement import assert_same_arrays


def theirs(positions: Tensor, dim: int, interleaved: bool) -> Tensor:
    from diffusers.models.embeddings import get_timestep_embedding

    halves = get_timestep_embedding(positions, dim, flip_sin_to_cos=False, downscale_freq_shift=0)
    return halves.unflatten(1, (2, -1)).transpose(1, 2).flatten(1) if interleaved else halves


@pytest.mark.parametrize("interleaved", [True, False])
@pytest.mark.parametrize("dim", [2, 16, 64])
def test_agrees_with_diffusers(dim: int, interleaved: bool) -> None:
    positions = torch.arange(1000)
    mine = sinusoidal_positions(positions, dim, interleaved=interleaved)
    torch.testing.assert_close(mine, theirs(positions, dim, interleaved), rtol=1e-4, atol=2e-4)


def test_an_odd_width_has_one_sine_more() -> None:
    table = sinusoidal_positions(torch.arange(4), 5)
    assert table.shape == (4, 5)
    assert torch.equal(table[0], torch.tensor([0.0, 1.0, 0.0, 1.0, 0.0]))


@pytest.mark.parametrize("interleaved", [True, False])
def test_the_other_frameworks_agree(interleaved: bool) -> None:
    import jax.numpy as jnp
    from keras import ops

    from paper_implementer.knowledge.components.jax.sinusoidal_positions import sinusoidal_positions as in_jax
    from paper_implementer.knowledge.components.keras.sinusoidal_positions import sinusoidal_positions as in_keras

    expected = theirs(torch.arange(50), 16, interleaved).numpy()
    assert_same_arrays(in_jax(jnp.arange(50), 16, interleaved=interleaved), expected, 1e-4)
    assert_same_arrays(in_keras(ops.arange(50), 16, interleaved=interleaved), expected, 1e-4)
