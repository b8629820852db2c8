"""Adafactor beside transformers, step by step."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.adafactor import Adafactor
from tests.support.agreement import assert_same


@pytest.mark.parametrize("shape", [(6,), (5, 7), (2, 3, 4)])
@pytest.mark.parametrize("lr", [None, 0.01])
def test_agrees_with_transformers(shape: tuple[int, ...], lr: float | None) -> None:
    from transformers import Adafactor as Library

    start = torch.randn(shape)
    mine, theirs = (start.clone().requires_grad_() for _ in range(2))
    relative = lr is None
    optimizers = (
        Adafactor([mine], lr),
        Library([theirs], lr=lr, relative_step=relative, scale_parameter=relative, warmup_init=False),
    )
    for _ in range(20):
        gradient = torch.randn(shape) * 10 ** float(torch.randn(()))
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
        assert_same(mine.detach(), theirs.detach())


def test_a_matrix_keeps_a_row_and_a_column_instead_of_itself() -> None:
    optimizer = Adafactor([torch.zeros(100, 50, requires_grad=True)])
    assert sum(average.numel() for average in optimizer.squares[0]) == 150
