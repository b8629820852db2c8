"""BLEU beside sacreBLEU."""

from __future__ import annotations

import random

import pytest
import sacrebleu

from paper_implementer.knowledge.components.pytorch.bleu import bleu, tokenize_13a

WORDS = [
    "the",
    "The",
    "cat",
    "sat",
    "on",
    "mat,",
    "3.14",
    "2,000",
    "1990-91",
    "it's",
    '"quoted"',
    "(so)",
    "U.S.",
    "&amp;",
    "x=y",
    "Straße",
    "end.",
]


def _corpus(seed: int, references: int, length: int = 30) -> tuple[list[str], list[list[str]]]:
    draw = random.Random(seed)

    def sentence() -> str:
        return " ".join(draw.choices(WORDS, k=draw.randint(1, length)))

    targets = [[sentence() for _ in range(references)] for _ in range(12)]
    kept = [" ".join(word for word in wanted[0].split() if draw.random() < 0.8) or "the" for wanted in targets]
    return kept, targets


@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize("references", [1, 3])
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_sacrebleu(seed: int, references: int, lowercase: bool) -> None:
    hypotheses, targets = _corpus(seed, references)
    theirs = sacrebleu.corpus_bleu(hypotheses, list(zip(*targets, strict=True)), lowercase=lowercase)
    assert 0 < theirs.score < 100
    assert bleu(hypotheses, targets, lowercase=lowercase) == pytest.approx(theirs.score)


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_orders_without_a_match_are_smoothed_as_sacrebleu_does(seed: int, smooth: bool) -> None:
    draw = random.Random(seed)
    hypotheses, targets = ["the cat sat there now"], [[" ".join(draw.sample(["cat", "the", "sat", "dog", "now"], 5))]]
    method = "exp" if smooth else "none"
    theirs = sacrebleu.corpus_bleu(hypotheses, [targets[0]], smooth_method=method).score
    assert bleu(hypotheses, targets, smooth=smooth) == pytest.approx(theirs)


@pytest.mark.parametrize("text", ["Hello, world.", "a <skipped> b", "5-6 A-B 'tis 1,5.", "&quot;x&quot; & y", "tail. "])
def test_the_tokens_are_those_of_13a(text: str) -> None:
    theirs = sacrebleu.metrics.BLEU().tokenizer(text)
    assert " ".join(tokenize_13a(text)) == theirs


def test_a_corpus_too_short_for_the_highest_order_has_no_bleu() -> None:
    assert bleu(["the cat"], [["the cat"]]) == sacrebleu.corpus_bleu(["the cat"], [["the cat"]]).score == 0
    assert bleu([""], [["the cat sat there"]]) == 0
