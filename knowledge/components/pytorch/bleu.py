"""Corpus BLEU as sacreBLEU computes it: the 13a tokenisation, clipped n-grams, the brevity penalty of the nearest length."""

import math
import re
from collections import Counter
from collections.abc import Sequence

_ENTITIES = {"&quot;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">"}
_RULES = [
    # All punctuation of ASCII but the apostrophe, the comma, the hyphen and the full stop stands alone.
    (re.compile(r"([ -&(-+/:-@\[-`{-~])"), r" \1 "),
    # Commas and full stops stand alone unless both neighbours are digits; a hyphen after a digit does.
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
]


def tokenize_13a(text: str) -> list[str]:
    """Split a sentence as mteval-v13a does, sacreBLEU's default: `text -> (token, ...)`."""
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    text = f" {text} "
    for pattern, spaced in _RULES:
        text = pattern.sub(spaced, text)
    return text.split()


def _ngrams(tokens: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[at : at + order]) for at in range(len(tokens) - order + 1))


def bleu(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    max_order: int = 4,
    lowercase: bool = False,
    smooth: bool = True,
) -> float:
    """Corpus BLEU in 0..100.

    **Arguments:**

    - `hypotheses`: `(sentences,)` detokenised texts.
    - `references`: `(sentences, references)`: for each hypothesis its references; their number may differ.
    - `smooth`: an order without a match counts as 1/2, 1/4, ... of a match (sacreBLEU's "exp"), instead of making BLEU 0.
    """
    if len(hypotheses) != len(references):
        raise ValueError(f"{len(hypotheses)} hypotheses, but references for {len(references)}")
    matched, total = [0] * max_order, [0] * max_order
    length = reference_length = 0
    for hypothesis, wanted in zip(hypotheses, references, strict=True):
        texts = [text.lower() if lowercase else text for text in (hypothesis, *wanted)]
        tokens, *others = [tokenize_13a(text) for text in texts]
        length += len(tokens)
        # Of two lengths that are equally near, the shorter.
        reference_length += min((len(other) for other in others), key=lambda size: (abs(size - len(tokens)), size))
        for order in range(1, max_order + 1):
            mine, allowed = _ngrams(tokens, order), Counter[tuple[str, ...]]()
            for other in others:
                allowed |= _ngrams(other, order)
            matched[order - 1] += (mine & allowed).total()
            total[order - 1] += mine.total()
    if not any(matched) or not all(total):
        return 0.0
    logs, missing = 0.0, 1.0
    for hits, count in zip(matched, total, strict=True):
        if hits == 0:
            if not smooth:
                return 0.0
            missing *= 2
        logs += math.log((hits or 1 / missing) / count)
    brevity = min(0.0, 1 - reference_length / length)
    return 100 * math.exp(brevity + logs / max_order)
