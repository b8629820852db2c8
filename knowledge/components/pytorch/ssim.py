"""Structural similarity with a Gaussian window."""

import torch
from torch import Tensor
from torch.nn import functional


def gaussian_window(size: int, sigma: float, like: Tensor) -> Tensor:
    """A Gaussian that sums to one: `-> (size,)`."""
    at = torch.arange(size, dtype=like.dtype, device=like.device) - (size - 1) / 2
    weights = torch.exp(-at.square() / (2 * sigma**2))
    return weights / weights.sum()


def ssim(image: Tensor, reference: Tensor, peak: float = 1.0, size: int = 11, sigma: float = 1.5) -> Tensor:
    """Mean similarity over the pixels that a whole window fits around: `(batch, channels, height, width) -> (batch,)`.

    **Arguments:**

    - `peak`: the largest value that a pixel can have: 1 or 255.
    - `size`, `sigma`: the window, at most as large as the image.
    """
    if min(image.shape[-2:]) < size:
        raise ValueError(f"an image of {tuple(image.shape[-2:])} is smaller than the window of {size}")
    wide = torch.float64 if image.dtype == torch.float64 else torch.float32
    x, y = image.to(wide), reference.to(wide)
    channels, line = x.shape[1], gaussian_window(size, sigma, x)

    def blur(values: Tensor) -> Tensor:
        # The window is a product of two lines, which costs 2 * size for each pixel instead of size * size.
        values = functional.conv2d(values, line.view(1, 1, -1, 1).expand(channels, 1, -1, 1), groups=channels)
        return functional.conv2d(values, line.view(1, 1, 1, -1).expand(channels, 1, 1, -1), groups=channels)

    mean_x, mean_y = blur(x), blur(y)
    # Rounding can make a variance of a flat patch negative.
    var_x = (blur(x * x) - mean_x.square()).clamp(min=0)
    var_y = (blur(y * y) - mean_y.square()).clamp(min=0)
    shared = blur(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    luminance = (2 * mean_x * mean_y + c1) / (mean_x.square() + mean_y.square() + c1)
    structure = (2 * shared + c2) / (var_x + var_y + c2)
    return (luminance * structure).flatten(1).mean(dim=1)
