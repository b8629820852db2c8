"""What a sentence states of the paper's own work: not of others that it compares with, nor of what it only supposes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pydantic import JsonValue

from .constructions import find_shapes
from .denials import find_denials
from .qualities import find_choices, find_texts
from .schedules import find_schedule
from .sentences import Sentence
from .statements import Statement, find_statements

_LONGEST = 2000
"""Longer sentences are none, but tables, code or rubbish."""
_OTHERS = re.compile(
    r"\b(?:outperform\w*|state[- ]of[- ]the[- ]art|compared (?:to|with)|improv\w+ (?:over|by|the)|better than|worse than|achiev\w+|obtain\w* (?:an?|the)? ?\w* ?(?:accuracy|bleu|score|error|result)|compare against|comparing (?:it |them )?(?:with|to|against)|we (?:also )?tried|(?:is|are) (?:common|usual|typical) (?:for|in))\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"\b(?:illustrat\w+|for example|for instance|suppose)\b", re.IGNORECASE)
_HELD_OUT = re.compile(
    r"\b(?:test|testing|validation|dev|development|val)\s+(?:set|split|data|portion|partition)?\s*"
    r"(?:contains|has|with|of|consists of|:|comprises)?\s*(?:about\s+)?$"
)
_HELD_OUT = re.compile(
    r"\b(?:test|testing|validation|dev|development|val)\s+(?:set|split|data|portion|partition)?\s*"
    r"(?:contains|has|with|of|consists of|:|comprises)?\s*(?:about\s+)?$"
)
_HYPOTHETICAL = re.compile(
    r"\b(?:assum\w+|suppose|if (?:we|one)|imagine|theorem|lemma|corollary|proof|regret)\b", re.IGNORECASE
)
_OURS = re.compile(
    r"\b(?:we|our|us)\b|\b(?:is|are|was|were) (?:\w+ ){0,2}(?:set|trained|used|fixed|initiali[sz]ed|fine-?tuned|optimi[sz]ed|applied|performed|sampled|kept|chosen|pre-?trained|composed|employed|run|divided|resized|clipped|computed|decayed|padded)\b|\b(?:using|with|trained|consist(?:s|ing)?|contain(?:s|ing)?|compris(?:es|ing)|employs?|default|configuration|this (?:work|paper)|all (?:of )?(?:the )?models)\b",
    re.IGNORECASE,
)
_BUILT = re.compile(
    r"\b(?:we|our)\b.{0,80}\b(?:use|train|employ|buil[td]|implement|adopt|set|stack|design)\w*\b|composed of|consists? of|comprises|stack of|\bhas \d|\bis an? |configuration|=|\bset to\b",
    re.IGNORECASE,
)
NEEDS_CUE = {
    "model.parameters", "data.examples", "data.classes", "data.image_size", "model.channels", "model.kernel_size", "model.layers", "model.patch_size", "training.duration",
    "model.context_length", "attention.window",
    "model.hidden_size", "diffusion.steps", "eval.runs", "training.steps", "detection.anchors", "model.dilation", "eval.samples", "contrast.queue_size",
}  # fmt: skip
"""Keys whose numbers papers give of others\' work, too: they need a word that tells whose."""
NEEDS_CUE = {
    "model.parameters", "data.examples", "data.classes", "data.image_size", "model.channels", "model.kernel_size", "model.layers", "model.patch_size", "training.duration",
    "model.context_length", "attention.window",
    "model.hidden_size", "diffusion.steps", "eval.runs", "training.steps", "detection.anchors", "model.dilation", "eval.samples", "contrast.queue_size",
}  # fmt: skip
"""Keys whose numbers papers give of others\' work, too: they need a word that tells whose."""


def own_statements(sentence: Sentence, local: dict[str, str], early: bool, keeps: bool = False) -> Iterator[Statement]:
    """The settings that a sentence states of the paper's own work.

    **Arguments:**

    - `local`: symbols that this paper gives to keys.
    - `early`: whether it stands in the abstract or the introduction, where others' work is told, too.
    - `keeps`: whether the paper's symbol for dropout is the probability of keeping a unit.
    """
    text = sentence.text
    if len(text) > _LONGEST or len(re.findall(r"[a-z]{2,}", text)) < 2:
        return
    ours = bool(_OURS.search(text))
    first_person = bool(re.search(r"\b(?:we|our)\b", text, re.IGNORECASE))
    example = bool(_EXAMPLE.search(text))
    others = example or bool(_OTHERS.search(_unbracketed(text))) or ("et al." in text and not first_person)
    if ((early or others) and not first_person) or _HYPOTHETICAL.search(text):
        return
    for statement in find_statements(text, local):
        compared = example or (others and _compared(text, statement))
        named = statement.form != "symbol"
        if (compared and not named) or (
            named and statement.key in NEEDS_CUE and (early or others or not (ours or statement.linked))
        ):
            continue
        if _is_own(statement, sentence):
            yield _as_dropped(statement, text, keeps)
    for find in (find_shapes, find_choices, find_texts, find_denials, find_schedule):
        yield from (s for s in find(text) if not (example or (others and _compared(text, s))))


_CLAUSE = re.compile(
    r"[;()]|,\s+(?:we\b|which|while|whereas|and (?:we|it|this|they|thus|hence))\b|\b(?:but|while|whereas|since|because)\b"
)


_KEPT = re.compile(
    r"\bretain\w*|\bretention\b|\bkeep(?:ing)?[- ]prob|\bprobability (?:of|to) keep|\bkeep rate|\bkept with (?:a )?prob",
    re.IGNORECASE,
)


def counts_kept(text: str) -> bool:
    """Whether a sentence introduces the symbol of dropout as the probability of keeping a unit."""
    return bool(re.search(r"\bretain\w*\b[^.]{0,60}\bprob\w+|\bprobability of retaining\b", text, re.IGNORECASE))


def _as_dropped(statement: Statement, text: str, keeps: bool) -> Statement:
    """A share of units that are kept as the share that is dropped."""
    kept = statement.value
    symbol = keeps and bool(re.search(r"\bp\s*=", text))
    if not statement.key.startswith("dropout.") or not (symbol or _KEPT.search(text)):
        return statement
    shares = kept if isinstance(kept, list) else [kept]
    if not all(isinstance(v, int | float) and 0 < v <= 1 for v in shares):
        return statement
    dropped: list[JsonValue] = [round(1 - v, 9) for v in shares if isinstance(v, int | float)]
    value = dropped if isinstance(kept, list) else dropped[0]
    return replace(statement, value=value, working=f"1 − {kept}: the paper gives the probability of keeping a unit")


def _unbracketed(text: str) -> str:
    return re.sub(r"\([^()]*\)", " ", text)


def _compared(text: str, statement: Statement) -> bool:
    """Whether the clause of a statement compares, and so may tell of others."""
    edges = [
        0,
        *(m.start() for m in _CLAUSE.finditer(text) if not statement.start < m.start() < statement.end),
        len(text),
    ]
    begin = max(e for e in edges if e <= statement.start)
    end = min(e for e in edges if e >= statement.end)
    return bool(_OTHERS.search(text[begin:end]))


def _is_own(statement: Statement, sentence: Sentence) -> bool:
    """Whether a count or a size is one of the whole: the depth of the model, the examples to train on, all the tokens."""
    text, lower = sentence.text, sentence.lower
    in_words = not any(c.isdigit() for c in text[statement.start : statement.end])
    if statement.key == "model.layers" or (statement.key == "attention.heads" and in_words):
        return bool(_BUILT.search(text))
    if statement.key == "data.examples":
        return bool(re.search(r"train|corpus|consist|contain", lower)) and not (
            re.match(r"\W*[\w\s]{0,24}\b(?:test|testing|validation|dev|val)", lower[statement.start :])
            or _HELD_OUT.search(lower[: statement.start])
        )
    if statement.key == "training.tokens":
        around = lower[max(0, statement.start - 50) : statement.end]
        return not re.search(r"\b(?:until|after|first|final|last|remaining|next)\b", around)
    return True
