"""Attention in shifted windows with a learned relative bias (Swin, arXiv:2103.14030, section 3.2)."""

import torch
from torch import Tensor, nn
from torch.nn import functional


def to_windows(x: Tensor, window: int) -> Tensor:
    """Cut a map into windows: `(batch, height, width, dim) -> (batch * windows, window * window, dim)`.

    Height and width are multiples of the window; windows run line by line, and so do the places inside.
    """
    batch, height, width, dim = x.shape
    x = x.reshape(batch, height // window, window, width // window, window, dim)
    return x.transpose(2, 3).reshape(-1, window * window, dim)


def from_windows(windows: Tensor, height: int, width: int) -> Tensor:
    """Undo `to_windows`: `(batch * windows, window * window, dim) -> (batch, height, width, dim)`."""
    window, dim = round(windows.shape[1] ** 0.5), windows.shape[2]
    x = windows.reshape(-1, height // window, width // window, window, window, dim)
    return x.transpose(2, 3).reshape(-1, height, width, dim)


def _relative_places(window: int) -> Tensor:
    # Row of the table for each pair (query, key): offsets from -(window - 1) on, both axes in one number.
    row, column = (each.flatten() for each in torch.meshgrid(*2 * [torch.arange(window)], indexing="ij"))
    down = row[:, None] - row[None] + window - 1
    right = column[:, None] - column[None] + window - 1
    return down * (2 * window - 1) + right


def _parts(length: int, window: int, shift: int, device: torch.device) -> Tensor:
    # After the roll the last window holds two strips that were no neighbours: they get different numbers.
    at = torch.arange(length, device=device)
    return (at >= length - window).long() + (at >= length - shift).long() * (shift > 0)


class WindowAttention(nn.Module):
    """Self-attention inside windows of a map; with a shift the windows lie across the borders of the unshifted ones.

    **Arguments:**

    - `dim`: features; `heads`: divides it.
    - `window`: side of a window; `shift`: 0 and `window // 2` in turn from block to block.

    Shapes: `(batch, height, width, dim) -> (batch, height, width, dim)`, any height and width.
    """

    def __init__(self, dim: int, heads: int, window: int = 7, shift: int = 0) -> None:
        super().__init__()
        self.heads, self.window, self.shift = heads, window, shift
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.bias = nn.Parameter(torch.empty((2 * window - 1) ** 2, heads))
        nn.init.trunc_normal_(self.bias, std=0.02)
        self.register_buffer("places", _relative_places(window), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[1:3]
        # Padded before the roll, so that the shift moves the windows over the padded map. Padding takes part as zeros.
        x = functional.pad(x, (0, 0, 0, -width % self.window, 0, -height % self.window))
        tall, wide = x.shape[1:3]
        # One window along an axis sees all of it: a shift would only forbid pairs.
        down, right = (self.shift if side > self.window else 0 for side in (tall, wide))
        windows = to_windows(x.roll((-down, -right), (1, 2)), self.window)
        q, k, v = self.qkv(windows).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        bias = self.bias[self.get_buffer("places")].permute(2, 0, 1)
        mask = self._mask(tall, wide, down, right, x).repeat(len(x), 1, 1)[:, None]
        y = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias + mask)
        y = from_windows(self.out(y.transpose(1, 2).flatten(2)), tall, wide)
        return y.roll((down, right), (1, 2))[:, :height, :width]

    def _mask(self, tall: int, wide: int, down: int, right: int, x: Tensor) -> Tensor:
        rows = _parts(tall, self.window, down, x.device)
        columns = _parts(wide, self.window, right, x.device)
        part = to_windows((3 * rows[:, None] + columns)[None, :, :, None], self.window)[..., 0]
        # Every place sees itself, so no row is all -inf.
        return x.new_zeros(()).masked_fill(part[:, :, None] != part[:, None], float("-inf"))
