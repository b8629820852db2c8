from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Everything that can be turned, as in Table 1."""

    symbols: int = 32
    labels: int = 8
    span: int = 128
    channels: int = 64
    stages: int = 3
    n_heads: int = 4
    expansion: int = 4
    p_drop: float = 0.1
    shortest: float = 2.0
    longest: float = 64.0
    tiny: float = 1e-5
    spread: float = 0.02
    peak_rate: float = 1e-3
    shrink: float = 0.05
    clip: float = 1.0
    ramp: int = 200
    updates: int = 5000
    per_batch: int = 64
