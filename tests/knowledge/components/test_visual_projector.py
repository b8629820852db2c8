"""The projector beside transformers, and images put into text."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.visual_projector import VisualProjector, insert_images
from tests.support.agreement import assert_same_gradients


def test_agrees_with_transformers() -> None:
    from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig
    from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

    config = LlavaConfig(
        vision_config=CLIPVisionConfig(hidden_size=6, num_attention_heads=2),
        text_config=LlamaConfig(hidden_size=8, num_attention_heads=2, num_key_value_heads=2),
    )
    mine, theirs = VisualProjector(6, 8), LlavaMultiModalProjector(config)
    theirs.linear_1.load_state_dict(mine.layers[0].state_dict())
    theirs.linear_2.load_state_dict(mine.layers[2].state_dict())
    pairs = list(zip(mine.parameters(), theirs.parameters(), strict=True))
    assert_same_gradients(mine, theirs, [torch.randn(2, 5, 6)], pairs)


def test_images_stand_where_the_text_has_places_for_them_in_order() -> None:
    tokens = torch.tensor([[7, 9, 9, 3], [9, 9, 4, 5]])
    visual = torch.arange(1.0, 5).view(2, 2, 1)
    got = insert_images(torch.zeros(2, 4, 1), tokens, visual, 9)
    assert got.squeeze(-1).tolist() == [[0, 1, 2, 0], [3, 4, 0, 0]]
    with pytest.raises(ValueError, match="4 places for 2 visual tokens"):
        insert_images(torch.zeros(2, 4, 1), tokens, visual[:1], 9)
