"""The schedule beside transformers, torch and optax, step by step."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.polynomial_schedule import polynomial_schedule


@pytest.mark.parametrize("power", [1.0, 0.9, 2.0])
@pytest.mark.parametrize(("warmup", "total"), [(0, 20), (5, 50)])
def test_agrees_with_transformers_and_torch(warmup: int, total: int, power: float) -> None:
    from transformers import get_linear_schedule_with_warmup, get_polynomial_decay_schedule_with_warmup

    optimizers = [torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3) for _ in range(3)]
    linear = get_linear_schedule_with_warmup(optimizers[0], warmup, total)
    polynomial = get_polynomial_decay_schedule_with_warmup(optimizers[1], warmup, total, 0.01, power)
    plain = torch.optim.lr_scheduler.PolynomialLR(optimizers[2], total, power)
    for step in range(total + 3):
        assert linear.get_last_lr()[0] == pytest.approx(polynomial_schedule(step, 0.3, warmup, total))
        ours = polynomial_schedule(step, 0.3, warmup, total, 0.01, power)
        assert polynomial.get_last_lr()[0] == pytest.approx(ours)
        assert plain.get_last_lr()[0] == pytest.approx(polynomial_schedule(step, 0.3, 0, total, 0.0, power), abs=1e-9)
        for optimizer, scheduler in zip(optimizers, (linear, polynomial, plain), strict=True):
            optimizer.step()
            scheduler.step()


def test_agrees_with_optax() -> None:
    import optax

    from paper_implementer.knowledge.components.jax.polynomial_schedule import polynomial_schedule as in_jax

    theirs = optax.polynomial_schedule(0.3, 0.01, power=2, transition_steps=40, transition_begin=7)
    for step in range(7, 60):
        assert float(in_jax(step, 0.3, 7, 47, 0.01, 2.0)) == pytest.approx(float(theirs(step)), abs=1e-6)
    assert float(in_jax(0, 0.3, 7, 47)) == 0.0
