"""CLIP's images beside the processor of transformers."""

from __future__ import annotations

import pytest
import torch
from torchvision.transforms import v2
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from paper_implementer.knowledge.components.pytorch.clip_preprocess import clip_preprocess


@pytest.mark.parametrize("size", [(300, 400), (512, 231), (224, 224), (100, 90)])
def test_agrees_with_transformers(size: tuple[int, int]) -> None:
    smooth = torch.nn.functional.interpolate(torch.rand(1, 3, 9, 9), size, mode="bicubic").clamp(0, 1)[0]
    image = v2.functional.to_pil_image((smooth * 255).byte())
    theirs = CLIPImageProcessorPil()(image, return_tensors="pt")["pixel_values"][0]
    mine = clip_preprocess(image)
    torch.testing.assert_close(mine, theirs)
