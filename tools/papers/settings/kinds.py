"""What kind of paper it is: its families of methods, and the methods of the knowledge base that it builds on."""

from __future__ import annotations

import re

from paper_implementer.knowledge.vocabulary import families, terms

from ..paper import Paper
from .mentions import word_set
from .result import Found

_NARROW = word_set("diffusion rl moe lora contrastive detection quantization metric_learning distillation speech")
"""Families whose keys mean nothing elsewhere."""


_DEEP = word_set(
    "transformer vision_transformer language_model cnn rnn diffusion gan vae contrastive self_supervised detection segmentation rl moe lora"
)
"""Families that have no members but neural networks today."""
_ATTENTIVE = {"transformer", "vision_transformer", "language_model"}
_OF_TRAINING = ("optimizer.", "training.", "schedule.", "dropout.")
_SHORT = 1200
"""A text of fewer letters says too little to tell what kind it is of."""
_NEURAL = re.compile(
    r"(?<!\w)(?:neural (?:net\w*|model\w*)|deep (?:learning|net\w*)|back-?propagat\w+|stochastic gradient|sgd|transformers?|convolution\w*|convnets?|bert|gpts?|resnets?|llms?|lstms?|rnns?|cnns?|dnns?|language models?|hidden (?:layers?|units?)|(?:fine-?|pre-?)(?:tun|train)\w+|boltzmann|autoencoders?)(?!\w)"
)
_SURVEY = re.compile(
    r"\b(?:survey|overview|tutorial|perspective|position paper|literature review|this review|we review|reviews?\s+(?:the|recent))\b",
    re.IGNORECASE,
)


def families_of(paper: Paper) -> set[str]:
    """The families of methods that a paper is about: named in its title or abstract, or often in its text."""
    head = f"{paper.title} {paper.abstract}".lower()
    body = " ".join(b.text for b in paper.blocks if b.kind in ("paragraph", "section", "list")).lower()[:400_000]
    found = set()
    for family, cues in families().items():
        pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(c) for c in cues) + r")(?!\w)")
        if pattern.search(head) or len(pattern.findall(body)) >= max(6, len(body) // 4000):
            found.add(family)
    return found


def nature_of(paper: Paper, found: list[Found], kinds: set[str]) -> set[str]:
    """Whether a paper is about neural networks ("neural"), and whether it reports work of its own ("experimental")."""
    head = f"{paper.title} {paper.abstract}".lower()
    body = " ".join(b.text for b in paper.blocks if b.kind in ("paragraph", "section", "list")).lower()[:400_000]
    letters = len(re.findall(r"[a-z]", body))
    told = len({f.fact.key for f in found if f.fact.key.startswith(_OF_TRAINING)})
    nature: set[str] = set()
    cues = len(_NEURAL.findall(body))
    announced = (_NEURAL.search(head) and cues >= letters // 1200) or (kinds & _DEEP and cues >= letters // 3000)
    if letters < _SHORT or (cues >= max(3, letters // 5000) and (told > 1 or announced)):
        nature.add("neural")
    roles = {b.role for b in paper.blocks if b.kind == "section"}
    if letters < _SHORT or told > 1 or (roles & {"experiments", "results"} and not _SURVEY.search(head)):
        nature.add("experimental")
    return nature


def in_field(found: Found, kinds: set[str]) -> Found:
    """A fact under the key that its words mean in the paper's field: a window of audio is no window of attention."""
    if found.fact.key == "attention.window" and "speech" in kinds and not kinds & _ATTENTIVE:
        return found.model_copy(update={"fact": found.fact.model_copy(update={"key": "data.window_size"})})
    return found


def is_foreign(key: str, kinds: set[str]) -> bool:
    """Whether a key belongs only to families that the paper is not about."""
    of_key = set(terms()[key].families)
    if key == "attention.window" and not kinds & _ATTENTIVE:
        return True
    return bool(of_key) and of_key <= _NARROW and not of_key & kinds


def methods_of(paper: Paper) -> tuple[str | None, list[str]]:
    """The method of the knowledge base that a paper introduces, and those that it builds on as its head tells.

    A method that only the abstract names counts where the text speaks of it again and again.
    """
    from paper_implementer.knowledge.catalogue import head_of, method_of, methods

    front, colon, _ = paper.title.partition(":")
    said = {
        _folded(re.sub(r"(?i)\W*technical report$", "", paper.title)),
        _folded(paper.title),
        _folded(front) if colon else "",
    } - {""}
    number = re.search(r"\d{4}\.\d{4,5}", paper.id)
    own = None
    for name in methods():
        head = head_of(name)
        if (number and f"arXiv:{number[0]}" in head.papers) or said & {_folded(a) for a in (head.title, *head.aliases)}:
            own = name
            break
    body = " ".join(b.text for b in paper.blocks if b.kind == "paragraph")[:400_000]
    titled = [name for name in method_of(paper.title) if "component" not in head_of(name).families]
    told = [name for name in method_of(paper.abstract) if _is_frequent(name, body)]
    return own, list(dict.fromkeys([*titled, *told]))


def _is_frequent(name: str, body: str) -> bool:
    from paper_implementer.knowledge.catalogue import head_of

    head = head_of(name)
    spelt = "|".join(re.escape(alias) for alias in (head.title, *head.aliases))
    often = len(re.findall(rf"(?<!\w)(?:{spelt})(?!\w)", body, re.IGNORECASE)) >= max(8, len(body) // 6000)
    return often and "component" not in head.families


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())
