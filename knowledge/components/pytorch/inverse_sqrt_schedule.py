"""The learning rate of the Transformer (arXiv:1706.03762, section 5.3)."""


def inverse_sqrt_schedule(step: int, d_model: int, warmup: int = 4000, factor: float = 1.0) -> float:
    """Rise linearly, then fall with the square root of the step.

    **Arguments:**

    - `step`: the step that is about to be done, from 1: a scalar `()`, as the result.
    - `d_model`: width of the model, from which the peak follows.
    - `factor`: 1 in the paper, 2 in tensor2tensor.
    """
    if step < 1:
        raise ValueError("steps count from 1: pass step + 1 from a scheduler that starts at 0")
    return float(factor * d_model**-0.5 * min(step**-0.5, step * warmup**-1.5))
