"""Cross-entropy over classes, with ignored places."""

from typing import Any

from keras import ops


def cross_entropy(logits: Any, labels: Any, ignore: int = -100) -> Any:
    """Mean negative log-probability of the labels, `()`.

    **Arguments:**

    - `logits`: `(..., classes)`; `labels`: `(...)`, integers.
    - `ignore`: label of places that give no loss and do not count.
    """
    kept = ops.cast(ops.not_equal(labels, ignore), "float32")
    log_probabilities = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
    # The row of an ignored label is empty: it has no one.
    right = ops.sum(log_probabilities * ops.one_hot(labels, logits.shape[-1]), axis=-1)
    return -ops.sum(right * kept) / ops.maximum(ops.sum(kept), 1.0)
