"""Parts of a batch beside the whole of it."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from paper_implementer.knowledge.components.pytorch.gradient_accumulation import accumulated_step


def test_parts_move_the_weights_as_the_whole_does() -> None:
    one = nn.Linear(6, 4).double()
    other = copy.deepcopy(one)
    inputs, labels = torch.randn(12, 6).double(), torch.randint(0, 4, (12,))
    labels[:4] = -100
    labels[6] = -100
    parts = list(zip(inputs.split([5, 4, 3]), labels.split([5, 4, 3]), strict=True))

    def loss_sum(x: Tensor, y: Tensor) -> Tensor:
        return cross_entropy(one(x), y, reduction="sum")

    got = accumulated_step(parts, loss_sum, torch.optim.SGD(one.parameters(), lr=0.5))
    whole = cross_entropy(other(inputs), labels)
    whole.backward()
    torch.optim.SGD(other.parameters(), lr=0.5).step()
    assert got == pytest.approx(whole.item())
    torch.testing.assert_close(one.weight, other.weight)
    # What the mean of means would have been is another number.
    means = [cross_entropy(other(x), y).item() for x, y in parts]
    assert abs(sum(means) / 3 - got) > 1e-3
