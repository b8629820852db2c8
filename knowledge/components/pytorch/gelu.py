"""Gaussian error linear unit (arXiv:1606.08415, section 2), exact and approximated."""

import math

import torch
from torch import Tensor


def gelu(x: Tensor, kind: str = "exact") -> Tensor:
    """Weigh each number by the probability that a standard normal one is smaller.

    **Arguments:**

    - `x`: `(...)`, of any shape, as the result.
    - `kind`: "exact" (error function), "tanh" (GPT-2) or "sigmoid" (CLIP).
    """
    if kind == "exact":
        return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
    if kind == "tanh":
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    if kind == "sigmoid":
        return x * torch.sigmoid(1.702 * x)
    raise ValueError(f"{kind!r} is no kind of GELU; there are exact, tanh and sigmoid")
