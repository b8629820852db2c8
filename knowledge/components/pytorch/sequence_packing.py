"""Packing of several examples into one sequence without letting them see each other."""

from collections.abc import Sequence

import torch
from torch import Tensor


def pack(examples: Sequence[Tensor], length: int, padding: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Put examples one after another into rows, each into the first row with room (first fit, longest first).

    **Arguments:**

    - `examples`: tokens, each `(n,)` with n up to `length`.

    Shapes: tokens, positions from zero in each example, and numbers of examples from 1 (0: padding), all `(rows, length)`.
    """
    rows: list[list[Tensor]] = []
    room: list[int] = []
    for example in sorted(examples, key=len, reverse=True):
        if len(example) > length:
            raise ValueError(f"an example of {len(example)} tokens does not fit into {length}")
        at = next((row for row, left in enumerate(room) if left >= len(example)), None)
        if at is None:
            at = len(rows)
            rows.append([])
            room.append(length)
        rows[at].append(example)
        room[at] -= len(example)
    tokens = torch.full((len(rows), length), padding)
    positions, numbers = torch.zeros_like(tokens), torch.zeros_like(tokens)
    for row, members in enumerate(rows):
        start = 0
        for number, example in enumerate(members, 1):
            place = slice(start, start + len(example))
            tokens[row, place], numbers[row, place] = example, number
            positions[row, place] = torch.arange(len(example))
            start += len(example)
    return tokens, positions, numbers


def packed_mask(numbers: Tensor) -> Tensor:
    """Say who sees whom, `(rows, 1, length, length)`: only what came before in the same example; padding itself only."""
    same = numbers.unsqueeze(-1) == numbers.unsqueeze(-2)
    length = numbers.shape[-1]
    causal = torch.ones(length, length, dtype=torch.bool, device=numbers.device).tril()
    return (same & causal).unsqueeze(-3)
