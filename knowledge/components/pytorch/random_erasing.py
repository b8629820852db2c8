"""Random erasing (arXiv:1708.04896) and Cutout (arXiv:1708.04552)."""

import math

import torch
from torch import Tensor


def random_erasing(
    image: Tensor,
    probability: float = 0.5,
    area: tuple[float, float] = (0.02, 0.33),
    ratio: tuple[float, float] = (0.3, 3.3),
    value: float | None = 0.0,
) -> Tensor:
    """Overwrite a rectangle of random size, shape and place that lies inside the image.

    **Arguments:**

    - `image`: `(channels, height, width)`, normalised; the result has its shape and dtype, the image is left as it is.
    - `area`: least and largest share of the image; `ratio`: of height over width, drawn evenly on a logarithmic scale.
    - `value`: what is written; None draws a normal number for each pixel and channel.
    """
    if float(torch.rand(1)) >= probability:
        return image
    height, width = image.shape[-2:]
    low, high = math.log(ratio[0]), math.log(ratio[1])
    # A rectangle that does not fit is drawn again, and after ten the image stays whole.
    for _ in range(10):
        size = height * width * float(torch.empty(1).uniform_(*area))
        shape = math.exp(float(torch.empty(1).uniform_(low, high)))
        tall, wide = round(math.sqrt(size * shape)), round(math.sqrt(size / shape))
        if tall < height and wide < width:
            noise = torch.randn(len(image), tall, wide) if value is None else torch.tensor(value)
            top = int(torch.randint(height - tall + 1, (1,)))
            left = int(torch.randint(width - wide + 1, (1,)))
            erased = image.clone()
            erased[:, top : top + tall, left : left + wide] = noise.to(image)
            return erased
    return image


def cutout(images: Tensor, length: int = 16, holes: int = 1) -> Tensor:
    """Set squares of each image to zero, whose centres may lie anywhere: at the border a part falls outside.

    **Arguments:**

    - `images`: `(batch, channels, height, width)`, normalised, so that zero is the mean; the result has their shape.
    - `length`: side of a square in pixels, even; 16 for CIFAR-10, 8 for CIFAR-100.
    """
    batch, _, height, width = images.shape
    # Each image has places of its own.
    rows, columns = torch.randint(height, (batch, holes, 1)), torch.randint(width, (batch, holes, 1))
    half = length // 2
    y, x = torch.arange(height), torch.arange(width)
    inside_y, inside_x = (y >= rows - half) & (y < rows + half), (x >= columns - half) & (x < columns + half)
    hole = (inside_y[..., None] & inside_x[:, :, None]).any(1, keepdim=True)
    # Filled and not multiplied: zero times infinity would be NaN.
    return images.masked_fill(hole.to(images.device), 0.0)
