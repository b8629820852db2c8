"""Warm-up and polynomial decay; of power one the linear decay of BERT (arXiv:1810.04805, appendix A.2)."""


def polynomial_schedule(
    step: int, peak: float, warmup: int, total: int, lowest: float = 0.0, power: float = 1.0
) -> float:
    """Rise linearly from zero to the peak, then fall as a power of what is left, and stay at the lowest.

    **Arguments:**

    - `step`: number of steps done, from 0: a scalar `()`, as the result.
    - `warmup`: steps of the rise; `total`: all steps, warm-up included.
    - `power`: 1 is linear; segmentation recipes take 0.9 of all steps, without warm-up.
    """
    if step < warmup:
        return peak * step / warmup
    left = max(0.0, 1 - (step - warmup) / max(1, total - warmup))
    return lowest + (peak - lowest) * left**power
