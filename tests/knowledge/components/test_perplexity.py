"""Perplexity beside torchmetrics, and in windows beside the whole text."""

from __future__ import annotations

import math

import pytest
import torch
from torchmetrics.functional.text import perplexity as theirs

from paper_implementer.knowledge.components.pytorch.perplexity import (
    bits_per_byte,
    per_unit,
    perplexity,
    sliding_windows,
    token_losses,
    window_mask,
)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", [(1, 2, 3), (4, 17, 50)])
def test_agrees_with_torchmetrics(shape: tuple[int, int, int], dtype: torch.dtype) -> None:
    logits = torch.randn(shape).to(dtype)
    tokens = torch.randint(shape[2], shape[:2])
    assert perplexity(logits, tokens) == pytest.approx(theirs(logits[:, :-1].float(), tokens[:, 1:]).item(), rel=1e-4)


def test_ignored_tokens_count_neither_above_nor_below() -> None:
    logits, tokens = torch.randn(3, 9, 20), torch.randint(20, (3, 9))
    ignore = torch.rand(3, 9) < 0.5
    marked = tokens.masked_fill(ignore, -100)
    expected = theirs(logits[:, :-1], marked[:, 1:], ignore_index=-100).item()
    assert perplexity(logits, tokens, ignore) == pytest.approx(expected, rel=1e-5)
    with pytest.raises(ValueError, match="no token"):
        perplexity(logits, tokens, torch.ones(3, 9, dtype=torch.bool))


@pytest.mark.parametrize(("length", "context", "stride"), [(10, 4, 2), (11, 4, 4), (3, 8, 8), (9, 4, 1), (8, 4, 2)])
def test_windows_score_every_token_once(length: int, context: int, stride: int) -> None:
    logits, tokens = torch.randn(1, length, 6), torch.randint(6, (1, length))
    total, seen = 0.0, []
    for begin, end, scored in sliding_windows(length, context, stride):
        # The model of this test looks at no context, so that the windows must add up to the whole.
        mask = window_mask(begin, end, scored)
        seen += [at for at in range(begin, end) if not mask[0, at - begin]]
        total += token_losses(logits[:, begin:end], tokens[:, begin:end], mask).sum().item()
    assert seen == list(range(length))
    skipped = stride == context
    whole = token_losses(logits, tokens).sum().item()
    # Windows that do not overlap have no prediction for the first token of each.
    assert total == pytest.approx(whole, rel=1e-5) if not skipped or length <= context else total < whole


def test_units_are_those_of_the_text() -> None:
    assert per_unit(2 * math.log(8), 2) == pytest.approx(8)
    assert bits_per_byte(16 * math.log(2), 4) == pytest.approx(4)
