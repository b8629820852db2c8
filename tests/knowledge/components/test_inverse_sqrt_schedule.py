"""The schedule of the Transformer beside that of transformers, which is given the peak."""

from __future__ import annotations

import math

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.inverse_sqrt_schedule import inverse_sqrt_schedule


def test_agrees_with_transformers() -> None:
    from transformers import get_inverse_sqrt_schedule

    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=(512 * 40) ** -0.5)
    theirs = get_inverse_sqrt_schedule(optimizer, num_warmup_steps=40)
    for step in range(1, 200):
        optimizer.step()
        theirs.step()
        assert math.isclose(inverse_sqrt_schedule(step, 512, 40), theirs.get_last_lr()[0], rel_tol=1e-6)


def test_the_peak_of_the_base_model() -> None:
    assert inverse_sqrt_schedule(4000, 512) == pytest.approx(6.99e-4, rel=1e-3)
    assert max(inverse_sqrt_schedule(step, 512) for step in range(1, 9000)) == inverse_sqrt_schedule(4000, 512)


def test_steps_count_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        inverse_sqrt_schedule(0, 512)


def test_the_jax_reference_agrees_with_the_equation() -> None:
    from fractions import Fraction

    from paper_implementer.knowledge.components.jax.inverse_sqrt_schedule import inverse_sqrt_schedule as in_jax

    for step in (1, 100, 3999, 4000, 4001, 100_000):
        # The square of the rate is a fraction: min(1 / step, step^2 / warmup^3) / d_model.
        square = min(Fraction(1, step), Fraction(step**2, 4000**3)) / 512
        assert float(in_jax(step, 512)) == pytest.approx(float(square) ** 0.5, rel=1e-5)
