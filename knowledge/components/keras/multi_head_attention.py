"""Multi-head attention (arXiv:1706.03762, section 3.2.2), of a sequence to itself or to another."""

from typing import Any

import keras
from keras import ops


class MultiHeadAttention(keras.layers.Layer):
    """Attention in several heads, each with projections of its own.

    Shapes: `inputs` `(batch, queries, dim)`, as the result; `memory` `(batch, keys, dim)`, the inputs where none is given;
    `key_mask` boolean, `(batch, keys)`, True for keys that are real (Keras keeps the name `mask` for its own). `heads` divides `dim`.
    """

    def __init__(self, heads: int, **options: Any) -> None:
        super().__init__(**options)
        self.heads = heads

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.query, self.key, self.value, self.out = (keras.layers.Dense(input_shape[-1]) for _ in range(4))

    def call(self, inputs: Any, memory: Any | None = None, key_mask: Any | None = None) -> Any:
        memory = inputs if memory is None else memory
        width = inputs.shape[-1] // self.heads

        def split(projected: Any) -> Any:
            shape = (-1, projected.shape[1], self.heads, width)
            return ops.transpose(ops.reshape(projected, shape), (0, 2, 1, 3))

        query, key, value = split(self.query(inputs)), split(self.key(memory)), split(self.value(memory))
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) * width**-0.5
        if key_mask is not None:
            scores = ops.where(key_mask[:, None, None, :], scores, -1e30)
        mixed = ops.transpose(ops.matmul(ops.softmax(scores, axis=-1), value), (0, 2, 1, 3))
        return self.out(ops.reshape(mixed, (-1, inputs.shape[1], inputs.shape[-1])))
