"""Training images of ImageNet models: a random resized crop, a flip, colour jitter, normalisation, random erasing."""

import math

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

Box = tuple[int, int, int, int]


def _uniform(low: float, high: float) -> float:
    return torch.empty(1).uniform_(low, high).item()


def sample_crop(
    height: int,
    width: int,
    area: tuple[float, float] = (0.08, 1.0),
    aspect: tuple[float, float] = (3 / 4, 4 / 3),
) -> Box:
    """A crop by its share of the area and its aspect: `(height, width) -> (top, left, height, width)`.

    The logarithm of the aspect is uniform, so that 3:4 is as likely as 4:3. What does not fit is drawn again, ten times;
    then the largest centred crop of an allowed aspect is taken.
    """
    logs = torch.log(torch.tensor(aspect))
    for _ in range(10):
        target = height * width * _uniform(*area)
        ratio = torch.exp(torch.empty(1).uniform_(logs[0].item(), logs[1].item())).item()
        w, h = round(math.sqrt(target * ratio)), round(math.sqrt(target / ratio))
        if 0 < w <= width and 0 < h <= height:
            top = int(torch.randint(height - h + 1, (1,)))
            return top, int(torch.randint(width - w + 1, (1,))), h, w
    w = min(width, round(height * aspect[1]))
    h = min(height, round(width / aspect[0]))
    return (height - h) // 2, (width - w) // 2, h, w


def erase(image: Tensor, probability: float, area: tuple[float, float] = (0.02, 1 / 3), aspect: float = 0.3) -> Tensor:
    """Set a random rectangle to zero, the mean after normalisation: `(channels, height, width) -> the same`.

    **Arguments:**

    - `area`: share of the image; `aspect`: narrowest height over width, its inverse the widest.
    """
    if torch.rand(()) >= probability:
        return image
    height, width = image.shape[-2:]
    for _ in range(10):
        target = height * width * _uniform(*area)
        ratio = math.exp(_uniform(math.log(aspect), math.log(1 / aspect)))
        h, w = round(math.sqrt(target * ratio)), round(math.sqrt(target / ratio))
        if h < height and w < width:
            top, left = int(torch.randint(height - h + 1, ())), int(torch.randint(width - w + 1, ()))
            erased = image.clone()
            erased[..., top : top + h, left : left + w] = 0
            return erased
    return image


class ImageNetTrain:
    """From an image to a training sample: `(height, width) -> (3, size, size)` in float32.

    **Arguments:**

    - `area`: share of the image that a crop keeps; 0.08 to 1 is the Inception crop of most recipes, 0.35 that of some.
    - `jitter`: strength of brightness, contrast and saturation; 0.4 in many recipes, 0 with RandAugment.
    - `augment`: a policy between flip and normalisation, from image to image, such as RandAugment.
    - `erasing`: probability of random erasing, on normalised pixels.
    """

    def __init__(
        self,
        size: int = 224,
        area: tuple[float, float] = (0.08, 1.0),
        jitter: float = 0.4,
        flip: float = 0.5,
        erasing: float = 0.0,
        augment: v2.Transform | None = None,
        interpolation: v2.InterpolationMode = v2.InterpolationMode.BICUBIC,
        mean: tuple[float, ...] = (0.485, 0.456, 0.406),
        deviation: tuple[float, ...] = (0.229, 0.224, 0.225),
    ) -> None:
        self.size, self.area, self.flip, self.erasing = size, area, flip, erasing
        self.jitter = v2.ColorJitter(jitter, jitter, jitter) if jitter else None
        self.augment, self.interpolation = augment, interpolation
        self.mean, self.deviation = (torch.tensor(values).view(3, 1, 1) for values in (mean, deviation))

    def __call__(self, image: Image.Image) -> Tensor:
        image = image.convert("RGB")
        box = sample_crop(image.height, image.width, self.area)
        image = v2.functional.resized_crop(image, *box, [self.size, self.size], self.interpolation, antialias=True)
        if torch.rand(1) < self.flip:
            image = v2.functional.horizontal_flip(image)
        for change in (self.augment, self.jitter):
            image = change(image) if change is not None else image
        pixels = v2.functional.to_dtype(v2.functional.pil_to_tensor(image), torch.float32, scale=True)
        return erase((pixels - self.mean) / self.deviation, self.erasing)
