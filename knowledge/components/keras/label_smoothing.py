"""Cross-entropy with smoothed labels (arXiv:1512.00567, section 7)."""

from typing import Any

from keras import ops


def smoothed_cross_entropy(logits: Any, labels: Any, smoothing: float = 0.1, ignore: int = -100) -> Any:
    """Mean cross-entropy with labels of which a share is spread over all classes, the right one included.

    **Arguments:**

    - `logits`: `(..., classes)`; `labels`: `(...)`, integers.
    - `smoothing`: the share that is spread.
    - `ignore`: label of positions that give no loss and do not count.

    Shapes: the result is `()`.
    """
    log_probabilities = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
    kept = ops.cast(ops.not_equal(labels, ignore), "float32")
    # The row of an ignored label is empty: it has no one.
    right = ops.sum(log_probabilities * ops.one_hot(labels, logits.shape[-1]), axis=-1)
    loss = -(1 - smoothing) * right - smoothing * ops.mean(log_probabilities, axis=-1)
    return ops.sum(loss * kept) / ops.sum(kept)
