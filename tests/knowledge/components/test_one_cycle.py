"""One cycle beside torch's scheduler."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.one_cycle import one_cycle


@pytest.mark.parametrize(("total", "rise"), [(50, 0.3), (40, 0.25), (100, 0.5)])
def test_agrees_with_torch(total: int, rise: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.4, total_steps=total, pct_start=rise)
    for step in range(total):
        assert theirs.get_last_lr()[0] == pytest.approx(one_cycle(step, 0.4, total, rise), abs=1e-9)
        if step < total - 1:
            optimizer.step()
            theirs.step()
