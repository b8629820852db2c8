"""All facts of a unit."""

from __future__ import annotations

from . import attention, behaviour, layers, operations, structure
from .facts import CodeFact, Detector, View

DETECTORS: tuple[Detector, ...] = (
    layers.norm_facts,
    layers.activation_facts,
    layers.gate_facts,
    layers.dropout_facts,
    layers.projection_facts,
    layers.conv_facts,
    layers.residual_facts,
    layers.pooling_facts,
    layers.manual_norm_facts,
    layers.cast_order_facts,
    behaviour.group_facts,
    behaviour.nucleus_facts,
    behaviour.self_similarity_facts,
    behaviour.exponent_facts,
    behaviour.dropout_side_facts,
    behaviour.image_range_facts,
    behaviour.mode_facts,
    attention.attention_facts,
    attention.mask_facts,
    operations.argument_facts,
    operations.loss_term_facts,
    operations.alternative_facts,
    operations.initialiser_facts,
    structure.closing_norm_facts,
    structure.norm_side_facts,
    structure.axis_order_facts,
    structure.transform_facts,
)


def facts_of(view: View) -> list[CodeFact]:
    """Every fact of a unit, each place once."""
    found: dict[tuple[object, ...], CodeFact] = {}
    for detector in DETECTORS:
        for fact in detector(view):
            if fact.where.line:
                found.setdefault((fact.slot, fact.role, fact.where, fact.value), fact)
    return list(found.values())
