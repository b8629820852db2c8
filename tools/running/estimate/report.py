"""What an estimate says."""

from __future__ import annotations

from pydantic import BaseModel, Field

from paper_implementer.knowledge.facts import Fact


class Flops(BaseModel):
    """Operations (a product and a sum are two): of one example forward, of one step forward and backward, of all training."""

    forward_example: int | None = None
    training_step: int | None = None
    training_total: float | None = None


class MemoryBytes(BaseModel):
    """Bytes on one device, by what they hold; None where nothing is known."""

    weights: int | None = None
    gradients: int | None = None
    optimizer: int | None = None
    activations: int | None = None
    kv_cache: int | None = None
    total: int | None = None


class ScaleDown(BaseModel):
    """One way to need less, taken together with those before it.

    **Arguments:**

    - `total`: bytes on one device afterwards.
    - `cost`: what it costs in time or in the result.
    """

    change: str
    total: int
    fits: bool | None
    cost: str


class Estimate(BaseModel):
    """What training (or running) a model needs, and what was taken for granted.

    **Arguments:**

    - `parameters`: total, active, and by part where it was counted from sizes.
    - `hours`: of training on the named GPUs; None without a GPU or without the number of tokens, examples or steps.
    - `fits`: on one of the named GPUs; None without one.
    - `gpu`: memory and peak rate of the GPU, with their places.
    """

    parameters: dict[str, int]
    flops: Flops
    memory: MemoryBytes
    hours: float | None = None
    fits: bool | None = None
    verdict: str
    scale_down: list[ScaleDown] = Field(default_factory=list)
    assumptions: list[str] = Field(default_factory=list)
    gpu: list[Fact] = Field(default_factory=list)
