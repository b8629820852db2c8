"""pass@k without bias (arXiv:2107.03374, section 2.1)."""

from collections.abc import Sequence

import torch


def pass_at_k(samples: int, passed: int, k: int) -> float:
    """Probability that one of k samples passes: `(n, c, k) -> 0..1`.

    **Arguments:**

    - `samples`: samples drawn for the problem, at least `k`.
    - `passed`: how many of them pass all tests.
    """
    if not 0 <= passed <= samples or not 1 <= k <= samples:
        raise ValueError(f"pass@{k} cannot be estimated from {passed} of {samples} samples")
    if samples - passed < k:
        return 1.0
    # 1 - C(n - c, k) / C(n, k) as a product: the binomials overflow.
    misses = 1 - k / torch.arange(samples - passed + 1, samples + 1, dtype=torch.float64)
    return 1 - float(misses.prod())


def mean_pass_at_k(samples: Sequence[int], passed: Sequence[int], k: int) -> float:
    """The mean over problems: `((problems,), (problems,), k) -> 0..1`."""
    rates = [pass_at_k(n, c, k) for n, c in zip(samples, passed, strict=True)]
    return sum(rates) / len(rates)
