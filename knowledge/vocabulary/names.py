"""From what a person types ("lr", "adam eps", "layers and heads") to keys of the vocabulary."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import cache

from . import Term, terms

_SPELLINGS = {
    "optimiser": "optimizer", "regularisation": "regularization", "normalisation": "normalization",
    "initialisation": "initialization", "tokeniser": "tokenizer", "colour": "color", "init": "initialization",
    "hyperparameter": "", "hyperparameters": "", "eps": "epsilon", "ϵ": "epsilon", "ε": "epsilon", "β": "beta",
    "α": "alpha", "τ": "temperature", "tau": "temperature", "warm": "warmup", "feedforward": "ffn", "wd": "weight decay",
    "lr": "learning rate", "attn": "attention", "dim": "size", "dimension": "size", "dimensionality": "size",
    "vocab": "vocabulary", "pos": "position", "positional": "position", "emb": "embedding",
    "embeddings": "embedding", "num": "", "number": "", "the": "", "of": "", "a": "", "an": "", "for": "", "what": "",
    "is": "", "default": "", "value": "", "used": "", "which": "", "how": "", "many": "", "in": "", "to": "",
    "bs": "batch size", "prob": "rate", "probability": "rate", "clip": "clipping", "norm": "norm",
    "recipe": "", "settings": "", "setting": "", "rates": "rate", "scheduler": "schedule",
}  # fmt: skip


@cache
def _stem(word: str) -> str:
    word = _SPELLINGS.get(word, word)
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss") and " " not in word and word != "bias"
    return word[:-1] if plural else word


def _tokens(text: str) -> tuple[str, ...]:
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", text)
    text = re.sub(r"warm[ -]up", "warmup", text.lower())
    text = re.sub(r"feed[ -_]forward|feedforward", "ffn", text)
    text = re.sub(r"(?<=[a-zβ])[ _]?(?=[12]\b)", " ", text)
    words = re.findall(r"[a-zα-ωϵ]+|\d+", text)
    return tuple(part for word in words for part in _stem(word).split())


def _names(term: Term) -> list[str]:
    parts = [name for group in (*term.paper_parts, *term.code_parts) for name in group]
    head = [term.title, *term.paper_names, *term.symbols, *term.code_names, *parts, *term.counted]
    return [*head, term.key, term.key.partition(".")[2]]


@cache
def _index() -> tuple[dict[tuple[str, ...], dict[str, float]], dict[str, Counter[str]], dict[str, float]]:
    """Phrases to keys with how early each key lists them; words of each key; rarity of each word."""
    phrases: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    words: dict[str, Counter[str]] = {}
    for term in terms().values():
        names = _names(term)
        words[term.key] = Counter()
        for place, name in enumerate(names):
            tokens = _tokens(name)
            if tokens:
                phrases[tokens].setdefault(term.key, 1 - place / (2 * len(names)))
                words[term.key].update(set(tokens))
    spread = Counter(word for bag in words.values() for word in bag)
    rarity = {word: math.log(1 + len(words) / n) for word, n in spread.items()}
    return phrases, words, rarity


def keys_named(text: str, limit: int = 5) -> list[str]:
    """The keys that a free text names, best first; empty when it names none.

    **Arguments:**

    - `text`: a key, a name as papers or code give it, several of them, or a short question.
    - `limit`: at most this many keys.
    """
    if text.strip() in terms():
        return [text.strip()]
    tokens = _tokens(text[:400])
    if not tokens:
        return []
    phrases, words, rarity = _index()
    score: dict[str, float] = defaultdict(float)
    start = 0
    while start < len(tokens):
        for end in range(min(len(tokens), start + 7), start, -1):
            found = phrases.get(tokens[start:end])
            if found:
                weight = sum(rarity.get(word, 0.0) for word in tokens[start:end])
                for key, place in found.items():
                    score[key] = max(score[key], weight * (1 + place))
                start = end
                break
        else:
            start += 1
    exact = set(score)
    for key, bag in words.items():
        shared = sum(rarity[word] * min(1.0, 0.4 + 0.1 * bag[word]) for word in set(tokens) if word in bag)
        if key in exact:
            score[key] += 0.25 * shared
        elif shared >= 0.6 * sum(rarity.get(word, 3.0) for word in set(tokens)):
            score[key] = 0.5 * shared
    return sorted(score, key=lambda key: -score[key])[:limit]
