"""NormalFloat beside scipy's quantiles and a search over all levels."""

from __future__ import annotations

import numpy as np
import torch

from paper_implementer.knowledge.components.pytorch.nf4 import codebook, quantise, restore
from tests.support.agreement import assert_same_arrays


def test_levels_are_quantiles_of_the_normal_distribution() -> None:
    from scipy.stats import norm

    outermost = 0.9677083  # the constant that the appendix of the paper leads to
    upper = norm.ppf(np.linspace(outermost, 0.5, 9)[:-1])
    lower = -norm.ppf(np.linspace(outermost, 0.5, 8)[:-1])
    levels = np.sort([*upper, 0.0, *lower])
    assert_same_arrays(codebook(), (levels / levels.max()).astype("float32"), 1e-6)
    assert codebook()[7] == 0
    assert len(codebook().unique()) == 16


def test_every_weight_goes_to_the_nearest_level_of_its_block() -> None:
    weight = torch.randn(4, 64) * torch.tensor([[0.1], [1.0], [5.0], [0.01]])
    held = quantise(weight)
    nearest = (weight / weight.abs().amax(1, keepdim=True)).unsqueeze(-1).sub(codebook()).abs().argmin(-1)
    assert torch.equal(held.codes.long(), nearest)


def test_it_comes_back_with_the_error_of_four_bits_and_zeros_stay() -> None:
    weight = torch.randn(512, 128).bfloat16()
    weight[:2] = 0
    back = restore(quantise(weight))
    assert back.dtype == weight.dtype
    assert back.shape == weight.shape
    # The widest gap between levels is .31 of a scale of about 2.5.
    assert (back - weight).float().abs().max() < 0.6
    assert (back - weight).float().square().mean().sqrt() < 0.1
    assert back[:2].abs().max() < 0.02
