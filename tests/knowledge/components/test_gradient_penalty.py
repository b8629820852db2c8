"""Gradient penalties beside closed forms and finite differences."""

from __future__ import annotations

import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.gradient_penalty import gradient_penalty, r1_penalty


def test_a_linear_critic_has_one_slope_everywhere() -> None:
    critic = nn.Linear(6, 1).double()
    penalty = gradient_penalty(critic, torch.randn(5, 6).double(), torch.randn(5, 6).double())
    penalty.backward()
    norm = critic.weight.detach().norm()
    torch.testing.assert_close(penalty.detach(), 10 * (norm - 1) ** 2)
    assert critic.weight.grad is not None
    torch.testing.assert_close(critic.weight.grad, 20 * (norm - 1) * critic.weight.detach() / norm)


def test_r1_agrees_with_finite_differences() -> None:
    critic = nn.Sequential(nn.Flatten(), nn.Linear(8, 16), nn.Softplus(), nn.Linear(16, 1)).double()
    real = torch.randn(3, 2, 2, 2).double()
    squares = torch.zeros(3).double()
    for at in range(8):
        moved = torch.zeros(8).double()
        moved[at] = 1e-5
        moved = moved.view(2, 2, 2)
        with torch.no_grad():
            squares += ((critic(real + moved) - critic(real - moved)) / 2e-5).squeeze(1) ** 2
    torch.testing.assert_close(r1_penalty(critic, real, 4.0).detach(), 2 * squares.mean(), rtol=1e-6, atol=1e-8)
