"""A loss for any model: its own if it gives one, else one that fits the shape of what it gives."""

from __future__ import annotations

from typing import Any


class NoLoss(Exception):
    """Nothing that it gives can be trained on."""


def tensors(torch: Any, outputs: Any) -> list[Any]:
    """All floating-point tensors in tuples, lists, dictionaries and output objects, in order."""
    if torch.is_tensor(outputs):
        return [outputs] if outputs.is_floating_point() or outputs.is_complex() else []
    if isinstance(outputs, dict):
        values = list(outputs.values())
    elif isinstance(outputs, (tuple, list)):
        values = list(outputs)
    elif hasattr(outputs, "__dict__"):
        values = list(vars(outputs).values())
    else:
        values = []
    return [t for value in values for t in tensors(torch, value)]


def loss(torch: Any, outputs: Any, inputs: tuple[Any, ...], seed: int) -> tuple[Any, str]:
    """A scalar and what it is: the model's own loss, cross-entropy with random classes, or the mean square from a random target."""
    own: Any = outputs.get("loss") if isinstance(outputs, dict) else getattr(outputs, "loss", None)
    if torch.is_tensor(own) and own.numel() == 1:
        return own.reshape(()), "the model's own loss"
    found = [t for t in tensors(torch, outputs) if t.requires_grad and t.numel()]
    if not found:
        raise NoLoss("nothing that forward gives depends on a parameter by a gradient")
    output = found[0]
    if output.numel() == 1:
        return output.reshape(()), "the scalar that forward gives"
    generator = torch.Generator().manual_seed(seed)
    cross_entropy = torch.nn.functional.cross_entropy
    classes = output.shape[-1]
    reads_ids = bool(inputs) and torch.is_tensor(inputs[0]) and inputs[0].dtype == torch.int64
    if classes > 1 and not output.is_complex() and (output.dim() == 2 or (output.dim() == 3 and reads_ids)):
        labels = torch.randint(0, classes, output.shape[:-1], generator=generator).to(output.device)
        value = cross_entropy(output.reshape(-1, classes), labels.reshape(-1))
        return value, f"cross-entropy, {classes} classes, random labels"
    target = torch.randn(output.shape, generator=generator).to(output.device)
    return (output - target).abs().square().mean(), "mean square from a random target"
