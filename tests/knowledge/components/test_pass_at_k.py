"""pass@k beside the average over every subset of the samples."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from paper_implementer.knowledge.components.pytorch.pass_at_k import mean_pass_at_k, pass_at_k


@pytest.mark.parametrize("samples", [1, 4, 7])
def test_agrees_with_the_average_over_every_subset(samples: int) -> None:
    for passed in range(samples + 1):
        results = np.arange(samples) < passed
        for k in range(1, samples + 1):
            subsets = [results[list(chosen)].any() for chosen in combinations(range(samples), k)]
            assert pass_at_k(samples, passed, k) == pytest.approx(np.mean(subsets))


def test_many_samples_do_not_overflow_and_fewer_than_k_are_refused() -> None:
    assert pass_at_k(100_000, 1, 100) == pytest.approx(0.001)
    assert mean_pass_at_k([10, 10], [0, 10], 5) == 0.5
    with pytest.raises(ValueError, match="cannot be estimated"):
        pass_at_k(5, 1, 10)
