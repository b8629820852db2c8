"""Patches beside timm's convolution and torch's unfold."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.patch_embedding import PatchEmbedding
from tests.support.agreement import assert_same_arrays, assert_same_gradients


@pytest.mark.parametrize("size", [(16, 16), (24, 8)])
def test_agrees_with_timm(size: tuple[int, int]) -> None:
    from timm.layers import PatchEmbed, resample_abs_pos_embed

    mine = PatchEmbedding(16, 4, 6)
    theirs = PatchEmbed(img_size=16, patch_size=4, embed_dim=6, strict_img_size=False)
    with torch.no_grad():
        mine.token.normal_()
        theirs.proj.weight.copy_(mine.project.weight.view_as(theirs.proj.weight))
        theirs.proj.bias.copy_(mine.project.bias)

    def library(images: torch.Tensor) -> torch.Tensor:
        tokens = torch.cat([mine.token.expand(2, -1, -1), theirs(images)], 1)
        grid = (size[0] // 4, size[1] // 4)
        return tokens + (mine.positions if size == (16, 16) else resample_abs_pos_embed(mine.positions, grid))

    assert_same_gradients(mine, library, [torch.randn(2, 3, *size)])


def test_sides_that_are_no_multiples_are_refused() -> None:
    with pytest.raises(ValueError, match="no multiples"):
        PatchEmbedding(16, 4, 6)(torch.randn(1, 3, 18, 16))


def test_the_jax_reference_agrees_with_unfold() -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.patch_embedding import patchify

    images = torch.randn(2, 3, 12, 8)
    unfolded = torch.nn.functional.unfold(images, 4, stride=4).transpose(1, 2)
    # torch has channels first in a patch.
    expected = unfolded.unflatten(-1, (3, 4, 4)).permute(0, 1, 3, 4, 2).flatten(2)
    assert_same_arrays(patchify(jnp.asarray(images.permute(0, 2, 3, 1).numpy()), 4), expected.numpy())
