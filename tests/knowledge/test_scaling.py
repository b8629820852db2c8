"""A learning rate carried over to another batch: only where asked, marked derived, with its working and its rule."""

from __future__ import annotations

import pytest

from paper_implementer.knowledge.lookup import lookup_default
from paper_implementer.knowledge.scaling import asked_batch


@pytest.mark.parametrize(
    ("query", "batch", "rest"),
    [
        ("learning rate for a batch size of 2048", 2048, "learning rate"),
        ("lr with batch 1,024", 1024, "lr"),
        ("lr, bs=512", 512, "lr"),
        ("which learning rate for 4096 images per batch?", 4096, "which learning rate"),
        ("batch size", None, "batch size"),
        ("batch size 256", None, "batch size 256"),
        ("learning rate", None, "learning rate"),
    ],
)
def test_a_batch_is_a_condition_only_beside_something_that_is_asked_for(
    query: str, batch: int | None, rest: str
) -> None:
    assert asked_batch(query) == (batch, rest)


def test_nothing_is_scaled_unless_a_batch_is_named() -> None:
    assert all(fact.status != "derived" for fact in lookup_default("learning rate", method="ResNet-50").facts)
    assert all(
        fact.status != "derived" for fact in lookup_default("learning rate, batch size", method="ResNet-50").facts
    )


def test_sgd_scales_linearly_from_what_the_paper_states() -> None:
    fact = lookup_default("lr for batch size 2048", method="ResNet-50", scope="ImageNet").facts[0]
    assert (fact.status, fact.value) == ("derived", 0.8)
    assert fact.source.ref == "arXiv:1512.03385"
    assert "0.1 x 2048 / 256" in (fact.note or "")
    assert "linear scaling rule of arXiv:" in (fact.note or "")


@pytest.mark.parametrize(("method", "expected"), [("MAE", 6e-4), ("DeiT", 1e-3)])
def test_a_base_rate_is_scaled_by_the_divisor_of_its_own_code(method: str, expected: float) -> None:
    derived = [f for f in lookup_default("lr for batch 1024", method=method).facts if f.status == "derived"]
    assert expected in [pytest.approx(fact.value) for fact in derived]


def test_what_is_stated_follows_the_derived_value_and_is_never_replaced() -> None:
    facts = lookup_default("lr for batch size 2048", method="ResNet-50", scope="ImageNet").facts
    assert (0.1, "stated") in [(fact.value, fact.status) for fact in facts]


def test_adam_is_not_scaled_unless_the_linear_rule_is_asked_for() -> None:
    plain = lookup_default("lr for batch size 512", method="BERT").facts
    assert all(fact.status != "derived" for fact in plain)
    asked = lookup_default("lr for batch size 512, linear scaling", method="BERT", scope="pre-training").facts
    assert (asked[0].status, asked[0].value) == ("derived", 2e-4)


def test_the_batch_that_is_stated_needs_no_rule() -> None:
    facts = lookup_default("lr for batch size 256", method="ResNet-50", scope="ImageNet").facts
    assert all(fact.status != "derived" or fact.scope != "ImageNet" for fact in facts)
