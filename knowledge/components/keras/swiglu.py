"""Gated feed-forward layers (arXiv:2002.05202, section 2)."""

from typing import Any

import keras


class GatedFeedForward(keras.layers.Layer):
    """A feed-forward layer whose hidden features are multiplied by activated ones: SwiGLU as it stands.

    **Arguments:**

    - `hidden`: about 8/3 of the width of the model, where a plain layer has 4 times.
    - `activation`: "silu" for SwiGLU, "gelu" for GEGLU, "relu" for ReGLU.

    Shapes: `(..., dim) -> (..., dim)`.
    """

    def __init__(self, hidden: int, activation: str = "silu", **options: Any) -> None:
        super().__init__(**options)
        self.gate = keras.layers.Dense(hidden, activation=activation, use_bias=False)
        self.up = keras.layers.Dense(hidden, use_bias=False)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.down = keras.layers.Dense(input_shape[-1], use_bias=False)

    def call(self, inputs: Any) -> Any:
        return self.down(self.gate(inputs) * self.up(inputs))
