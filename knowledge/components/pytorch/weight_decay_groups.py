"""Parameter groups: matrices decay, norms, biases and other vectors do not."""

from typing import Any

from torch import nn


def weight_decay_groups(model: nn.Module, weight_decay: float, keep: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Split what is trained into a group with decay and one without; each parameter is in one, shared ones once.

    **Arguments:**

    - `keep`: endings of names that do not decay whatever their shape `(positions and class tokens are no vectors)`.
    """
    decayed: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        (kept if parameter.dim() < 2 or name.endswith(keep or ("\0",)) else decayed).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": kept, "weight_decay": 0.0}]
