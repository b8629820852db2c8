"""The vocabulary: one key a meaning, found by every name that people give it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.knowledge.vocabulary import (
    families,
    key_of_code_name,
    part_of_code_name,
    terms,
)
from paper_implementer.knowledge.vocabulary.names import keys_named


def test_a_code_name_means_one_key() -> None:
    parts = [name for term in terms().values() for group in term.code_parts for name in group]
    names = Counter([name for term in terms().values() for name in term.code_names] + parts)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("key", terms())
def test_a_key_is_described_so_that_it_can_be_used(key: str) -> None:
    term = terms()[key]
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", key)
    assert term.title
    assert term.need == "optional" or (term.why.endswith(".") and term.paper_names and term.code_names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in term.code_names)
    assert set(term.families) <= set(families())


@pytest.mark.parametrize("key", [key for key, term in terms().items() if term.kind == "choice"])
def test_a_choice_has_values_and_no_spelling_means_two(key: str) -> None:
    meanings: dict[str, set[str]] = {}
    for choice, names in terms()[key].choices.items():
        for name in (choice, *names):
            meanings.setdefault(re.sub(r"[\s_-]+", " ", name.lower()), set()).add(choice)
    assert meanings
    assert {name: means for name, means in meanings.items() if len(means) > 1} == {}


@pytest.mark.parametrize(
    ("identifier", "key", "part"),
    [
        ("lr", "optimizer.learning_rate", None),
        ("--learning-rate", "optimizer.learning_rate", None),
        ("numAttentionHeads", "attention.heads", None),
        ("n_embd", "model.hidden_size", None),
        ("adam_beta1", "optimizer.betas", 0),
        ("--adam-beta2", "optimizer.betas", 1),
        ("betas", "optimizer.betas", None),
        ("resid_pdrop", "dropout.rate", None),
        ("attn_pdrop", "dropout.attention", None),
        ("layer_norm_eps", "norm.epsilon", None),
        ("adam_epsilon", "optimizer.epsilon", None),
        ("initializer_range", "init.std", None),
        ("rope_theta", "position.base", None),
        ("max_grad_norm", "optimizer.gradient_clipping", None),
    ],
)
def test_code_names(identifier: str, key: str, part: int | None) -> None:
    assert key_of_code_name(identifier) == key
    assert part_of_code_name(identifier) == part


def test_an_unknown_identifier_has_no_key() -> None:
    assert key_of_code_name("frobnicate") is None
    assert part_of_code_name("frobnicate") is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("lr", "optimizer.learning_rate"),
        ("adam eps", "optimizer.epsilon"),
        ("label smoothing", "loss.label_smoothing"),
        ("LayerNormEps", "norm.epsilon"),
        ("number of heads", "attention.heads"),
        ("how many layers?", "model.layers"),
        ("warm-up", "schedule.warmup_steps"),
        ("optimiser", "optimizer.name"),
        ("beta2", "optimizer.betas"),
        ("ffn dim", "model.feedforward_size"),
        ("checkpoint averaging", "training.checkpoint_averaging"),
        ("optimizer.betas", "optimizer.betas"),
        ("which learning-rate schedule?", "schedule.shape"),
    ],
)
def test_the_best_key_for_what_a_person_types(typed: str, key: str) -> None:
    assert keys_named(typed)[0] == key


def test_several_names_give_several_keys() -> None:
    assert {"optimizer.learning_rate", "training.batch_size", "training.steps"} <= set(keys_named("lr, batch, steps"))


def test_words_without_meaning_give_nothing() -> None:
    assert keys_named("zebra crossing") == []
    assert keys_named("") == []


@given(st.sampled_from(sorted(terms())))
def test_a_key_is_found_by_its_title(key: str) -> None:
    assert key in keys_named(terms()[key].title)


@given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    assert all(key in terms() for key in keys_named(text))
