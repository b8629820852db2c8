"""Memory of training and of running, term by term.

States of the optimizer: ZeRO (arXiv:1910.02054, section 3.1). Activations of a layer: arXiv:2205.05198, section 4.1, with the
terms written out so that gated and grouped layers are counted too.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from .architecture import Architecture

Precision = Literal["fp32", "mixed", "bf16", "fp16"]
Optimizer = Literal["none", "sgd", "momentum", "lion", "adafactor", "adamw8bit", "adamw"]

_STATES: dict[str, float] = {"none": 0, "sgd": 0, "momentum": 4, "lion": 4, "adafactor": 0, "adamw8bit": 2, "adamw": 8}
"""Bytes a parameter that an optimizer keeps, in float32 but for the 8-bit one; Adafactor keeps rows and columns only."""


class Memory(BaseModel):
    """Bytes on one device, by what they hold."""

    weights: int
    gradients: int
    optimizer: int
    activations: int
    kv_cache: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return self.weights + self.gradients + self.optimizer + self.activations + self.kv_cache


class Plan(BaseModel):
    """How a model is trained or run.

    **Arguments:**

    - `batch`: examples on one device at a time; `sequence`: tokens of each.
    - `precision`: fp32; mixed (float32 weights, 16-bit products, as autocast does); bf16 or fp16 (16-bit weights and gradients,
      float32 copies with the optimizer).
    - `sharding`: ZeRO stage, 3 being FSDP's full sharding; over `gpus` devices.
    - `checkpointing`: only inputs of layers are kept. `flash`: no matrix of scores is kept.
    - `trained`: share of parameters that learn (adapters); the others have neither gradients nor states.
    """

    batch: int = 1
    sequence: int = 1
    target: int = 0
    precision: Precision = "mixed"
    optimizer: Optimizer = "adamw"
    gpus: int = 1
    sharding: int = 0
    checkpointing: bool = False
    flash: bool = True
    training: bool = True
    trained: float = 1.0


def state_memory(parameters: int, plan: Plan) -> tuple[int, int, int]:
    """Bytes of weights, gradients and optimizer states on one device."""
    half = plan.precision in ("bf16", "fp16")
    parts = plan.gpus if plan.sharding else 1
    held = 2 if half else 4
    weights = parameters * held / (parts if plan.sharding >= 3 else 1)
    if not plan.training:
        return int(weights), 0, 0
    learned = parameters * plan.trained
    gradients = learned * held / (parts if plan.sharding >= 2 else 1)
    states = _STATES[plan.optimizer] + (4 if half and plan.optimizer != "none" else 0)
    return int(weights), int(gradients), int(learned * states / (parts if plan.sharding >= 1 else 1))


def activation_memory(model: Architecture, plan: Plan) -> int:
    """Bytes that a forward pass keeps for the backward pass (or needs at once, where nothing is trained)."""
    width = 4 if plan.precision == "fp32" else 2
    tokens = plan.batch * plan.sequence
    other = plan.batch * (plan.target or plan.sequence) if model.decoder_layers else 0
    layer = _kept_in_layer(model, plan, width)
    logits = (other or tokens) * model.vocabulary_size if model.kind in ("decoder", "encoder-decoder") else 0
    # Logits are kept in the precision of the products and once more in float32 for the loss.
    ends = logits * (width + 4)
    if not plan.training:
        return int(max(tokens, other) * layer + logits * width)
    through = tokens * model.layers + other * model.decoder_layers
    if plan.checkpointing:
        inputs = through * model.hidden_size * width
        return int(inputs + max(tokens, other) * layer + ends)
    return int(through * layer + ends)


def kv_cache(model: Architecture, sequences: int, length: int, width: int = 2) -> int:
    """Bytes of keys and values of so many sequences."""
    layers = model.decoder_layers or model.layers
    return 2 * layers * model.kv_heads * model.head_size * sequences * length * width


def _kept_in_layer(model: Architecture, plan: Plan, width: int) -> float:
    """Bytes a token that one layer keeps."""
    d = model.hidden_size
    wide, narrow = model.heads * model.head_size, model.kv_heads * model.head_size
    # Inputs of the two norms and of the two parts; queries, keys, values; what goes into the last matrix.
    kept = 4 * d + 2 * wide + 2 * narrow
    if not plan.flash:
        # Scores after the softmax and after its dropout.
        kept += 2 * model.heads * plan.sequence
    # Into and out of the activation; with a gate, both branches and their product.
    kept += (4 if model.gated else 2) * model.feedforward_size * model.active_experts
    if model.decoder_layers:
        kept += 2 * d + 2 * wide + 2 * narrow
    return float(kept * width)
