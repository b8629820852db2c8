"""The bias beside the attention of transformers."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.t5_relative_bias import T5RelativeBias
from tests.support.agreement import assert_same


@pytest.mark.parametrize("decoder", [False, True])
def test_agrees_with_transformers(decoder: bool) -> None:
    from transformers import T5Config
    from transformers.models.t5.modeling_t5 import T5Attention

    config = T5Config(d_model=8, d_kv=2, num_heads=4, is_decoder=decoder)
    theirs = T5Attention(config, has_relative_attention_bias=True, layer_idx=0)
    mine = T5RelativeBias(4, bidirectional=not decoder)
    mine.bias.load_state_dict(theirs.relative_attention_bias.state_dict())
    distances = torch.arange(-300, 301)
    assert torch.equal(mine.bucket(distances), theirs._relative_position_bucket(distances, bidirectional=not decoder))
    assert_same(mine(200, 200).detach(), theirs.compute_bias(200, 200).detach())


def test_the_last_query_meets_the_last_key() -> None:
    bias = T5RelativeBias(2, bidirectional=False)
    torch.testing.assert_close(bias(1, 9), bias(9, 9)[:, :, -1:])
