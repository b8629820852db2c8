"""Step decay beside torch's schedulers."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.step_schedule import step_schedule


def test_agrees_with_torch() -> None:
    optimizers = [torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4) for _ in range(2)]
    several = torch.optim.lr_scheduler.MultiStepLR(optimizers[0], [3, 5, 11], gamma=0.2)
    regular = torch.optim.lr_scheduler.StepLR(optimizers[1], 4, gamma=0.5)
    for step in range(16):
        assert several.get_last_lr()[0] == pytest.approx(step_schedule(step, 0.4, (3, 5, 11), 0.2))
        assert regular.get_last_lr()[0] == pytest.approx(step_schedule(step, 0.4, range(4, 99, 4), 0.5))
        for optimizer, scheduler in zip(optimizers, (several, regular), strict=True):
            optimizer.step()
            scheduler.step()
