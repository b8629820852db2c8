"""The evaluation pipeline beside timm and torchvision, pixel by pixel."""

from __future__ import annotations

import pytest
import torch
from PIL import Image
from timm.data import create_transform
from torchvision.models import ResNet50_Weights
from torchvision.transforms import v2

from paper_implementer.knowledge.components.pytorch.imagenet_eval_pipeline import INCEPTION, ImageNetEval


def _image(height: int, width: int) -> Image.Image:
    return v2.functional.to_pil_image(torch.randint(256, (3, height, width), dtype=torch.uint8))


@pytest.mark.parametrize("size", [(300, 400), (401, 257), (224, 224), (90, 61)])
@pytest.mark.parametrize(("fraction", "interpolation"), [(0.875, "bicubic"), (0.95, "bilinear"), (1.0, "bicubic")])
def test_agrees_with_timm(size: tuple[int, int], fraction: float, interpolation: str) -> None:
    image = _image(*size)
    theirs = create_transform(96, crop_pct=fraction, interpolation=interpolation, mean=INCEPTION[0], std=INCEPTION[1])
    mine = ImageNetEval(96, fraction, v2.InterpolationMode(interpolation), INCEPTION)
    torch.testing.assert_close(mine(image), theirs(image))


@pytest.mark.parametrize("weights", [ResNet50_Weights.IMAGENET1K_V1, ResNet50_Weights.IMAGENET1K_V2])
def test_agrees_with_torchvision(weights: ResNet50_Weights) -> None:
    theirs = weights.transforms()
    mine = ImageNetEval(224, 224 / theirs.resize_size[0], theirs.interpolation)
    image = _image(333, 250)
    torch.testing.assert_close(mine(image), theirs(image))


def test_images_in_grey_get_three_channels() -> None:
    assert ImageNetEval(32)(_image(50, 40).convert("L")).shape == (3, 32, 32)
