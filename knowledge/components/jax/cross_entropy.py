"""Cross-entropy over classes, with ignored places."""

import jax
import jax.numpy as jnp


def cross_entropy(logits: jax.Array, labels: jax.Array, ignore: int = -100) -> jax.Array:
    """Mean negative log-probability of the labels, `()`.

    **Arguments:**

    - `logits`: `(..., classes)`; `labels`: `(...)`, integers.
    - `ignore`: label of places that give no loss and do not count.
    """
    logits = logits.astype(jnp.promote_types(logits.dtype, jnp.float32))
    kept = labels != ignore
    right = jnp.take_along_axis(logits, jnp.where(kept, labels, 0)[..., None], axis=-1)[..., 0]
    loss = jnp.where(kept, jax.nn.logsumexp(logits, axis=-1) - right, 0.0)
    return loss.sum() / jnp.maximum(kept.sum(), 1)
