"""Group normalisation (arXiv:1803.08494, section 3); instance normalisation is one channel a group."""

from typing import Any

from keras import ops


def group_norm(x: Any, gain: Any, bias: Any, groups: int = 32, eps: float = 1e-5) -> Any:
    """Normalise each example over its places and the channels of a group.

    **Arguments:**

    - `x`: `(batch, ..., channels)`; `groups` divides the channels. The result has its shape.
    - `gain`, `bias`: `(channels,)`, start at ones and zeros.
    - `eps`: as in torch; Keras's own layer has 1e-3.
    """
    grouped = ops.reshape(x, (x.shape[0], -1, groups, x.shape[-1] // groups))
    centred = grouped - ops.mean(grouped, axis=(1, 3), keepdims=True)
    variance = ops.mean(ops.square(centred), axis=(1, 3), keepdims=True)
    return ops.reshape(centred * ops.rsqrt(variance + eps), x.shape) * gain + bias
