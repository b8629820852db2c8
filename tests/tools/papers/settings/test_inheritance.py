"""What a paper takes over from another: who is meant, what comes with it, and where the value stands."""

from __future__ import annotations

import pytest

from paper_implementer.knowledge.facts import Fact
from paper_implementer.tools.papers.paper import Block, Paper, ReferenceFields
from paper_implementer.tools.papers.settings.find import answer, paper_settings, read_settings
from paper_implementer.tools.papers.settings.result import Reading, Taken

REFERENCES = [
    ("1", "A. Doe, B. Roe. Small nets. 2014.", ReferenceFields(authors=["A. Doe", "B. Roe"], title="Small nets", year=2014)),
    ("2", "J. Devlin et al. BERT: Pre-training of Deep Bidirectional Transformers. 2019.",
     ReferenceFields(authors=["J. Devlin"], title="BERT: Pre-training of Deep Bidirectional Transformers", year=2019, arxiv_id="1810.04805")),
]  # fmt: skip


def _paper(*texts: str, title: str = "A transformer for law") -> Paper:
    blocks = [Block(id=f"par:{i}", kind="paragraph", text=t, page=i + 1) for i, t in enumerate(texts)]
    blocks += [Block(id=f"ref:{n}", kind="reference", number=n, text=t, reference=f) for n, t, f in REFERENCES]
    return Paper(id="p", title=title, source_format="pdf", blocks=blocks)


def _follows(*texts: str) -> list[Fact]:
    return [f for f in paper_settings(_paper(*texts)).facts if f.key == "recipe.follows"]


@pytest.mark.parametrize(
    ("sentence", "what", "ref"),
    [
        ("We use the same hyperparameters as Doe and Roe (2014).", "hyperparameters", "ref:1"),
        ("Our training recipe follows [1].", "training recipe", "ref:1"),
        ("We initialize the weights as in [1].", "initialize", "ref:1"),
        ("The model architecture is identical to BERT [2].", "model architecture", "ref:2"),
        ("We adopt the data augmentation in [1].", "data augmentation", "ref:1"),
        ("Our model largely follows the original BERT work [2].", "model", "ref:2"),
    ],
)
def test_the_fact_points_to_the_other_paper(sentence: str, what: str, ref: str) -> None:
    (fact,) = _follows(sentence)
    assert fact.value == {"ref:1": "Small nets", "ref:2": REFERENCES[1][2].title}[ref]
    assert fact.note is not None
    assert fact.note.startswith(what)
    assert fact.note.endswith(f"see {ref}")
    assert fact.source.quote == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "A pooling layer is followed by a linear layer as in Figure 2.",
        "We use the same hyperparameters as in Section 3.",
        "The model was adopted by [1].",
        "We do not use dropout, following the practice in [1].",
        "We use ReLU, following Doe and Roe (2014).",
    ],
)
def test_what_is_about_this_paper_or_one_choice_is_not_taken_over(sentence: str) -> None:
    assert _follows(sentence) == []


def test_the_knowledge_base_fills_in_what_comes_along() -> None:
    result = paper_settings(_paper("We train a transformer.", "Our training recipe follows Devlin (2019)."))
    fact = next(f for f in result.facts if f.key == "optimizer.weight_decay")
    assert (fact.value, fact.status) == (0.01, "derived")
    assert fact.source.quote == "Our training recipe follows Devlin (2019)."
    assert fact.note is not None
    assert "arXiv:1810.04805" in fact.note
    assert "optimizer.weight_decay" not in {s.key for s in result.silent}


def test_a_paper_of_the_library_fills_in_what_comes_along() -> None:
    other = read_settings(_paper("We use a batch size of 48 and a weight decay of 0.3.", title="Small nets"))

    def opened(taken: Taken) -> Reading | None:
        return other if taken.title == "Small nets" else None

    reading = read_settings(_paper("We train a transformer.", "We use the same hyperparameters as [1]."))
    facts = {f.key: f for f in answer(reading, opened=opened).facts}
    assert (facts["training.batch_size"].value, facts["training.batch_size"].status) == (48, "derived")
    assert "weight decay of 0.3" in (facts["optimizer.weight_decay"].note or "")


def test_what_the_paper_states_itself_is_not_overwritten() -> None:
    result = paper_settings(_paper("Our training recipe follows Devlin (2019), with a weight decay of 0.5."))
    assert [(f.value, f.status) for f in result.facts if f.key == "optimizer.weight_decay"] == [(0.5, "stated")]
