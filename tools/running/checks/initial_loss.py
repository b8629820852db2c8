"""Does the untrained model know nothing, as it should?"""

from __future__ import annotations

import math
import re
from typing import Any

ABOVE = 1.0
"""Nats above ln C that a usual initialisation stays below: logits of standard deviation s cost about s² / 2."""


def check(run: Any) -> Any:
    """Compare the loss on random labels with ln C, the loss of equal probabilities for C classes."""
    model = run.fresh(0).eval()
    with run.torch.enable_grad():
        outputs = run.forward(model)
        value, kind = run.loss(outputs)
    classes = re.match(r"cross-entropy, (\d+) classes", kind)
    if not classes:
        raise run.not_run(f"the loss is {kind}: what it should be at the start is not known")
    expected, number = math.log(int(classes[1])), float(value.detach())
    logits = run.tensors(outputs)[0].detach().float()
    measured = {"loss": round(number, 4), "ln_classes": round(expected, 4), "logits_std": round(float(logits.std()), 4)}
    why = ""
    if number > expected + ABOVE:
        why = "the logits start too large: look at the initialisation of the last layer (or of tied embeddings) and at missing scales"
    elif not math.isfinite(number):
        why = "it is not finite"
    return run.verdict(not why, measured, f"about ln {classes[1]} = {expected:.3f} on random labels", why)
