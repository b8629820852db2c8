"""Temperature, top-k and nucleus beside the processors of transformers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.sampling import narrowed, sample
from tests.support.agreement import assert_same_arrays

SETTINGS = [(1.0, None, 0.9), (0.7, 10, 1.0), (1.5, 10, 0.5), (1.0, 1, 0.1), (1.0, None, 1e-6), (1.0, 500, 0.3)]


def theirs(logits: Tensor, temperature: float, top_k: int | None, top_p: float) -> Tensor:
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    ids = torch.zeros(len(logits), 1, dtype=torch.int64)
    if temperature != 1:
        logits = TemperatureLogitsWarper(temperature)(ids, logits)
    if top_k is not None:
        logits = TopKLogitsWarper(top_k)(ids, logits)
    return TopPLogitsWarper(top_p)(ids, logits) if top_p < 1 else logits


@pytest.mark.parametrize(("temperature", "top_k", "top_p"), SETTINGS)
def test_agrees_with_transformers(temperature: float, top_k: int | None, top_p: float) -> None:
    logits = torch.randn(5, 60) * 3
    expected = theirs(logits, temperature, top_k, top_p)
    torch.testing.assert_close(narrowed(logits, temperature, top_k, top_p), expected)


def test_draws_follow_the_probabilities_of_what_is_left() -> None:
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log().expand(20_000, 4)
    counts = torch.bincount(sample(logits, top_p=0.75), minlength=4) / 20_000
    torch.testing.assert_close(counts, torch.tensor([0.625, 0.375, 0.0, 0.0]), rtol=0, atol=0.02)


def test_temperature_zero_takes_the_likeliest() -> None:
    logits = torch.randn(3, 9)
    assert torch.equal(sample(logits, temperature=0), logits.argmax(-1))


@pytest.mark.parametrize(("temperature", "top_k", "top_p"), SETTINGS)
def test_the_jax_reference_agrees_with_transformers(temperature: float, top_k: int | None, top_p: float) -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.sampling import narrowed as in_jax

    logits = torch.randn(5, 60) * 3
    expected = theirs(logits, temperature, top_k, top_p).numpy()
    assert_same_arrays(in_jax(jnp.asarray(logits.numpy()), temperature, top_k, top_p), expected)


def test_the_keras_reference_agrees_with_transformers() -> None:
    from transformers.generation.logits_process import (
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    from paper_implementer.knowledge.components.keras.sampling import narrowed as in_keras
    from paper_implementer.knowledge.components.keras.sampling import sample as draw
    from tests.support.agreement import assert_same_arrays

    logits = torch.randn(4, 30) * 3
    expected = logits
    for warper in (TemperatureLogitsWarper(0.7), TopKLogitsWarper(12), TopPLogitsWarper(0.8)):
        expected = warper(None, expected)
    got = in_keras(logits.numpy(), 0.7, 12, 0.8)
    assert_same_arrays(got, expected.numpy())
    for seed in range(20):
        drawn = torch.tensor(draw(logits.numpy(), 0.7, 12, 0.8, seed).tolist())
        assert expected.gather(1, drawn[:, None]).isfinite().all()
