"""Cross-entropy with smoothed labels (arXiv:1512.00567, section 7)."""

import jax
import jax.numpy as jnp


def smoothed_cross_entropy(
    logits: jax.Array, labels: jax.Array, smoothing: float = 0.1, ignore: int = -100
) -> jax.Array:
    """Mean cross-entropy with labels of which a share is spread over all classes, the right one included.

    **Arguments:**

    - `logits`: `(..., classes)`; `labels`: `(...)`, integers.
    - `smoothing`: the share that is spread.
    - `ignore`: label of positions that give no loss and do not count.

    Shapes: the result is `()`.
    """
    log_probabilities = jax.nn.log_softmax(logits.astype(jnp.promote_types(logits.dtype, jnp.float32)))
    kept = labels != ignore
    right = jnp.take_along_axis(log_probabilities, jnp.where(kept, labels, 0)[..., None], axis=-1)[..., 0]
    loss = -(1 - smoothing) * right - smoothing * jnp.mean(log_probabilities, axis=-1)
    return jnp.sum(loss * kept) / jnp.sum(kept)
