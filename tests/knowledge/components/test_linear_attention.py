"""Linear attention beside the quadratic form that it rearranges."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.linear_attention import linear_attention
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("causal", [False, True])
def test_agrees_with_the_dense_matrix(causal: bool) -> None:
    def dense(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        feature = [torch.where(x > 0, x + 1, x.exp()) for x in (query, key)]
        scores = torch.einsum("bqd,bkd->bqk", *feature)
        if causal:
            scores = scores * torch.ones_like(scores).tril()
        return torch.einsum("bqk,bkw->bqw", scores, value) / scores.sum(-1, keepdim=True)

    queries = 6 if causal else 4
    inputs = [torch.randn(2, n, d).double() for n, d in ((queries, 5), (6, 5), (6, 3))]
    assert_same_gradients(lambda q, k, v: linear_attention(q, k, v, causal, eps=0.0), dense, inputs)


def test_causal_places_do_not_see_ahead() -> None:
    x = torch.randn(1, 8, 4)
    changed = x.clone()
    changed[:, 5:] += 1
    assert torch.equal(linear_attention(x, x, x, True)[:, :5], linear_attention(changed, changed, changed, True)[:, :5])
