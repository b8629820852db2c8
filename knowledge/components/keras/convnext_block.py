"""A block of ConvNeXt (arXiv:2201.03545, section 2)."""

from typing import Any

import keras
from keras import ops


class ConvNeXtBlock(keras.layers.Layer):
    """Depthwise convolution, LayerNorm over the channels, two pointwise layers, layer scale, residual.

    **Arguments:**

    - `layer_scale`: what the gain of the branch starts from.
    - `drop_path`: probability to leave the branch out for an example, in training.

    Shapes: `(batch, height, width, dim) -> (batch, height, width, dim)`, channels last.
    """

    def __init__(self, layer_scale: float = 1e-6, drop_path: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.layer_scale = layer_scale
        # One draw for an example: the shape of the noise is broadcast over places and channels.
        self.drop = keras.layers.Dropout(drop_path, noise_shape=(None, 1, 1, 1))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        dim = input_shape[-1] or 0
        self.depthwise = keras.layers.DepthwiseConv2D(7, padding="same", data_format="channels_last")
        # Keras normalises with 1e-3 unless told.
        self.norm = keras.layers.LayerNormalization(epsilon=1e-6)
        self.expand, self.reduce = keras.layers.Dense(4 * dim), keras.layers.Dense(dim)
        for layer in (self.depthwise, self.norm, self.expand):
            layer.build((None, None, None, dim))
        self.reduce.build((None, None, None, 4 * dim))
        start = keras.initializers.Constant(self.layer_scale)
        self.scale = self.add_weight(name="scale", shape=(dim,), initializer=start)

    def call(self, inputs: Any, training: bool = False) -> Any:
        y = self.expand(self.norm(self.depthwise(inputs)))
        y = self.reduce(ops.gelu(y, approximate=False)) * self.scale
        return inputs + self.drop(y, training=training)
