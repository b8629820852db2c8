"""Rates that fall in steps (arXiv:1512.03385, section 3.4: by ten where the error plateaus)."""

from bisect import bisect_right
from collections.abc import Sequence


def step_schedule(step: int, base: float, milestones: Sequence[int], factor: float = 0.1) -> float:
    """Multiply the rate by a factor at each milestone that has been reached.

    **Arguments:**

    - `step`: number of steps (or epochs) done, from 0: a scalar `()`, as the result.
    - `milestones`: in the same unit, rising; `range(30, 90, 30)` for every 30 epochs of 90.
    """
    return base * factor ** bisect_right(milestones, step)
