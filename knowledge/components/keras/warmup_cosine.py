"""Warm-up and cosine decay (arXiv:1608.03983, section 3, one cycle)."""

import math
from typing import Any

import keras
from keras import ops


class WarmupCosine(keras.optimizers.schedules.LearningRateSchedule):
    """Rises linearly from zero to the peak, then falls along half a cosine, and stays at the lowest.

    **Arguments:**

    - `warmup`: steps of the rise; `total`: all steps, warm-up included. A step `()` gives a rate `()`.
    """

    def __init__(self, peak: float, warmup: int, total: int, lowest: float = 0.0) -> None:
        super().__init__()
        self.peak, self.warmup, self.total, self.lowest = peak, warmup, total, lowest

    def __call__(self, step: Any) -> Any:
        """Give the rate of a step, from 0."""
        step = ops.cast(step, "float32")
        done = ops.clip((step - self.warmup) / max(1, self.total - self.warmup), 0.0, 1.0)
        falling = self.lowest + 0.5 * (self.peak - self.lowest) * (1 + ops.cos(math.pi * done))
        return ops.where(step < self.warmup, self.peak * step / max(1, self.warmup), falling)

    def get_config(self) -> dict[str, Any]:
        """Give what the schedule is saved as."""
        return {"peak": self.peak, "warmup": self.warmup, "total": self.total, "lowest": self.lowest}
