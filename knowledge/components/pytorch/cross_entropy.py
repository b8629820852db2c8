"""Cross-entropy over classes, with ignored places, class weights and a penalty on the normaliser."""

import torch
from torch import Tensor


def cross_entropy(
    logits: Tensor, labels: Tensor, weights: Tensor | None = None, ignore: int = -100, z_weight: float = 0.0
) -> Tensor:
    """Mean negative log-probability of the labels, `()`.

    **Arguments:**

    - `logits`: `(..., classes)`; `labels`: `(...)`, integers.
    - `weights`: `(classes,)`; the mean is then over the weights of the labels, not over their number.
    - `ignore`: label of places that give no loss and do not count.
    - `z_weight`: of the squared log of the normaliser (z-loss), which keeps logits near zero; PaLM has 1e-4.
    """
    # Sums of exponentials lose too much in half precision.
    logits = logits.float() if logits.dtype in (torch.float16, torch.bfloat16) else logits
    kept = labels != ignore
    normaliser = logits.logsumexp(-1)
    # An ignored label may lie outside of the classes.
    right = logits.gather(-1, labels.where(kept, 0).unsqueeze(-1)).squeeze(-1)
    weight = kept.to(logits.dtype) if weights is None else weights[labels.where(kept, 0)] * kept
    loss = weight * (normaliser - right) + kept * z_weight * normaliser**2
    # Nothing kept: zero, which leaves the weights alone, where a bare mean gives NaN.
    return loss.sum() / weight.sum().clamp(min=torch.finfo(logits.dtype).tiny)
