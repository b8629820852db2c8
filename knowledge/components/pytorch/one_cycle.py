"""One cycle of the learning rate (arXiv:1708.07120), with the cosine edges of today's libraries."""

import math


def one_cycle(step: int, peak: float, total: int, rise: float = 0.3, start: float = 25.0, end: float = 1e4) -> float:
    """Rise from a fraction of the peak to it, then fall far below the start, both along half a cosine.

    **Arguments:**

    - `step`: number of steps done, from 0 to `total - 1`: a scalar `()`, as the result.
    - `rise`: share of the steps in which the rate rises.
    - `start`: the peak over the first rate; `end`: the first rate over the last.
    """
    first = peak / start
    top = rise * total - 1
    if step <= top:
        low, high, done = first, peak, step / top
    else:
        low, high, done = peak, first / end, (step - top) / (total - 1 - top)
    return high + (low - high) / 2 * (1 + math.cos(math.pi * done))
