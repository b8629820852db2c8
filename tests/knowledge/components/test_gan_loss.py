"""Adversarial losses beside binary cross-entropy and their definitions."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from paper_implementer.knowledge.components.pytorch.gan_loss import discriminator_loss, generator_loss
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_non_saturating_agrees_with_binary_cross_entropy(scale: float) -> None:
    real, fake = torch.randn(7) * scale, torch.randn(7) * scale
    assert_same_gradients(discriminator_loss, lambda r, f: bce(r, torch.ones(7)) + bce(f, torch.zeros(7)), [real, fake])
    assert_same_gradients(generator_loss, lambda f: bce(f, torch.ones(7)), [fake])


def test_hinge_and_wasserstein_are_what_their_definitions_sum_to() -> None:
    real, fake = torch.tensor([2.0, 0.5, -1.0]), torch.tensor([-3.0, 0.0, 1.0])
    # (0 + .5 + 2) / 3 and (0 + 1 + 2) / 3
    assert discriminator_loss(real, fake, "hinge").item() == pytest.approx(2.5 / 3 + 1)
    assert generator_loss(fake, "hinge").item() == pytest.approx(2 / 3)
    assert discriminator_loss(real, fake, "wasserstein").item() == pytest.approx(-2 / 3 - 0.5)
    assert generator_loss(fake, "wasserstein").item() == pytest.approx(2 / 3)
