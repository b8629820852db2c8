"""Loss scaling beside torch's scaler, with overflows."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.loss_scaling import LossScaler
from tests.support.agreement import assert_same


def test_agrees_with_torch_grad_scaler() -> None:
    mine, theirs = (torch.ones(4, requires_grad=True) for _ in range(2))
    optimizers = [torch.optim.SGD([p], lr=0.1, momentum=0.9) for p in (mine, theirs)]
    scaler = LossScaler(1024.0, interval=4)
    library = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=4)
    stepped = []
    for step in range(30):
        factor = float("inf") if step in (3, 11, 12) else 1.0
        data = torch.randn(4)
        for parameter, optimizer in zip((mine, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            loss = (parameter * data).square().sum() * factor
            (scaler.scaled(loss) if parameter is mine else library.scale(loss)).backward()
        stepped.append(scaler.step(optimizers[0], [mine]))
        library.step(optimizers[1])
        library.update()
        assert scaler.scale == library.get_scale()
        assert_same(mine.detach(), theirs.detach())
    assert [step for step, done in enumerate(stepped) if not done] == [3, 11, 12]


def test_the_norm_that_is_clipped_is_the_unscaled_one() -> None:
    weight = torch.zeros(4, requires_grad=True)
    scaler = LossScaler()
    scaler.scaled(weight.sum() * 3).backward()
    scaler.step(torch.optim.SGD([weight], lr=1.0), [weight], max_norm=2.0)
    assert weight.detach().norm().item() == pytest.approx(2.0, rel=1e-4)
