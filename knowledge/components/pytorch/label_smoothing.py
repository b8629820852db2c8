"""Cross-entropy with smoothed labels (arXiv:1512.00567, section 7)."""

from torch import Tensor
from torch.nn.functional import log_softmax


def smoothed_cross_entropy(logits: Tensor, labels: Tensor, smoothing: float = 0.1, ignore: int = -100) -> Tensor:
    """Mean cross-entropy with labels of which a share is spread over all classes, the right one included.

    **Arguments:**

    - `logits`: `(..., classes)`; `labels`: `(...)`, integers.
    - `smoothing`: the share that is spread.
    - `ignore`: label of positions that give no loss and do not count.

    Shapes: the result is `()`; undefined where every position is ignored, as a mean of nothing is.
    """
    log_probabilities = log_softmax(logits.float() if logits.dtype.itemsize < 4 else logits, dim=-1)
    kept = labels != ignore
    right = log_probabilities.gather(-1, labels.masked_fill(~kept, 0)[..., None]).squeeze(-1)
    loss = -(1 - smoothing) * right - smoothing * log_probabilities.mean(-1)
    return (loss * kept).sum() / kept.sum()
