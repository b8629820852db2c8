"""The average beside those of torch and diffusers."""

from __future__ import annotations

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from paper_implementer.knowledge.components.pytorch.ema import EMA


def shaken(model: nn.Module) -> None:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter))


def test_agrees_with_torch() -> None:
    model = nn.Linear(4, 3)
    mine, theirs = EMA(model, 0.9), AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    # The first update of torch copies.
    theirs.update_parameters(model)
    for _ in range(10):
        shaken(model)
        mine.update(model)
        theirs.update_parameters(model)
    torch.testing.assert_close(mine.model.weight, theirs.module.weight)


def test_the_warm_up_agrees_with_diffusers() -> None:
    from diffusers.training_utils import EMAModel

    model = nn.Linear(4, 3)
    mine, theirs = EMA(model, 0.9999, warmup=True), EMAModel(model.parameters(), decay=0.9999)
    # The first update of diffusers copies the weights and counts.
    theirs.step(model.parameters())
    mine.updates = 1
    for _ in range(10):
        shaken(model)
        mine.update(model)
        theirs.step(model.parameters())
    torch.testing.assert_close(mine.model.weight, theirs.shadow_params[0])


def test_buffers_are_copied() -> None:
    model = nn.BatchNorm1d(3)
    average = EMA(model)
    model(torch.randn(8, 3))
    average.update(model)
    assert torch.equal(average.model.running_mean, model.running_mean)
