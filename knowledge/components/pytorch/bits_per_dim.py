"""Bits per dimension of images from the nats of a likelihood model."""

import math

import torch
from torch import Tensor


def dequantize(images: Tensor, levels: int = 256) -> Tensor:
    """Spread integer values over unit bins and scale to 0..1: `(batch, ...) -> (batch, ...)`.

    The density of such data bounds the probability of the integers; without the noise a density can grow without bound.
    """
    return (images.double() + torch.rand(images.shape, dtype=torch.float64)) / levels


def bits_per_dim(log_likelihood: Tensor, dimensions: int, levels: int = 256, scale: float = 1.0) -> Tensor:
    """Bits for each dimension: `(batch,) -> (batch,)`.

    **Arguments:**

    - `log_likelihood`: nats of the density of a whole image, over all its dimensions.
    - `dimensions`: channels times height times width.
    - `levels`: values of a pixel; 1 where the likelihood is a probability of the integers already.
    - `scale`: width of the range that the levels were mapped to: 1 for 0..1, 2 for -1..1.
    """
    # A bin of one level is scale / levels wide: its probability is the density times that width.
    nats = -log_likelihood / dimensions + math.log(levels / scale)
    return nats / math.log(2)
