"""Evaluation images of ImageNet models: the shorter side resized, the centre cropped, channels normalised."""

import math

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
INCEPTION = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def resized(height: int, width: int, shorter: int) -> tuple[int, int]:
    """The size that keeps the aspect, the longer side rounded down: `(height, width) -> (height, width)`."""
    if height <= width:
        return shorter, int(shorter * width / height)
    return int(shorter * height / width), shorter


class ImageNetEval:
    """From an image to the input of a model: `(height, width) -> (3, size, size)` in float32.

    **Arguments:**

    - `size`: side of the crop.
    - `crop_fraction`: share of the resized shorter side that the crop keeps: 0.875 is 224 of 256.
    - `interpolation`: what the weights were evaluated with; the wrong one costs a few tenths of a percent.
    - `normalisation`: mean and deviation of the channels; not all weights want those of ImageNet.
    """

    def __init__(
        self,
        size: int = 224,
        crop_fraction: float = 0.875,
        interpolation: v2.InterpolationMode = v2.InterpolationMode.BICUBIC,
        normalisation: tuple[tuple[float, ...], tuple[float, ...]] = IMAGENET,
    ) -> None:
        self.size, self.shorter = size, math.floor(size / crop_fraction)
        self.interpolation, self.normalisation = interpolation, normalisation

    def __call__(self, image: Image.Image) -> Tensor:
        image = image.convert("RGB")
        height, width = resized(image.height, image.width, self.shorter)
        # Antialiased, as PIL always is: without it a tensor resized by torch is another image.
        image = v2.functional.resize(image, [height, width], self.interpolation, antialias=True)
        image = v2.functional.center_crop(image, [self.size, self.size])
        pixels = v2.functional.to_dtype(v2.functional.pil_to_tensor(image), torch.float32, scale=True)
        mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in self.normalisation)
        return (pixels - mean) / deviation
