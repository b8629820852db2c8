"""What the knowledge base holds: every file reads, every fact has a place, names lead to one method."""

from __future__ import annotations

from collections import Counter

import pytest

from paper_implementer.knowledge.catalogue import body_of, describe, head_of, method_of, methods
from paper_implementer.knowledge.schema import Body
from paper_implementer.knowledge.words import tokens

NAMES = methods()


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_and_pitfall_has_a_place_that_a_reader_can_open(name: str) -> None:
    body = body_of(name)
    for group in body.facts:
        for row in group.rows:
            source = body.fact(group, row).source
            if source.kind == "code":
                assert source.file, row.key
                assert source.line, row.key
            else:
                assert source.section, row.key
    assert all(pitfall.sources for pitfall in body.pitfalls)


def _values(body: Body) -> Counter[str]:
    return Counter(
        str(
            (
                body.fact(group, row).scope,
                row.key,
                row.value,
                row.line,
                row.section or group.section,
                group.file,
                group.document,
            )
        )
        for group in body.facts
        for row in group.rows
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_fact_is_stated_twice(name: str) -> None:
    assert [text for text, count in _values(body_of(name)).items() if count > 1] == []


def test_a_convention_is_shared_by_at_least_two_sources() -> None:
    sources: dict[tuple[str, str], set[str]] = {}
    for name in NAMES:
        body = body_of(name)
        for group in body.facts:
            for row in group.rows:
                if group.status == "convention":
                    sources.setdefault((name, row.key), set())
        for group in body.facts:
            for row in group.rows:
                if (name, row.key) in sources:
                    sources[(name, row.key)].add(body.documents[group.document].ref)
    assert {key for key, refs in sources.items() if len(refs) < 2} == set()


def test_an_alias_names_one_method() -> None:
    owners: dict[tuple[str, ...], set[str]] = {}
    for name in NAMES:
        head = head_of(name)
        for alias in (head.name, head.title, *head.aliases):
            assert tokens(alias), alias
            owners.setdefault(tokens(alias), set()).add(name)
    assert {alias: names for alias, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_title_leads_to_its_method(name: str) -> None:
    assert method_of(head_of(name).title)[0] == name


@pytest.mark.parametrize("name", NAMES)
def test_followed_methods_exist(name: str) -> None:
    assert set(head_of(name).follows) <= set(NAMES)


def test_the_families_that_the_product_names_are_there() -> None:
    wanted = {
        "transformer",
        "bert",
        "gpt2",
        "vit",
        "resnet",
        "lora",
        "ddpm",
        "clip",
        "unet",
        "detr",
        "adam",
        "adamw",
        "llama",
    }
    assert wanted <= set(NAMES)


def test_a_method_is_described_with_its_facts_and_where_they_are() -> None:
    text = describe("Transformer-big")
    assert text.startswith("# Transformer\n")
    assert "| optimizer.betas | [0.9, 0.98] |" in text
    assert "tensor2tensor/models/transformer.py:" in text
    assert "## Pitfalls" in text


def test_an_unknown_method_is_described_as_unknown() -> None:
    assert "no method called 'Frobnicator'" in describe("Frobnicator")
