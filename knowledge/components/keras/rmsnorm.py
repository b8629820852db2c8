"""RMSNorm (arXiv:1910.07467, section 3)."""

from typing import Any

import keras
from keras import ops


class RMSNorm(keras.layers.Layer):
    """Divide by the root mean square of the last dimension, then scale by a learned gain.

    **Arguments:**

    - `eps`: added to the mean square, inside the root.

    Shapes: `(..., dim) -> (..., dim)`.
    """

    def __init__(self, eps: float = 1e-6, **options: Any) -> None:
        super().__init__(**options)
        self.eps = eps

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.gain = self.add_weight(name="gain", shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs: Any) -> Any:
        # Squares of half precision overflow early: the statistics are taken in float32.
        wide = ops.cast(inputs, "float32")
        normed = wide * ops.rsqrt(ops.mean(ops.square(wide), axis=-1, keepdims=True) + self.eps)
        return ops.cast(normed, inputs.dtype) * ops.cast(self.gain, inputs.dtype)
