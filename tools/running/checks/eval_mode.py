"""Is dropout off in evaluation mode?"""

from __future__ import annotations

from typing import Any


def _outputs(run: Any, model: Any, seed: int) -> list[Any]:
    run.torch.manual_seed(seed)
    with run.torch.no_grad():
        found: list[Any] = run.tensors(run.forward(model))
    return found


def _distance(first: list[Any], second: list[Any]) -> float:
    pairs = [(a, b) for a, b in zip(first, second) if a.shape == b.shape and a.numel()]  # noqa: B905 - Python 3.8
    return max((float((a - b).abs().max()) for a, b in pairs), default=0.0)


def check(run: Any) -> Any:
    """Run twice with different seeds. Randomness that stays when dropout is taken away is the model's own (sampling, masking) and no fault."""
    functional = run.torch.nn.functional
    model = run.fresh(0).eval()
    distance = _distance(_outputs(run, model, 1), _outputs(run, model, 2))
    expected = "equal outputs for different seeds"
    if distance <= 1e-6:
        return run.verdict(True, {"largest_difference": distance}, expected)
    dropout = functional.dropout
    functional.dropout = lambda input, p=0.5, training=True, inplace=False: input
    try:
        without = _distance(_outputs(run, model, 1), _outputs(run, model, 2))
    finally:
        functional.dropout = dropout
    if without > 1e-6:
        raise run.not_run("forward draws random numbers of its own in evaluation mode")
    why = "dropout is active in evaluation mode: pass training=self.training, or use nn.Dropout"
    return run.verdict(False, {"largest_difference": distance}, expected, why)
