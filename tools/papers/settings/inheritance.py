"""What a paper takes over from another: "the same hyperparameters as [12]", "our setup follows BERT"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..paper import Block, Paper
from .sentences import Sentence

TRAINING = ("optimizer.", "schedule.", "training.", "dropout.", "loss.")
ARCHITECTURE = ("model.", "attention.", "norm.", "activation.", "position.", "dropout.")
_TOPICS: list[tuple[str, str, tuple[str, ...]]] = [
    ("evaluation", r"evaluation (?:protocols?|procedures?|set-?ups?|settings?|metrics?|schemes?)|data splits?|metrics", ("eval.",)),
    ("initialisation", r"(?:weight |parameter )?initiali[sz]ations?|initiali[sz]ed?|initiali[sz]ing", ("init.",)),
    ("augmentation", r"(?:data )?augmentations?(?: (?:strategy|policy|scheme|pipeline))?", ("data.augmentation", "data.crop", "data.flip", "data.color", "data.randaugment", "data.mixup", "data.cutmix")),
    ("preprocessing", r"pre-?process\w*|tokeni[sz]ation", ("data.preprocessing", "data.tokenizer", "data.resize", "data.mean", "data.std")),
    ("schedule", r"(?:learning[- ]rate )?schedules?|schedul\w+ (?:strategy|policy)", ("schedule.",)),
    ("architecture", r"(?:(?<=[Oo]ur )|(?<=same ))(?:model|network)s?|(?:model|network) (?:design|structure|configurations?|sizes?)|(?:(?:neural|network|model|\w+Net|policy) )?architectures?|backbone", ARCHITECTURE),
    ("hyperparameters", r"hyper-?\s?parameters?(?: (?:settings?|choices?|values?))?|batch size, learning rate", TRAINING),
    ("training", r"training (?:procedures?|recipes?|protocols?|regimes?|schemes?|strateg\w+|details|settings?|set-?ups?|configurations?)|recipes?|optimi[sz]ation (?:settings?|details|procedure)", TRAINING),
    ("setup", r"(?:experiment\w* |implementation |standard |overall )*(?:settings?|set-?ups?|protocols?|details|implementations?)", (*TRAINING, *ARCHITECTURE)),
    ("practice", r"(?:\w+ )?(?:conventions?|practices?|choices?)", ()),
]  # fmt: skip
"""What can be taken over: its name, the words for it, and the beginnings of the keys that come with it."""
_AUTHORS = r"[A-Z][\w’'-]+(?:\s+et\s+al\.?|\s+(?:and|&)\s+[A-Z][\w’'-]+)?"
_CITATION = (
    r"(?:\[(?P<numbers>\d+(?:\s*[,–-]\s*\d+)*)\]"
    rf"|\(?(?P<authors>{_AUTHORS})\s*,?\s*[\[(]?(?P<year>(?:19|20)\d\d)(?P<letter>[a-z]?)[\])]?)"
)
_NAME = r"(?:the\s+|The\s+)?(?:original\s+|popular\s+|reference\s+)?(?P<name>[A-Z][\w.+-]*(?:\s[A-Z][\w.+-]*)?|[Tt]ransformer|ViT)"
_SOURCE = rf"(?:{_NAME}\s*(?:model|paper|work|baseline|repo(?:sitory)?|codebase)?(?:,|\s)*)?{_CITATION}"
_VERB = (
    r"(?P<verb>\bfollow(?:s|ing|ed)?\b|\bsame\b[^.;]{2,70}?\b(?:as|of|from)\b|\bas\s+(?:described\s+|done\s+|used\s+)?in\b|\blike\s+in\b"
    r"|\b(?:directly\s+)?adopt(?:s|ed|ing)?(?:\s+from)?\b|\btaken\s+(?:over\s+)?from\b|\bidentical\s+to\b|\bborrow\w*\s+from\b|\bdescribed\s+in\b)"
)
_TAKEN = re.compile(rf"{_VERB}(?P<between>[^.;:]{{0,70}}?){_SOURCE}")
_PARTLY = re.compile(
    r"\b(?:largely|mostly|partially|partly|closely|generally|as closely as possible|similar)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Inheritance:
    """Something that a paper has from another.

    **Arguments:**

    - `what`: the words of the paper for it ("training recipe"); `prefixes`: the beginnings of the keys it covers.
    - `reference`: the entry among the references.
    - `name`: what the sentence calls the other work, where it names it.
    - `partly`: whether the sentence says that it is taken over with changes.
    """

    what: str
    prefixes: tuple[str, ...]
    sentence: Sentence
    start: int
    end: int
    reference: Block
    name: str | None
    partly: bool

    @property
    def title(self) -> str:
        """What to call the other work: its title, or its name."""
        fields = self.reference.reference
        return fields.title if fields else (self.name or self.reference.text[:120])


def inheritances(paper: Paper, sentence: Sentence) -> Iterator[Inheritance]:
    """What one sentence of a paper takes over from a cited work."""
    text = sentence.text
    if not re.search(r"follow|same|\bin\b|adopt|from|identical", text):
        return
    for match in _TAKEN.finditer(text):
        topic = _topic(text, match)
        reference = _reference(paper, match)
        if topic is None or reference is None:
            continue
        what, prefixes = topic
        partly = bool(_PARTLY.search(text[max(0, match.start() - 40) : match.start("between")]))
        yield Inheritance(what, prefixes, sentence, match.start(), match.end(), reference, match["name"], partly)


def _topic(text: str, match: re.Match[str]) -> tuple[str, tuple[str, ...]] | None:
    """What is taken over: named between the verb and the work, else right before the verb.

    A remark that trails or opens its sentence ("..., following the practice of [1]") is about that sentence alone.
    """
    within = match["verb"] + match["between"]
    if re.search(r"\b(?:our|above|below|sections?|appendix)\b|adopted by", within):
        return None
    remark = match["verb"] == "following" and re.search(r"(?:,|^)\s*$", text[: match.start()])
    opened = text[max(0, text.rfind(". ", 0, match.start()) + 1, match.start() - 70) : match.start()]
    inside = remark or match["verb"].startswith(("adopt", "directly", "described"))
    for spoken in (within,) if inside else (within, opened):
        named: dict[int, tuple[str, tuple[str, ...]]] = {}
        for _, words, prefixes in _TOPICS:
            for found in re.finditer(rf"\b(?:{words})\b", spoken, re.IGNORECASE):
                if not (remark and "practice" in found[0].lower()):
                    named.setdefault(found.start(), (found[0].strip(), prefixes))
        if named:
            told = [named[place] for place in sorted(named)]
            whole = dict.fromkeys(what for what, _ in told)
            return " and ".join(whole), tuple(dict.fromkeys(p for _, prefixes in told for p in prefixes))
    return None


def _reference(paper: Paper, match: re.Match[str]) -> Block | None:
    references = paper.of_kind("reference")
    if match["numbers"]:
        first = re.match(r"\d+", match["numbers"])
        return next((b for b in references if first and (b.number == first[0] or b.id == f"ref:{first[0]}")), None)
    surname = re.split(r"\s+(?:et|and|&)\b", match["authors"])[0]
    year = match["year"] + match["letter"]
    for block in references:
        leading = block.reference.authors[0] if block.reference and block.reference.authors else block.text[:25]
        if year in block.text and re.search(rf"\b{re.escape(surname)}\b", leading):
            return block
    return None
