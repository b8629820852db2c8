"""Looking up a default: exact before near, labelled where it is another method's, silent with a reason where nothing is known."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.knowledge.lookup import DefaultAnswer, default_for, lookup_default, method_of, methods


def first(answer: DefaultAnswer) -> object:
    """The value of the best fact."""
    assert answer.facts, answer.reason
    return answer.facts[0].value


@pytest.mark.parametrize("query", ["optimizer.betas", "betas", "Adam betas", "which betas are used?"])
def test_a_key_is_found_by_its_name_by_usual_names_and_in_a_question(query: str) -> None:
    answer = lookup_default(query, method="Transformer", scope="WMT14")
    assert first(answer) == [0.9, 0.98]
    assert answer.facts[0].source.section == "5.3"


@pytest.mark.parametrize(
    ("query", "method", "scope", "value"),
    [
        ("dropout", "Transformer-big", "EN-FR", 0.1),
        ("beam size", "Transformer", "WSJ parsing", 21),
        ("beam size", "Transformer", "WMT14", 4),
        ("weight decay", "AdamW", "optax", 1e-4),
        ("weight decay", "AdamW", "torch", 0.01),
        ("momentum", "BatchNorm", "keras", 0.99),
        ("epsilon", "LayerNorm", "flax", 1e-6),
        ("kv heads", "Llama 2 70B", None, 8),
        ("p", "Dropout", "torch", 0.5),
    ],
)
def test_scope_size_and_framework_pick_the_fact(query: str, method: str, scope: str | None, value: object) -> None:
    assert first(lookup_default(query, method=method, scope=scope)) == value


def test_the_framework_argument_narrows_like_a_scope() -> None:
    assert first(lookup_default("epsilon", method="Adam", framework="keras")) == 1e-7


def test_several_keys_in_one_query_are_answered_by_one_fact_where_one_document_says_them_together() -> None:
    fact = lookup_default("beam size, length penalty", method="Transformer", scope="WSJ parsing").facts[0]
    assert fact.value == {"eval.beam_size": 21, "eval.length_penalty": 0.3}
    assert (fact.source.section, fact.source.page) == ("6.3", 10)


def test_a_joint_fact_of_code_spans_the_lines_of_its_parts() -> None:
    fact = lookup_default("sizes", method="BERT-base", scope="official code").facts[0]
    assert isinstance(fact.value, dict)
    assert fact.value["model.hidden_size"] == 768
    assert fact.source.file == "modeling.py"
    assert fact.source.line is not None
    assert fact.source.end_line is not None
    assert fact.source.line < fact.source.end_line


def test_one_key_of_several_scopes_in_one_document_is_answered_side_by_side() -> None:
    fact = lookup_default("length", method="cutout").facts[0]
    assert isinstance(fact.value, dict)
    assert sorted(str(value) for value in fact.value.values()) == ["16", "20", "8"]


@pytest.mark.parametrize(
    ("query", "keys"), [("recipe", {"optimizer.learning_rate", "training.epochs"}), ("defaults", {"dropout.path"})]
)
def test_a_bundle_gathers_the_facts_of_a_method(query: str, keys: set[str]) -> None:
    value = lookup_default(query, method="Swin", scope="ImageNet-1K official code").facts[0].value
    assert isinstance(value, dict)
    assert keys <= set(value)


def test_what_a_method_does_not_say_comes_from_what_it_follows_and_says_so() -> None:
    answer = lookup_default("adam bias correction", method="GPT-3")
    assert answer.facts
    assert all(fact.scope and not fact.scope.startswith("GPT-3") for fact in answer.facts)
    assert answer.facts[0].scope is not None
    assert any(name in answer.facts[0].scope for name in ("BERT", "Adam"))


def test_what_the_method_says_itself_hides_what_it_follows() -> None:
    scopes = [fact.scope or "" for fact in lookup_default("betas", method="GPT-3").facts]
    assert scopes
    assert not any(scope.startswith("Transformer") for scope in scopes)


def test_an_unknown_method_is_not_guessed() -> None:
    answer = lookup_default("learning rate", method="Transfromer")
    assert answer.facts == []
    assert answer.reason is not None
    assert "Transformer" in answer.reason


def test_another_version_is_not_the_method() -> None:
    assert "gpt2" not in method_of("GPT-7")
    assert lookup_default("learning rate", method="GPT-7").facts == []


def test_an_unknown_setting_gives_the_settings_that_are_recorded() -> None:
    answer = lookup_default("flux capacitor charge", method="BERT")
    assert answer.facts == []
    assert answer.reason is not None
    assert "optimizer.epsilon" in answer.reason


def test_pitfalls_come_with_places() -> None:
    answer = lookup_default("momentum", method="BatchNorm")
    assert answer.pitfalls
    assert "opposite" in answer.pitfalls[0].statement
    assert all(source.file and source.line for source in answer.pitfalls[0].sources)


def test_sources_that_disagree_on_one_scope_are_shown() -> None:
    answers = [lookup_default("epsilon", method="RMSNorm"), lookup_default("recipe", method="Swin")]
    for answer in answers:
        for disagreement in answer.disagreements:
            assert len({str(fact.value) for fact in disagreement.facts}) > 1
            assert len({fact.source.ref for fact in disagreement.facts}) > 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Transformer-big", "transformer"),
        ("ViT-S/16", "vit"),
        ("Llama 2 7B", "llama2"),
        ("Llama 3 405B", "llama3"),
        ("kaiming_normal_", "initialisation"),
        ("arXiv:1706.03762", "transformer"),
        ("How does AdamW decay weights?", "adamw"),
        ("YOLOv8", "yolo"),
    ],
)
def test_a_method_is_found_by_the_names_that_people_use(text: str, name: str) -> None:
    assert method_of(text)[0] == name


def test_a_text_that_names_no_method_names_none() -> None:
    assert method_of("a quick brown fox") == []


def test_the_default_of_a_key_is_the_first_method_that_has_one() -> None:
    fact = default_for("optimizer.epsilon", ["transformer", "adam"])
    assert fact is not None
    assert fact.value == 1e-9
    inherited = default_for("norm.epsilon", ["roberta", "layernorm"])
    assert inherited is not None
    assert default_for("diffusion.steps", ["transformer"]) is None


def test_at_most_limit_facts_come_back() -> None:
    assert len(lookup_default("learning rate", method="BERT", limit=2).facts) == 2


@settings(deadline=None)
@given(query=st.text(max_size=60), scope=st.text(max_size=20), method=st.one_of(st.none(), st.sampled_from(methods())))
def test_any_text_is_answered_or_refused_with_a_reason(query: str, scope: str, method: str | None) -> None:
    answer = lookup_default(query, method=method, scope=scope)
    assert bool(answer.facts) != bool(answer.reason)


def test_importing_reads_no_file_and_nothing_heavy() -> None:
    code = (
        "import sys; import paper_implementer.knowledge.lookup; from paper_implementer.knowledge import catalogue;"
        "assert catalogue._texts.cache_info().currsize == 0;"
        "assert not {'torch', 'pymupdf', 'tree_sitter', 'mcp'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_where_the_value_depends_on_the_size_the_sizes_are_named() -> None:
    scopes = lookup_default("dropout rate", method="Transformer").scopes
    assert "base" in scopes
    assert any(scope.startswith("big") for scope in scopes)
    assert lookup_default("dropout rate", method="Transformer", scope="base").scopes == []


def test_a_learning_rate_that_follows_from_a_formula_is_answered_by_the_formula() -> None:
    fact = lookup_default("learning rate", method="Transformer").facts[0]
    assert fact.key == "schedule.shape"
    assert "d_model^-0.5" in str(fact.value)
