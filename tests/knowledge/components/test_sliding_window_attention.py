"""Windows beside the masks of transformers and a loop."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.sliding_window_attention import (
    sliding_window_attention,
    window_mask,
)
from tests.support.agreement import assert_same


@pytest.mark.parametrize(("length", "window"), [(7, 3), (5, 1), (4, 9)])
def test_masks_agree_with_transformers(length: int, window: int) -> None:
    from transformers.masking_utils import causal_mask_function, sliding_window_causal_mask_function

    theirs = sliding_window_causal_mask_function(window)
    mine = window_mask(length, length, window)
    expected = [[bool(theirs(0, 0, torch.tensor(i), torch.tensor(j))) for j in range(length)] for i in range(length)]
    assert mine.tolist() == expected
    if window >= length:
        assert torch.equal(mine, torch.ones(length, length).tril().bool())
        assert causal_mask_function(0, 0, 3, 2)


def test_both_sides_are_what_a_loop_over_neighbours_gives() -> None:
    query, key, value = torch.randn(3, 1, 1, 6, 4)
    got = sliding_window_attention(query, key, value, 2, causal=False)
    for at in range(6):
        near = slice(max(0, at - 2), at + 3)
        weights = (key[0, 0, near] @ query[0, 0, at] / 2).softmax(0)
        assert_same(got[0, 0, at], weights @ value[0, 0, near])


def test_a_query_after_a_cache_is_the_last_place() -> None:
    assert window_mask(1, 9, 3).tolist() == [[False] * 6 + [True] * 3]
