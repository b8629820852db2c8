"""Batch normalisation (arXiv:1502.03167, section 3), with the running averages of Keras."""

from typing import Any

import keras
from keras import ops


class BatchNorm(keras.layers.Layer):
    """Normalise each channel over batch and places in training, by running averages in evaluation.

    **Arguments:**

    - `eps`: added to the variance, inside the root; Keras's own layer has 1e-3, torch 1e-5.
    - `momentum`: weight of the old averages, 0.9 for what torch calls 0.1; Keras's own layer has 0.99.

    Shapes: `(batch, ..., channels) -> (batch, ..., channels)`.
    """

    def __init__(self, eps: float = 1e-5, momentum: float = 0.9, **options: Any) -> None:
        super().__init__(**options)
        self.eps, self.momentum = eps, momentum

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels = (input_shape[-1],)
        self.gain = self.add_weight(name="gain", shape=channels, initializer="ones")
        self.bias = self.add_weight(name="bias", shape=channels, initializer="zeros")
        self.running_mean = self.add_weight(name="mean", shape=channels, initializer="zeros", trainable=False)
        self.running_var = self.add_weight(name="var", shape=channels, initializer="ones", trainable=False)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if training:
            mean, variance = ops.moments(inputs, axes=list(range(len(inputs.shape) - 1)))
            keep = self.momentum
            self.running_mean.assign(keep * self.running_mean + (1 - keep) * mean)
            self.running_var.assign(keep * self.running_var + (1 - keep) * variance)
        else:
            mean, variance = self.running_mean, self.running_var
        return (inputs - mean) * ops.rsqrt(variance + self.eps) * self.gain + self.bias
