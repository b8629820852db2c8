"""Attention in shifted windows with a learned relative bias (Swin, arXiv:2103.14030, section 3.2)."""

import jax
import jax.numpy as jnp


def to_windows(x: jax.Array, window: int) -> jax.Array:
    """Cut a map into windows: `(batch, height, width, dim) -> (batch * windows, window * window, dim)`."""
    batch, height, width, dim = x.shape
    x = x.reshape(batch, height // window, window, width // window, window, dim)
    return x.swapaxes(2, 3).reshape(-1, window * window, dim)


def from_windows(windows: jax.Array, height: int, width: int) -> jax.Array:
    """Undo `to_windows`: `(batch * windows, window * window, dim) -> (batch, height, width, dim)`."""
    window, dim = round(windows.shape[1] ** 0.5), windows.shape[2]
    x = windows.reshape(-1, height // window, width // window, window, window, dim)
    return x.swapaxes(2, 3).reshape(-1, height, width, dim)


def relative_places(window: int) -> jax.Array:
    """Row of the bias table for each pair (query, key) of a window: `(window * window, window * window)`."""
    row, column = (each.ravel() for each in jnp.meshgrid(*2 * [jnp.arange(window)], indexing="ij"))
    down = row[:, None] - row[None] + window - 1
    right = column[:, None] - column[None] + window - 1
    return down * (2 * window - 1) + right


def window_attention(x: jax.Array, weights: dict[str, jax.Array], window: int = 7, shift: int = 0) -> jax.Array:
    """Attend inside windows of a map; with a shift the windows lie across the borders of the unshifted ones.

    **Arguments:**

    - `x`: `(batch, height, width, dim)`, any height and width; the result has its shape.
    - `weights`: `qkv` `(dim, 3 * dim)`, `qkv_bias`, `out` `(dim, dim)`, `out_bias`, `bias` `((2 * window - 1)**2, heads)`.
    - `shift`: 0 and `window // 2` in turn from block to block.
    """
    batch, height, width, dim = x.shape
    # Padded before the roll, so that the shift moves the windows over the padded map. Padding takes part as zeros.
    x = jnp.pad(x, ((0, 0), (0, -height % window), (0, -width % window), (0, 0)))
    tall, wide = x.shape[1:3]
    # One window along an axis sees all of it: a shift would only forbid pairs.
    down, right = (shift if side > window else 0 for side in (tall, wide))
    windows = to_windows(jnp.roll(x, (-down, -right), (1, 2)), window)
    heads = weights["bias"].shape[1]
    qkv = (windows @ weights["qkv"] + weights["qkv_bias"]).reshape(*windows.shape[:2], 3, heads, dim // heads)
    q, k, v = jnp.moveaxis(qkv, 2, 0)
    bias = weights["bias"][relative_places(window)].transpose(2, 0, 1)
    # After the roll the last window holds strips that were no neighbours: they get different numbers.
    part = to_windows((3 * _parts(tall, window, down)[:, None] + _parts(wide, window, right))[None, ..., None], window)
    together = jnp.tile(part == part.swapaxes(1, 2), (batch, 1, 1))[:, None]
    y = jax.nn.dot_product_attention(q, k, v, bias=bias[None], mask=together)
    y = from_windows(y.reshape(windows.shape) @ weights["out"] + weights["out_bias"], tall, wide)
    return jnp.roll(y, (down, right), (1, 2))[:, :height, :width]


def _parts(length: int, window: int, shift: int) -> jax.Array:
    at = jnp.arange(length)
    return (at >= length - window).astype(int) + (at >= length - shift) * (shift > 0)
