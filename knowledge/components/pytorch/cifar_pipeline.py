"""CIFAR batches: padded by four, cropped and flipped at random, normalised; a whole batch at once, on any device."""

import torch
from torch import Tensor
from torch.nn import functional

# Mean and deviation of all pixels of the training images of CIFAR-10, in 0..1.
MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def normalise(images: Tensor, mean: tuple[float, ...] = MEAN, deviation: tuple[float, ...] = DEVIATION) -> Tensor:
    """Bytes to normalised floats: `(batch, 3, height, width)` of uint8 `-> the same` in float32."""
    centre, spread = (images.new_tensor(values, dtype=torch.float32).view(1, -1, 1, 1) for values in (mean, deviation))
    return (images.float() / 255 - centre) / spread


def shifted(images: Tensor, top: Tensor, left: Tensor, padding: int = 4) -> Tensor:
    """Crop each padded image at a corner of its own: `(batch, channels, height, width), (batch,), (batch,) -> the same`."""
    batch, _, height, width = images.shape
    padded = functional.pad(images, (padding,) * 4)
    rows = top[:, None] + torch.arange(height, device=images.device)
    columns = left[:, None] + torch.arange(width, device=images.device)
    samples = torch.arange(batch, device=images.device)
    return padded[samples[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def augment(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    """Shift by up to `padding` pixels and flip half of the images: `(batch, channels, height, width) -> the same`.

    Pad bytes or raw floats with 0, which is black; after normalisation 0 is the mean colour, a different augmentation.
    """

    def draw(high: int) -> Tensor:
        return torch.randint(high, (len(images),), generator=generator, device=images.device)

    moved = shifted(images, draw(2 * padding + 1), draw(2 * padding + 1), padding)
    return torch.where(draw(2).bool().view(-1, 1, 1, 1), moved.flip(-1), moved)


def train_batch(images: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """A training batch from bytes: `(batch, 3, 32, 32) -> (batch, 3, 32, 32)`; use `normalise` alone to evaluate."""
    return normalise(augment(images, generator=generator))
