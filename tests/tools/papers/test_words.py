"""Words that a reader takes for the same are the same tokens."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paper_implementer.tools.papers.words import fold, places, stem, tokens


@pytest.mark.parametrize(
    "group",
    [
        "layer layers Layer",
        "normalize normalise normalized normalising normalization normalisation normalizer",
        "embed embedding embeddings embedded",
        "study studies studied",
        "batch batches batched batching",
        "loss losses",
        "bias biases",
        "rate rates rated",
        "convolution convolutions convolutional",
        "train trains trained training",
        "poincaré Poincare POINCARE\u0301",
        "ﬁne fine",
        "straße strasse",
        "Øystein oystein",
    ],
)
def test_inflections_share_a_stem(group: str) -> None:
    assert len({stem(word) for word in group.split()}) == 1


@pytest.mark.parametrize(
    "pair", ["loss loose", "speed spe", "rate ratio", "lora loss", "gpt gpu", "bert berth", "adam adams1"]
)
def test_different_words_stay_different(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


def test_compounds_are_also_one_word() -> None:
    assert tokens("fine-tuning") == [stem("fine"), stem("tuning"), stem("finetuning")]
    assert tokens("fine\u2010tuning") == tokens("fine_tuning") == tokens("fine-tuning")


def test_numbers_stay_whole() -> None:
    assert tokens("0.001 at 3.2.1") == ["0.001", "at", "3.2.1"]


def test_ideographs_are_words() -> None:
    assert tokens("注意力机制") == list("注意力机制")


def test_places() -> None:
    text = "The Losses of a fine-tuned net"
    assert [text[a:b] for a, b in places(text, [stem("loss"), stem("finetuned")])] == ["Losses", "fine-tuned"]
    assert [text[a:b] for a, b in places(text, [], ["lo"])] == ["Losses"]


@given(st.text(max_size=60))
def test_anything_has_tokens_without_blanks(text: str) -> None:
    assert all((token and token.isalnum()) or "." in token for token in tokens(text))


@given(st.text(max_size=60))
@example("𝐀 ᾈ ẞ İ ﬅ ℌ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
