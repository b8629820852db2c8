"""Is the loss of the untrained model finite?"""

from __future__ import annotations

import math
from typing import Any


def check(run: Any) -> Any:
    """Compute one loss in training mode."""
    value, kind = run.loss(run.forward(run.fresh(0).train()))
    number = float(value.detach())
    why = "" if math.isfinite(number) else f"the loss of the untrained model is {number!r}"
    return run.verdict(math.isfinite(number), {"loss": number, "kind": kind}, "a finite loss", why)
