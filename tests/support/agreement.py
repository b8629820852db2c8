"""Two implementations held against each other: forward and backward, with the tolerance of a dtype in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

TOLERANCE = {torch.float64: 1e-10, torch.float32: 2e-5, torch.bfloat16: 3e-2, torch.float16: 4e-3}
"""Absolute and relative, by dtype: a few units in the last place of sums over some hundred terms."""


def assert_same(mine: Tensor, theirs: Tensor, dtype: torch.dtype | None = None) -> None:
    """Both have one shape and one dtype, and their values differ by rounding only; NaN stands where NaN stands."""
    assert mine.shape == theirs.shape
    assert mine.dtype == theirs.dtype
    tolerance = TOLERANCE[dtype or mine.dtype]
    # Small sums of large terms are as uncertain as the terms.
    largest = float(theirs.detach().abs().nan_to_num(0, 0, 0).max()) if theirs.numel() else 1.0
    torch.testing.assert_close(mine, theirs, rtol=tolerance, atol=tolerance * max(1.0, largest), equal_nan=True)


def assert_same_arrays(mine: object, theirs: object, tolerance: float = 2e-5) -> None:
    """Arrays of any framework have one shape and differ by rounding only."""
    first, second = np.asarray(mine), np.asarray(theirs)
    assert first.shape == second.shape
    np.testing.assert_allclose(first, second, rtol=tolerance, atol=tolerance)


def assert_same_gradients(
    mine: Callable[..., Tensor],
    theirs: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    parameters: Iterable[tuple[nn.Parameter, nn.Parameter]] = (),
) -> None:
    """Both give the same result and, for one random cotangent, the same gradients of inputs and paired parameters.

    **Arguments:**

    - `inputs`: tensors; each floating one is differentiated, in a copy of its own for either side.
    - `parameters`: pairs (mine, theirs) that hold the same values.
    """
    pairs = list(parameters)
    first = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in inputs]
    second = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in inputs]
    one, other = mine(*first), theirs(*second)
    assert_same(one, other)
    cotangent = torch.randn_like(one)
    one.backward(cotangent)
    other.backward(cotangent)
    for x, y in zip(first, second, strict=True):
        if x.is_floating_point():
            assert (x.grad is None) == (y.grad is None)
            if x.grad is not None and y.grad is not None:
                assert_same(x.grad, y.grad)
    for p, q in pairs:
        assert p.grad is not None
        assert q.grad is not None
        assert_same(p.grad, q.grad)
