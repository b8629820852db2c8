"""Claims are found by how authors make them, in their own words, and with the place that makes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.contributions import paper_contributions
from paper_implementer.tools.papers.paper import Block, Paper


def a_paper(*texts: str, role: str = "introduction", kind: str = "paragraph") -> Paper:
    blocks = [Block(id="sec:1", kind="section", number="1", title="Opening", text="Opening", role="introduction")]
    blocks += [
        Block.model_validate({"id": f"par:{i}", "kind": kind, "text": t, "page": 2, "section": "sec:1", "role": role})
        for i, t in enumerate(texts)
    ]
    return Paper(id="p", source_format="pdf", title="Fading: attention that forgets", blocks=blocks)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We propose a new encoder that has no recurrence at all.", "architecture"),
        ("In this paper, we introduce a loss that weighs rare classes by their frequency.", "loss"),
        ("We prove that the method converges at the rate of gradient descent.", "theory"),
        ("We release a library that implements all of the above for others.", "software"),
        ("This paper presents a large benchmark of handwritten formulas from schools.", "dataset"),
        ("Our approach outperforms all earlier systems by a wide margin.", "result"),
        ("We present a pre-training recipe that needs half of the data.", "training_procedure"),
    ],
)
def test_a_claim_has_the_kind_of_what_it_is_about(text: str, kind: str) -> None:
    claims = paper_contributions(a_paper(text)).contributions
    assert [(c.kind, c.statement) for c in claims] == [(kind, text)]
    source = claims[0].source
    assert (source.ref, source.section, source.page, source.quote) == ("p", "1 Opening", 2, text)


@pytest.mark.parametrize(
    "text",
    [
        "Example et al. propose a network with two branches for the task.",
        "We hope that our model will be of use to the community at large.",
        "In Section 3 we describe the network and how we train it.",
        "The network has six layers, each with two parts of equal width.",
    ],
)
def test_what_is_no_claim_of_this_paper_is_none(text: str) -> None:
    assert paper_contributions(a_paper(text)).contributions == []


def test_a_claim_that_is_made_twice_is_listed_once() -> None:
    once = "We propose fading attention, in which every head forgets at a rate of its own."
    again = "We propose fading attention, where every head forgets at a rate of its own."
    assert len(paper_contributions(a_paper(once, again)).contributions) == 1


def test_a_paper_without_claims_and_results_says_so() -> None:
    answer = paper_contributions(a_paper("The weather was fine in all of the three summers."))
    assert answer.reason


@given(st.lists(st.text(max_size=300), max_size=4))
def test_any_text_is_read_and_every_quote_is_in_it(texts: list[str]) -> None:
    for claim in paper_contributions(a_paper(*texts)).contributions:
        assert any(claim.statement in text for text in texts)
