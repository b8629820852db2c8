"""The schedule beside transformers, torch and optax, step by step."""

from __future__ import annotations

import math

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.warmup_cosine import warmup_cosine


@pytest.mark.parametrize(("warmup", "total"), [(0, 20), (5, 50), (10, 10)])
def test_agrees_with_transformers_and_torch(warmup: int, total: int) -> None:
    from transformers import get_cosine_schedule_with_warmup

    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    theirs = get_cosine_schedule_with_warmup(optimizer, warmup, total)
    for step in range(total + 1):
        if total > warmup or step < warmup:
            assert math.isclose(warmup_cosine(step, 0.3, warmup, total), theirs.get_last_lr()[0], abs_tol=1e-9)
        optimizer.step()
        theirs.step()
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    annealing = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total, eta_min=0.05)
    for step in range(total):
        assert math.isclose(warmup_cosine(step, 0.3, 0, total, 0.05), annealing.get_last_lr()[0], rel_tol=1e-6)
        optimizer.step()
        annealing.step()


def test_it_stays_at_the_lowest() -> None:
    assert warmup_cosine(5000, 1.0, 10, 100, 0.1) == pytest.approx(0.1)


def test_agrees_with_optax() -> None:
    import optax

    from paper_implementer.knowledge.components.jax.warmup_cosine import warmup_cosine as in_jax

    theirs = optax.warmup_cosine_decay_schedule(0.0, 0.3, 7, 40, end_value=0.01)
    for step in range(50):
        assert float(in_jax(step, 0.3, 7, 40, 0.01)) == pytest.approx(float(theirs(step)), abs=1e-6)


def test_the_keras_reference_agrees_with_keras() -> None:
    from keras.optimizers.schedules import CosineDecay

    from paper_implementer.knowledge.components.keras.warmup_cosine import WarmupCosine

    mine = WarmupCosine(0.3, 7, 47, lowest=0.03)
    theirs = CosineDecay(0.0, 40, alpha=0.1, warmup_target=0.3, warmup_steps=7)
    for step in range(60):
        assert float(mine(step)) == pytest.approx(float(theirs(step)), abs=1e-6)
    assert WarmupCosine.from_config(mine.get_config()).get_config() == mine.get_config()
