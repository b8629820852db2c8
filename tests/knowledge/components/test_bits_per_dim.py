"""Bits per dimension beside distributions whose entropy is known."""

from __future__ import annotations

import math

import pytest
import torch
from torch import distributions

from paper_implementer.knowledge.components.pytorch.bits_per_dim import bits_per_dim, dequantize


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("levels", [4, 256])
def test_uniform_pixels_cost_the_logarithm_of_the_levels(levels: int, scale: float) -> None:
    images = torch.randint(levels, (3, 2, 5, 5))
    data = dequantize(images, levels) * scale
    density = distributions.Uniform(torch.tensor(0.0, dtype=torch.float64), scale).log_prob(data).flatten(1).sum(dim=1)
    torch.testing.assert_close(
        bits_per_dim(density, 50, levels, scale), torch.full((3,), math.log2(levels), dtype=torch.float64)
    )


def test_agrees_with_a_distribution_of_the_integers() -> None:
    weights = torch.rand(8, dtype=torch.float64)
    pixels = distributions.Categorical(weights)
    images = pixels.sample((200, 3, 4, 4))
    exact = bits_per_dim(pixels.log_prob(images).flatten(1).sum(dim=1), 48, levels=1)
    # A density that is constant in each bin says the same of dequantised pixels.
    data = dequantize(images, 8)
    density = (pixels.probs[(data * 8).long()] * 8).log().flatten(1).sum(dim=1)
    torch.testing.assert_close(bits_per_dim(density, 48, levels=8), exact)
    assert exact.mean().item() == pytest.approx(pixels.entropy().item() / math.log(2), rel=0.02)


def test_dequantised_values_stay_in_their_bins() -> None:
    images = torch.arange(256).reshape(1, 1, 16, 16)
    assert torch.equal((dequantize(images) * 256).floor().long(), images)
