"""RandAugment and AutoAugment beside torchvision: each operation, then the whole with the same random numbers."""

from __future__ import annotations

import pytest
import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import v2
from torchvision.transforms.autoaugment import _apply_op

from paper_implementer.knowledge.components.pytorch.randaugment import (
    OPERATIONS,
    SIGNED,
    AutoAugment,
    RandAugment,
    apply,
    strength,
)


def _image() -> Image.Image:
    small = torch.rand(1, 3, 6, 8)
    smooth = torch.nn.functional.interpolate(small, (45, 61), mode="bicubic").clamp(0, 1)[0]
    return v2.functional.to_pil_image((smooth * 255).byte())


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("operation", [*OPERATIONS, "Invert"])
def test_operations_agree_with_torchvision(operation: str, sign: int) -> None:
    image = _image()
    for level in (0, 9, 30):
        amount = strength(operation, level, 31, image.height, image.width) * (sign if operation in SIGNED else 1)
        theirs = _apply_op(image, operation, amount, transforms.InterpolationMode.NEAREST, None)
        assert apply(image, operation, amount).tobytes() == theirs.tobytes()


@pytest.mark.parametrize("seed", range(30))
def test_the_whole_agrees_with_torchvision(seed: int) -> None:
    image = _image()
    for mine, theirs in ((RandAugment(), transforms.RandAugment()), (AutoAugment(), transforms.AutoAugment())):
        torch.manual_seed(seed)
        one = mine(image)
        torch.manual_seed(seed)
        assert one.tobytes() == theirs(image).tobytes()
