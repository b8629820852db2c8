"""LayerNorm (arXiv:1607.06450, section 3)."""

from typing import Any

import keras
from keras import ops


class LayerNorm(keras.layers.Layer):
    """Subtract the mean of the last dimension, divide by its standard deviation, then scale and shift.

    **Arguments:**

    - `eps`: added to the variance, inside the root; Keras's own layer has 1e-3.

    Shapes: `(..., dim) -> (..., dim)`.
    """

    def __init__(self, eps: float = 1e-5, **options: Any) -> None:
        super().__init__(**options)
        self.eps = eps

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.gain = self.add_weight(name="gain", shape=(input_shape[-1],), initializer="ones")
        self.bias = self.add_weight(name="bias", shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        wide = ops.cast(inputs, "float32")
        centred = wide - ops.mean(wide, axis=-1, keepdims=True)
        normed = centred * ops.rsqrt(ops.mean(ops.square(centred), axis=-1, keepdims=True) + self.eps)
        return ops.cast(normed * self.gain + self.bias, inputs.dtype)
