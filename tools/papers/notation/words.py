"""The words by which a phrase around a symbol is read."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def _lists() -> dict[str, frozenset[str]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(
        resources.files(__package__).joinpath("words.yaml").read_text(encoding="utf-8"), Loader=loader
    )
    return {name: frozenset(str(text).split()) for name, text in content.items()}


def singular(word: str) -> str:
    """A noun without its plural ending, in lower case."""
    word = word.lower()
    if irregular := _IRREGULAR.get(word):
        return irregular
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:[sxz]|ch|sh)es$", word) and not re.search(r"(?:ases|izes|uses|oses|lses|nses|rses|ises|ides|dges)$", word):  # fmt: skip
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):
        return word[:-1]
    return word


_IRREGULAR = {
    "matrices": "matrix", "indices": "index", "vertices": "vertex", "axes": "axis", "criteria": "criterion",
    "hypotheses": "hypothesis", "bases": "basis", "biases": "bias", "losses": "loss", "classes": "class",
    "data": "data", "logits": "logits", "statistics": "statistics", "weights": "weights", "dynamics": "dynamics",
    "parameters": "parameters", "hyperparameters": "hyperparameters", "masses": "mass", "pass": "pass",
    "appendices": "appendix", "coordinates": "coordinates", "semantics": "semantics", "sizes": "size",
}  # fmt: skip


def is_noun(word: str) -> bool:
    """Whether a word names a quantity or an object, alone or as the last part of a compound ("time-step")."""
    word = word.lower()
    nouns = _lists()["nouns"]
    return (
        word in nouns
        or singular(word) in nouns
        or word.removesuffix("s") in nouns
        or ("-" in word and singular(word.rpartition("-")[2]) in nouns)
    )


def is_measure(word: str) -> bool:
    """Whether the symbol of such a noun is a size."""
    return singular(word) in _lists()["measures"]


def is_group(word: str) -> bool:
    """Whether such a noun gathers others."""
    return singular(word) in _lists()["groups"]


def is_counted(word: str) -> bool:
    """Whether a symbol before this plural noun counts it."""
    word = word.lower()
    if singular(word) == word and word not in ("data", "parameters", "logits", "weights"):
        return False
    return singular(word) in _lists()["counted"] or word.rstrip("s") in _lists()["counted"]


def is_stop(word: str) -> bool:
    """Whether a phrase before a symbol ends at this word."""
    return word.lower().rstrip(".") in _lists()["stops"]


# Participles that are parts of names far more often than verbs.
_MODIFIERS = {
    "setting", "training", "encoding", "scaling", "learning", "testing", "smoothing", "pooling", "routing", "gating",
    "matching", "running", "moving", "averaging", "weighting", "sampling", "processing", "modeling", "planning", "leading",
}  # fmt: skip


@cache
def _verb_forms() -> frozenset[str]:
    forms: set[str] = set()
    for verb in _lists()["verbs"]:
        stem = verb[:-1] if verb.endswith("e") else verb
        third = verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else "s")  # fmt: skip
        forms |= {verb, third}
        forms |= {stem + "ing"} if verb != "be" else set()
    # What is a noun far more often than a verb where a symbol follows.
    return frozenset(forms - {f for f in forms if is_noun(f)} - _MODIFIERS)


@cache
def is_verb_form(word: str) -> bool:
    """Whether a word is the third person of a common verb, whatever else it may be."""
    word = word.lower()
    verbs = _lists()["verbs"]
    return word.endswith("s") and (
        word[:-1] in verbs or word[:-2] in verbs or (word.endswith("ies") and word[:-3] + "y" in verbs)
    )


def is_verb(word: str) -> bool:
    """Whether a word is a form of a common verb that is no noun."""
    return word.lower() in _verb_forms()


def ends_a_name(word: str, *, determined: bool) -> bool:
    """Whether a word can be the last of the name of a quantity.

    **Arguments:**

    - `determined`: whether an article introduces the phrase, so that words which are in no list are trusted.
    """
    word = word.lower()
    if word in _lists()["not_last"] or is_stop(word) or is_verb(word):
        return False
    if is_noun(word):
        return True
    return determined and len(word) > 2 and not re.search(r"(?:ly|ed|ing|ble|ive|ous|ful|less|est|ize|ise|ary|wise|al)$", word)  # fmt: skip


def may_follow(word: str) -> bool:
    """Whether a word after a symbol leaves it the end of its phrase."""
    word = word.lower()
    return word in _lists()["followers"] or word.endswith("ly") or is_verb(word)
