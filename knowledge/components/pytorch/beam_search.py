"""Beam search with a length penalty (arXiv:1609.08144, section 7)."""

from collections.abc import Callable

import torch
from torch import Tensor


def beam_search(
    next_log_probabilities: Callable[[Tensor], Tensor],
    start: Tensor,
    end: int,
    beams: int = 4,
    longest: int = 100,
    length_penalty: float = 1.0,
    gnmt: bool = False,
) -> Tensor:
    """Find a likely continuation by keeping the best few at each length.

    **Arguments:**

    - `next_log_probabilities`: from tokens `(beams, length)` to log-probabilities of the next one, `(beams, vocabulary)`.
    - `start`: what is given, `(length,)`; `longest`: generated tokens at most.
    - `length_penalty`: a hypothesis of n generated tokens is compared by its sum over n to this power, or, where `gnmt`,
      over ((5 + n) / 6) to this power.

    Shapes: the result is the best hypothesis, `(length + generated,)`, its end token included.
    """

    def compared(total: float, generated: int) -> float:
        return total / ((5 + generated) / 6 if gnmt else generated) ** length_penalty

    tokens = start.repeat(beams, 1)
    # All beams start alike: only the first may grow in the first step.
    totals = torch.full((beams,), float("-inf"))
    totals[0] = 0.0
    finished: list[tuple[float, Tensor]] = []
    for generated in range(1, longest + 1):
        scores = totals[:, None] + next_log_probabilities(tokens)
        vocabulary = scores.shape[-1]
        # Twice as many as there are beams: even if half of them end here, the beam stays full.
        best = scores.flatten().topk(min(2 * beams, scores.numel()))
        kept: list[tuple[float, Tensor]] = []
        for rank, (total, place) in enumerate(zip(best.values.tolist(), best.indices.tolist(), strict=True)):
            beam, token = divmod(place, vocabulary)
            grown = torch.cat([tokens[beam], tokens.new_tensor([token])])
            if token == end:
                if rank < beams:
                    finished.append((compared(total, generated), grown))
            elif len(kept) < beams:
                kept.append((total, grown))
        finished = sorted(finished, key=lambda each: -each[0])[:beams]
        tokens = torch.stack([grown for _, grown in kept])
        totals = torch.tensor([total for total, _ in kept])
        if len(finished) == beams and finished[-1][0] >= compared(kept[0][0], generated):
            break
    else:
        finished += [(compared(total, longest), grown) for total, grown in kept]
    return max(finished, key=lambda each: each[0])[1]
