"""Spectral normalisation beside torch's, and the singular values themselves."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from paper_implementer.knowledge.components.pytorch.spectral_norm import SpectralNorm
from tests.support.agreement import assert_same


@pytest.mark.parametrize("layer", [nn.Linear(5, 7), nn.Conv2d(3, 4, 3)])
def test_agrees_with_torch(layer: nn.Linear | nn.Conv2d) -> None:
    theirs = spectral_norm(copy.deepcopy(layer))
    normer = theirs.parametrizations.weight
    mine = SpectralNorm(nn.Parameter(normer.original.detach().clone()))
    mine.left.copy_(normer[0]._u)
    mine.right.copy_(normer[0]._v)
    for _ in range(4):
        weight, other = mine(), theirs.weight
        assert_same(weight.detach(), other.detach())
        cotangent = torch.randn_like(weight)
        mine.weight.grad = normer.original.grad = None
        weight.backward(cotangent)
        other.backward(cotangent)
        assert mine.weight.grad is not None
        assert_same(mine.weight.grad, normer.original.grad)
        with torch.no_grad():
            mine.weight -= 0.1 * mine.weight.grad
            normer.original -= 0.1 * normer.original.grad
    mine.eval()
    assert torch.equal(mine(), mine())


def test_the_largest_singular_value_becomes_one() -> None:
    normed = SpectralNorm(nn.Parameter(torch.randn(9, 6)), iterations=50)()
    assert torch.linalg.matrix_norm(normed.detach(), 2).item() == pytest.approx(1.0, abs=1e-3)
