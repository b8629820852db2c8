"""Decoding with a cache beside attention over the whole sequence."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from paper_implementer.knowledge.components.pytorch.kv_cache import KVCache, attend
from tests.support.agreement import assert_same


@pytest.mark.parametrize("kv_heads", [4, 2, 1])
@pytest.mark.parametrize("parts", [[9], [4, 1, 1, 1, 2], [1] * 9])
def test_one_after_another_is_the_whole_at_once(parts: list[int], kv_heads: int) -> None:
    query = torch.randn(2, 4, 9, 8)
    keys, values = torch.randn(2, 2, kv_heads, 9, 8)
    whole = scaled_dot_product_attention(query, keys, values, is_causal=True, enable_gqa=True)
    cache = KVCache((2, kv_heads, 9, 8), torch.float32, "cpu")
    pieces = zip(query.split(parts, 2), keys.split(parts, 2), values.split(parts, 2), strict=True)
    assert_same(torch.cat([attend(q, cache, k, v) for q, k, v in pieces], dim=2), whole)


def test_rows_follow_their_beams_and_a_full_cache_says_so() -> None:
    cache = KVCache((2, 1, 3, 4), torch.float32, "cpu")
    keys = torch.randn(2, 1, 2, 4)
    cache.extend(keys, keys)
    cache.reorder(torch.tensor([1, 1]))
    assert torch.equal(cache.keys[:, :, :2], keys[[1, 1]])
    with pytest.raises(ValueError, match="4 positions do not fit into a cache of 3"):
        cache.extend(keys, keys)
