"""Tiled attention beside that of torch: equal up to rounding, whatever the block."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from paper_implementer.knowledge.components.pytorch.flash_attention import tiled_attention
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("block", [1, 4, 5, 64])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_agrees_with_torch(block: int, causal: bool, dtype: torch.dtype) -> None:
    assert_same_gradients(
        lambda q, k, v: tiled_attention(q, k, v, block, causal),
        lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=causal),
        [torch.randn(2, 3, 12, 8, dtype=dtype) for _ in range(3)],
    )


def test_scores_that_would_overflow_stay_finite() -> None:
    q, k, v = torch.randn(1, 6, 8) * 1e3, torch.randn(1, 6, 8) * 1e3, torch.randn(1, 6, 4)
    torch.testing.assert_close(tiled_attention(q, k, v, block=2), scaled_dot_product_attention(q, k, v))


def test_fewer_queries_than_keys_stand_at_the_end() -> None:
    q, k, v = torch.randn(1, 7, 8), torch.randn(1, 7, 8), torch.randn(1, 7, 8)
    whole = tiled_attention(q, k, v, block=3, causal=True)
    torch.testing.assert_close(tiled_attention(q[:, -2:], k, v, block=3, causal=True), whole[:, -2:])
