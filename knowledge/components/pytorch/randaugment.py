"""RandAugment (arXiv:1909.13719) and AutoAugment (arXiv:1805.09501) on PIL images, with torchvision's ranges."""

import math
from collections.abc import Sequence

import torch
from PIL import Image, ImageEnhance, ImageOps

# The best sub-policies that were found on ImageNet: two operations each, with probability and magnitude of ten.
IMAGENET_POLICY = [
    (("Posterize", 0.4, 8), ("Rotate", 0.6, 9)),
    (("Solarize", 0.6, 5), ("AutoContrast", 0.6, 0)),
    (("Equalize", 0.8, 0), ("Equalize", 0.6, 0)),
    (("Posterize", 0.6, 7), ("Posterize", 0.6, 6)),
    (("Equalize", 0.4, 0), ("Solarize", 0.2, 4)),
    (("Equalize", 0.4, 0), ("Rotate", 0.8, 8)),
    (("Solarize", 0.6, 3), ("Equalize", 0.6, 0)),
    (("Posterize", 0.8, 5), ("Equalize", 1.0, 0)),
    (("Rotate", 0.2, 3), ("Solarize", 0.6, 8)),
    (("Equalize", 0.6, 0), ("Posterize", 0.4, 6)),
    (("Rotate", 0.8, 8), ("Color", 0.4, 0)),
    (("Rotate", 0.4, 9), ("Equalize", 0.6, 0)),
    (("Equalize", 0.0, 0), ("Equalize", 0.8, 0)),
    (("Invert", 0.6, 0), ("Equalize", 1.0, 0)),
    (("Color", 0.6, 4), ("Contrast", 1.0, 8)),
    (("Rotate", 0.8, 8), ("Color", 1.0, 2)),
    (("Color", 0.8, 8), ("Solarize", 0.8, 7)),
    (("Sharpness", 0.4, 7), ("Invert", 0.6, 0)),
    (("ShearX", 0.6, 5), ("Equalize", 1.0, 0)),
    (("Color", 0.4, 0), ("Equalize", 0.6, 0)),
    (("Equalize", 0.4, 0), ("Solarize", 0.2, 4)),
    (("Solarize", 0.6, 5), ("AutoContrast", 0.6, 0)),
    (("Invert", 0.6, 0), ("Equalize", 1.0, 0)),
    (("Color", 0.6, 4), ("Contrast", 1.0, 8)),
    (("Equalize", 0.8, 0), ("Equalize", 0.6, 0)),
]
SIGNED = {"ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate", "Brightness", "Color", "Contrast", "Sharpness"}
OPERATIONS = [
    "Identity", "ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate", "Brightness", "Color", "Contrast",
    "Sharpness", "Posterize", "Solarize", "AutoContrast", "Equalize",
]  # fmt: skip


def strength(operation: str, level: int, bins: int, height: int, width: int) -> float:
    """What a level in 0..bins-1 means for an operation: a slope, pixels, degrees, a factor, bits or a threshold."""
    match operation:
        case "Posterize":
            return 8 - round(4 * level / (bins - 1))
        case "Solarize":
            return torch.linspace(255.0, 0.0, bins)[level].item()
    largest = {
        "ShearX": 0.3,
        "ShearY": 0.3,
        "TranslateX": 150 / 331 * width,
        "TranslateY": 150 / 331 * height,
        "Rotate": 30.0,
    }
    enhanced = 0.9 if operation in SIGNED else 0.0
    # In float32, where torchvision has them: a pixel on the edge of a threshold would differ otherwise.
    return torch.linspace(0.0, largest.get(operation, enhanced), bins)[level].item()


def apply(image: Image.Image, operation: str, amount: float, fill: Sequence[int] | None = None) -> Image.Image:
    """One operation on an RGB image: `(height, width) -> (height, width)`; what moves in from outside is `fill` or black."""

    def moved(row: tuple[float, ...]) -> Image.Image:
        return image.transform(image.size, Image.Transform.AFFINE, row, fillcolor=tuple(fill) if fill else None)

    match operation:
        # PIL wants the map from the result back to the image.
        case "ShearX":
            return moved((1, amount, 0, 0, 1, 0))
        case "ShearY":
            return moved((1, 0, 0, amount, 1, 0))
        case "TranslateX":
            return moved((1, 0, -int(amount), 0, 1, 0))
        case "TranslateY":
            return moved((1, 0, 0, 0, 1, -int(amount)))
        case "Rotate":
            return image.rotate(amount, fillcolor=tuple(fill) if fill else None)
        case "Brightness" | "Color" | "Contrast" | "Sharpness":
            return getattr(ImageEnhance, operation)(image).enhance(1 + amount)
        case "Posterize":
            return ImageOps.posterize(image, int(amount))
        case "Solarize":
            return ImageOps.solarize(image, math.ceil(amount))
        case "AutoContrast":
            return ImageOps.autocontrast(image)
        case "Equalize":
            return ImageOps.equalize(image)
        case "Invert":
            return ImageOps.invert(image)
    return image


class RandAugment:
    """`count` operations drawn evenly, all of one level: `(height, width) -> (height, width)`.

    **Arguments:**

    - `level`: of `bins` levels, 0 to bins - 1; 9 of 31 in torchvision is not M = 9 of 10 in the paper.
    """

    def __init__(self, count: int = 2, level: int = 9, bins: int = 31, fill: Sequence[int] | None = None) -> None:
        self.count, self.level, self.bins, self.fill = count, level, bins, fill

    def __call__(self, image: Image.Image) -> Image.Image:
        for _ in range(self.count):
            operation = OPERATIONS[int(torch.randint(len(OPERATIONS), (1,)))]
            amount = strength(operation, self.level, self.bins, image.height, image.width)
            sign = -1 if operation in SIGNED and torch.randint(2, (1,)) else 1
            image = apply(image, operation, sign * amount, self.fill)
        return image


class AutoAugment:
    """One learned sub-policy drawn for each image: `(height, width) -> (height, width)`."""

    def __init__(self, policy: Sequence[Sequence[tuple[str, float, int]]] = IMAGENET_POLICY) -> None:
        self.policy = policy

    def __call__(self, image: Image.Image) -> Image.Image:
        chosen = self.policy[int(torch.randint(len(self.policy), (1,)))]
        chances, signs = torch.rand(2), torch.randint(2, (2,))
        for (operation, probability, level), chance, sign in zip(chosen, chances, signs, strict=True):
            if chance <= probability:
                amount = strength(operation, level, 10, image.height, image.width)
                image = apply(image, operation, -amount if operation in SIGNED and sign == 0 else amount)
        return image
