"""Distillation beside the divergence of torch; the soft part does not fade with the temperature."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

from paper_implementer.knowledge.components.pytorch.distillation_loss import distillation_loss
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("temperature", [1.0, 4.0, 20.0])
def test_agrees_with_torch(temperature: float) -> None:
    teacher, labels = torch.randn(6, 5), torch.randint(0, 5, (6,))

    def theirs(student: Tensor) -> Tensor:
        soft = kl_div(log_softmax(student / temperature, -1), softmax(teacher / temperature, -1), reduction="batchmean")
        return 0.1 * cross_entropy(student, labels) + 0.9 * temperature**2 * soft

    assert_same_gradients(
        lambda student: distillation_loss(student, teacher, labels, temperature), theirs, [torch.randn(6, 5)]
    )


def test_gradients_of_the_soft_part_keep_their_size() -> None:
    sizes = []
    for temperature in (10.0, 40.0):
        student = torch.linspace(-1, 1, 5)[None].requires_grad_()
        distillation_loss(student, torch.zeros(1, 5), torch.tensor([0]), temperature, weight=1.0).backward()
        assert student.grad is not None
        sizes.append(float(student.grad.norm()))
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)


def test_the_teacher_gets_no_gradient() -> None:
    teacher = torch.randn(2, 3, requires_grad=True)
    distillation_loss(torch.randn(2, 3, requires_grad=True), teacher, torch.tensor([0, 1])).backward()
    assert teacher.grad is None
