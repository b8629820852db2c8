"""What a comparison returns: findings, missing features, what was aligned with what."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from paper_implementer.knowledge.facts import Place
from paper_implementer.tools.fidelity import FidelityRow

Severity = Literal["high", "medium", "low"]
Evidence = Literal["static", "config", "parity"]

SEVERITIES: dict[str, Severity] = {
    "epsilon": "low", "norm_affine": "medium", "variance_estimator": "low", "activation_variant": "medium", "argument_ignored": "low",
    "mixed_precision": "low", "seed": "low", "dtype": "low", "noise_schedule": "medium", "positional_base": "medium",
    "dropout_rate": "medium", "dropout_placement": "medium", "initialization": "medium", "label_smoothing": "medium",
    "temperature": "medium", "optimizer_betas": "medium", "weight_decay": "medium", "no_decay_groups": "medium",
    "warmup": "medium", "lr_schedule": "medium", "bias_flag": "medium", "qkv_bias": "medium", "stride_placement": "medium",
    "boundary_condition": "medium", "attention_dropout": "medium", "layer_scale": "medium", "position_offset": "medium",
    "padding": "medium", "gradient_clipping": "medium", "ema_decay": "medium", "augmentation": "medium", "shuffle": "medium",
    "length_penalty": "medium", "search_width": "medium", "stopping_rule": "medium", "posterior_variance": "medium",
}  # fmt: skip
"""Of categories that are not high."""


def severity_of(category: str) -> Severity:
    """How much a difference of this category usually changes results."""
    return SEVERITIES.get(category, "high")


class Finding(BaseModel):
    """One difference: one fact, both places."""

    id: str
    category: str
    severity: Severity
    confidence: float = Field(ge=0, le=1)
    summary: str
    mine: Place
    official: Place
    mine_does: str
    official_does: str
    key: str | None = None
    evidence: Evidence = "static"
    suggestion: str


class MissingFeature(BaseModel):
    """Something that the official code can do and mine has not at all: no difference as long as it is off."""

    category: str
    summary: str
    mine: Place
    official: Place


class Aligned(BaseModel):
    """Two places that do the same work."""

    mine: Place
    official: Place
    score: float
    why: str


class Unaligned(BaseModel):
    """Places without a counterpart."""

    mine: list[Place] = []
    official: list[Place] = []


class Comparison(BaseModel):
    """The result of `compare`."""

    findings: list[Finding] = []
    missing_features: list[MissingFeature] = []
    aligned: list[Aligned] = []
    unaligned: Unaligned = Unaligned()
    fidelity: list[FidelityRow] = []
    stats: dict[str, JsonValue] = {}
    warnings: list[str] = []


_WEIGHT = {"high": 1.0, "medium": 0.7, "low": 0.5}


def ranked(findings: list[Finding]) -> list[Finding]:
    """Worst and surest first, numbered."""
    ordered = sorted(findings, key=lambda f: (-_WEIGHT[f.severity] * f.confidence, f.mine.file, f.mine.line))
    return [f.model_copy(update={"id": f"d{i}"}) for i, f in enumerate(ordered, 1)]
