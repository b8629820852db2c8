"""A large batch in small parts, with the gradient that the whole would have."""

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.optim import Optimizer


def accumulated_step(
    parts: Sequence[tuple[Tensor, Tensor]], loss_sum: Callable[[Tensor, Tensor], Tensor], optimizer: Optimizer
) -> float:
    """Take one step for all parts together, and give the mean loss of what counted.

    **Arguments:**

    - `parts`: inputs `(batch, ...)` and labels `(batch, ...)`; labels of -100 do not count.
    - `loss_sum`: model and loss, summed (not averaged) over the labels that count, `()`.
    """
    # One divisor for all parts: a mean of means weighs labels of short parts more.
    counted = sum(int((labels != -100).sum()) for _, labels in parts)
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for inputs, labels in parts:
        loss = loss_sum(inputs, labels) / max(1, counted)
        loss.backward()
        total += float(loss.detach())
    optimizer.step()
    return total
