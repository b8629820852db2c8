"""What a comparison returns: findings, missing features, what was aligned with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from paper_implementer.knowledge.facts import Place
from paper_implementer.tools.fidelity import FidelityRow

Severity = Literal["high", "medium", "low"]
Evidence = Literal["static", "config", "parity"]

FAMILIES = {
    "attention": "attention_scale softmax_dim head_layout mask_convention qkv_bias attention_dropout",
    "normalisation": "norm_placement epsilon norm_type feature_normalization variance_estimator layer_scale norm_affine",
    "activation": "activation_variant activation_placement output_activation modulation",
    "architecture": "weight_tying pooling layer_width stride_placement residual_order bias_flag stochastic_depth tensor_layout depth_width "
    "padding scaling_factor parameterization",
    "position": "positional_base position_offset rope_pairing positional_slopes",
    "initialisation": "initialization",
    "dropout": "dropout_placement dropout_rate",
    "loss": "loss_function loss_reduction loss_masking loss_weights loss_symmetry label_smoothing temperature matching_cost box_format "
    "posterior_variance",
    "optimizer": "optimizer_betas optimizer_variant weight_decay_coupling weight_decay no_decay_groups gradient_clipping bias_correction "
    "trust_ratio learning_rate ema_direction ema_decay gradient_accumulation",
    "schedule": "lr_schedule warmup training_length noise_schedule masking_ratio batch_size",
    "data": "data_normalization augmentation tokenisation image_size shuffle",
    "evaluation": "eval_mode metric_averaging metric_definition",
    "decoding": "boundary_condition length_penalty stopping_rule search_width probability_ratio resampling_distribution temperature_sampling",
    "numerics": "mixed_precision seed dtype argument_ignored update_order",
}
"""Categories of findings by family."""


def in_focus(category: str, focus: Sequence[str]) -> bool:
    """Whether a category, or its family, is among those asked for."""
    return category in focus or any(category in FAMILIES.get(name, "").split() for name in focus)


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
