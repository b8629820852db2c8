"""Silences: only those that matter for the kind of paper, each with the best-sourced value and whose it is."""

from __future__ import annotations

import pytest

from paper_implementer.knowledge.facts import Fact
from paper_implementer.tools.papers.paper import Block, Paper, Role
from paper_implementer.tools.papers.settings import paper_settings

FILLER = "The bird was heard again at dawn near the river and its song was recorded by the observers. " * 30


def _paper(title: str, *texts: str, abstract: str = "", role: Role = "experiments") -> Paper:
    blocks = [Block(id="sec:1", kind="section", number="1", title="Study", text="Study", role=role, level=1)]
    blocks += [Block(id=f"par:{i}", kind="paragraph", text=t, page=1, section="sec:1") for i, t in enumerate(texts)]
    return Paper(id="p", title=title, abstract=abstract, source_format="pdf", blocks=blocks)


def _silent(paper: Paper) -> dict[str, Fact | None]:
    return {s.key: s.suggestion for s in paper_settings(paper).silent}


def test_a_paper_without_networks_needs_no_optimizer() -> None:
    assert set(_silent(_paper("Songs of birds", FILLER))) <= {"data.dataset", "eval.metric"}


def test_a_survey_owes_no_settings() -> None:
    review = _paper(
        "Deep learning: a survey", "Neural networks learn by backpropagation. " * 60, abstract="We review deep learning.",
        role="background",
    )  # fmt: skip
    assert _silent(review) == {}


def test_an_image_classifier_is_not_asked_for_beams_or_tokens() -> None:
    silent = _silent(
        _paper("Convolutional networks for image classification", "We train with SGD on CIFAR-10 images. " * 50)
    )
    assert not {"eval.beam_size", "data.tokenizer", "optimizer.betas", "attention.heads"} & set(silent)
    assert {"optimizer.learning_rate", "data.image_size"} <= set(silent)


def test_what_the_method_itself_sets_is_labelled_so() -> None:
    paper = _paper(
        "BERT: Pre-training of Deep Bidirectional Transformers", "We pre-train a transformer with Adam. " * 50
    )
    suggested = _silent(paper)["optimizer.epsilon"]
    assert suggested is not None
    assert suggested.value == 1e-6
    assert suggested.note is not None
    assert suggested.note.startswith("official code of this method")


def test_a_family_lends_its_habits_but_not_the_size_of_its_runs() -> None:
    silent = _silent(_paper("BERT for the law", "We pre-train BERT with Adam on legal texts. " * 50))
    shape = silent["schedule.shape"]
    assert shape is not None
    assert shape.note is not None
    assert shape.note.startswith("usual in its family, as in BERT")
    assert silent["training.steps"] is None
    assert silent["training.batch_size"] is None


def test_an_unknown_method_gets_no_transformer_by_default() -> None:
    silent = _silent(_paper("Zorblax", "We train a recurrent neural network on text. " * 60))
    assert silent["optimizer.learning_rate"] is None
    assert silent["schedule.shape"] is None


def test_the_optimizer_that_is_named_lends_its_defaults_last() -> None:
    suggested = _silent(_paper("Zorblax transformer", "We train a transformer with the Adam optimizer. " * 60))
    epsilon = suggested["optimizer.epsilon"]
    assert epsilon is not None
    assert epsilon.source.ref


def test_the_work_that_is_followed_speaks_before_the_family() -> None:
    paper = _paper(
        "A transformer for law", "We train a transformer. " * 60, "Our training setup follows Devlin (2019)."
    )
    fields = {"id": "ref:2", "kind": "reference", "number": "2", "text": "J. Devlin. BERT. 2019."}
    paper.blocks.append(
        Block.model_validate(fields | {"reference": {"authors": ["J. Devlin"], "title": "BERT", "year": 2019}})
    )
    clipping = _silent(paper)["optimizer.gradient_clipping"]
    assert clipping is not None
    assert clipping.note is not None
    assert clipping.note.startswith("the work that this paper follows, BERT")


@pytest.mark.parametrize("key", ["data.dataset", "eval.metric"])
def test_what_only_the_paper_can_say_is_never_suggested(key: str) -> None:
    assert _silent(_paper("BERT for the law", "We pre-train BERT. " * 60))[key] is None


def test_data_sets_and_metrics_that_are_only_named_are_no_silence() -> None:
    paper = _paper(
        "Small nets",
        "We train our convolutional network on ImageNet. On ImageNet it is fast. We draw a feature map and the map again.",
        "We report the top-5 error. Longer training gives a lower top-5 error in all of our results.",
    )
    facts = {(f.key, f.value) for f in paper_settings(paper).facts}
    assert ("data.dataset", "ImageNet") in facts
    assert ("eval.metric", "top-5 error") in facts
    assert not any(value == "map" for _, value in facts)
