"""Mixup and CutMix beside torchvision, with the same draws."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from paper_implementer.knowledge.components.pytorch import mixup as module
from paper_implementer.knowledge.components.pytorch.mixup import cutmix, mixup


@pytest.mark.parametrize("name", ["mixup", "cutmix"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_agrees_with_torchvision(name: str, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.transforms import v2

    images, labels = torch.randn(5, 3, 16, 12), torch.arange(5)
    # torchvision mixes with the batch shifted by one, and draws its share and place on its own.
    monkeypatch.setattr(module, "_share", lambda alpha: share)
    monkeypatch.setattr(torch, "randperm", lambda count, **kwargs: torch.arange(count).roll(1))
    library: Any = v2.MixUp(num_classes=5) if name == "mixup" else v2.CutMix(num_classes=5)
    monkeypatch.setattr(library._dist, "sample", lambda shape=(): torch.tensor([share]))
    torch.manual_seed(3)
    mine = getattr(module, name)(images, torch.eye(5), alpha=1.0)
    torch.manual_seed(3)
    theirs = library(images, labels)
    torch.testing.assert_close(mine[0], theirs[0])
    torch.testing.assert_close(mine[1], theirs[1])


def test_targets_stay_distributions_and_nothing_is_mixed_without_alpha() -> None:
    images, targets = torch.randn(6, 3, 8, 8), torch.eye(6)
    for mix in (mixup, cutmix):
        assert torch.allclose(mix(images, targets, 1.0)[1].sum(1), torch.ones(6))
        mixed, kept = mix(images, targets, 0.0)
        assert torch.equal(mixed, images)
        assert torch.equal(kept, targets)
