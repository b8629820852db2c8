"""PPO beside its equations, summed term by term."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.ppo_loss import advantages, ppo_loss


def test_advantages_are_the_sums_of_the_paper() -> None:
    rewards, values, last = torch.randn(9, 3), torch.randn(9, 3), torch.randn(3)
    done = torch.rand(9, 3) < 0.3
    got = advantages(rewards, values, done, last, 0.9, 0.8)
    for actor in range(3):
        for start in range(9):
            total, weight = 0.0, 1.0
            for step in range(start, 9):
                after = values[step + 1, actor] if step < 8 else last[actor]
                over = bool(done[step, actor])
                total += weight * float(rewards[step, actor] + (0 if over else 0.9 * after) - values[step, actor])
                weight *= 0.9 * 0.8
                if over:
                    break
            assert float(got[start, actor]) == pytest.approx(total, abs=1e-4)


@pytest.mark.parametrize(
    ("ratio", "advantage", "gain", "learns"),
    [(1.5, 1.0, 1.2, False), (0.5, 1.0, 0.5, True), (1.5, -1.0, -1.5, True), (0.5, -1.0, -0.8, False)],
)
def test_only_moves_that_went_far_enough_already_are_cut(
    ratio: float, advantage: float, gain: float, learns: bool
) -> None:
    now = torch.tensor([ratio]).log().requires_grad_()
    loss = ppo_loss(now, torch.zeros(1), torch.tensor([advantage]), 0.2, normalise=False)
    loss.backward()
    assert loss.item() == pytest.approx(-gain, rel=1e-5)
    assert now.grad is not None
    assert bool(now.grad.abs().sum() > 0) == learns
