"""Warm-up and cosine decay (arXiv:1608.03983, section 3, one cycle)."""

import math


def warmup_cosine(step: int, peak: float, warmup: int, total: int, lowest: float = 0.0) -> float:
    """Rise linearly from zero to the peak, then fall along half a cosine, and stay at the lowest.

    **Arguments:**

    - `step`: number of steps done, from 0: a scalar `()`, as the result.
    - `warmup`: steps of the rise; `total`: all steps, warm-up included.
    """
    if step < warmup:
        return peak * step / warmup
    done = min(1.0, (step - warmup) / max(1, total - warmup))
    return lowest + 0.5 * (peak - lowest) * (1 + math.cos(math.pi * done))
