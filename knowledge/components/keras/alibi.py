"""Attention with linear biases (arXiv:2108.12409, section 3)."""

import math
from typing import Any

from keras import ops


def alibi_slopes(heads: int) -> Any:
    """One slope a head, `(heads,)`: powers of two that fall to 2^-8, for other numbers of heads mixed from two such series."""

    def series(count: int) -> list[float]:
        return [2 ** (-8 * head / count) for head in range(1, count + 1)]

    lower = 2 ** math.floor(math.log2(heads))
    return ops.convert_to_tensor(series(lower) + series(2 * lower)[0::2][: heads - lower], dtype="float32")


def alibi_bias(heads: int, queries: int, keys: int) -> Any:
    """What is added to the scaled scores: minus the distance of key and query times the slope of the head.

    **Arguments:**

    - `queries`, `keys`: lengths; the last query stands at the last key, as with a cache.

    Shapes: the result is `(heads, queries, keys)`; keys after the query get their distance too, so mask them.
    """
    distance = ops.arange(keys) - (ops.arange(queries) + keys - queries)[:, None]
    return -alibi_slopes(heads)[:, None, None] * ops.cast(ops.abs(distance), "float32")
