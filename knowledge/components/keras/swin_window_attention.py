"""Attention in shifted windows with a learned relative bias (Swin, arXiv:2103.14030, section 3.2)."""

from typing import Any

import keras
from keras import ops


def to_windows(x: Any, window: int) -> Any:
    """Cut a map into windows: `(batch, height, width, dim) -> (batch * windows, window * window, dim)`."""
    _, height, width, dim = x.shape
    x = ops.reshape(x, (-1, height // window, window, width // window, window, dim))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, window * window, dim))


def from_windows(windows: Any, height: int, width: int) -> Any:
    """Undo `to_windows`: `(batch * windows, window * window, dim) -> (batch, height, width, dim)`."""
    window, dim = round(windows.shape[1] ** 0.5), windows.shape[2]
    x = ops.reshape(windows, (-1, height // window, width // window, window, window, dim))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height, width, dim))


def _relative_places(window: int) -> Any:
    row, column = (ops.reshape(each, (-1,)) for each in ops.meshgrid(*2 * [ops.arange(window)], indexing="ij"))
    down = row[:, None] - row[None] + window - 1
    return down * (2 * window - 1) + column[:, None] - column[None] + window - 1


def _parts(length: int, window: int, shift: int) -> Any:
    # After the roll the last window holds two strips that were no neighbours: they get different numbers.
    at = ops.arange(length)
    return ops.cast(at >= length - window, "int32") + ops.cast(at >= length - shift, "int32") * (shift > 0)


class WindowAttention(keras.layers.Layer):
    """Self-attention inside windows of a map; with a shift the windows lie across the borders of the unshifted ones.

    **Arguments:**

    - `heads`: divides the features; `window`: side of a window.
    - `shift`: 0 and `window // 2` in turn from block to block.

    Shapes: `(batch, height, width, dim) -> (batch, height, width, dim)`, height and width known when it is built.
    """

    def __init__(self, heads: int, window: int = 7, shift: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.heads, self.window, self.shift = heads, window, shift

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        dim = input_shape[-1] or 0
        self.qkv, self.out = keras.layers.Dense(3 * dim), keras.layers.Dense(dim)
        self.qkv.build((None, None, dim))
        self.out.build((None, None, dim))
        start = keras.initializers.TruncatedNormal(stddev=0.02)
        self.table = self.add_weight(name="bias", shape=((2 * self.window - 1) ** 2, self.heads), initializer=start)

    def call(self, inputs: Any) -> Any:
        height, width, dim = inputs.shape[1:]
        # Padded before the roll, so that the shift moves the windows over the padded map. Padding takes part as zeros.
        x = ops.pad(inputs, ((0, 0), (0, -height % self.window), (0, -width % self.window), (0, 0)))
        tall, wide = x.shape[1:3]
        # One window along an axis sees all of it: a shift would only forbid pairs.
        down, right = (self.shift if side > self.window else 0 for side in (tall, wide))
        windows = to_windows(ops.roll(x, (-down, -right), (1, 2)), self.window)
        cells = self.window * self.window
        qkv = ops.reshape(self.qkv(windows), (-1, cells, 3, self.heads, dim // self.heads))
        q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), 3)
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) * (dim // self.heads) ** -0.5
        scores = scores + ops.transpose(ops.take(self.table, _relative_places(self.window), axis=0), (2, 0, 1))
        rows, columns = _parts(tall, self.window, down), _parts(wide, self.window, right)
        part = to_windows((3 * rows[:, None] + columns)[None, :, :, None], self.window)
        apart = part != ops.transpose(part, (0, 2, 1))
        # Windows of one image stand together: the mask is the same for every image. -inf in half precision too.
        by_image = ops.reshape(scores, (-1, apart.shape[0], self.heads, cells, cells))
        by_image = ops.where(apart[None, :, None], float("-inf"), by_image)
        shares = ops.softmax(ops.reshape(by_image, (-1, self.heads, cells, cells)), axis=-1)
        y = ops.reshape(ops.transpose(ops.matmul(shares, v), (0, 2, 1, 3)), (-1, cells, dim))
        return ops.roll(from_windows(self.out(y), tall, wide), (down, right), (1, 2))[:, :height, :width]
