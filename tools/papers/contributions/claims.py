"""Sentences in which the authors say what they contribute."""

from __future__ import annotations

import re

from paper_implementer.knowledge.facts import Source

from ..paper import Block, Paper
from ..settings.sentences import sentences
from .model import Contribution, ContributionKind

MAX_CLAIMS = 40
MAX_WORDS = 90
_ROLES = ("abstract", "introduction", "conclusion", "discussion")
_VERBS = (
    "propose|introduce|present|develop|design|devise|describe|demonstrate|show|prove|establish|achieve|obtain|release|"
    "provide|contribute|publish|open-source|open source|formulate|derive|identify|advocate|analy[sz]e|study|explore|"
    "investigate|evaluate|construct|build|create|collect|extend|apply|find|report|outperform|improve"
)
_CLAIM = re.compile(
    rf"\b(?:we|our (?:work|paper|contributions?|main contributions?))\b[^.;]{{0,60}}?\b(?:{_VERBS})\b|"
    r"\b(?:this|the present) (?:paper|work|article|report)\b[^.;]{0,40}?\b(?:proposes?|introduces?|presents?|develops?|describes?|"
    r"studies|shows?|demonstrates?|investigates?|explores?|provides?|gives?|is the first)\b|"
    r"\bto (?:the best of )?our knowledge\b|\bour (?:model|method|approach|system|algorithm|network|architecture|results?)\b"
    r"[^.;]{0,60}?\b(?:achieves?|outperforms?|obtains?|improves?|establish(?:es)?|surpass(?:es)?|reach(?:es)?|sets?|matches)\b|"
    r"\b(?:our|main|key) contributions? (?:is|are)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:we (?:hope|believe|plan|expect|leave|leverage|thank|note|refer|assume|discuss)|in (?:section|appendix) [\dA-Z]|"
    r"future work|(?:section|sec\.|§) ?\d[^.]* we (?:describe|present|discuss|show|introduce))\b|"
    r"\[\d+\][^.]{0,20}\b(?:propose|introduce|present)\b|\bet al\.?[^.]{0,40}\b(?:propose|introduce|present)",
    re.IGNORECASE,
)
_LIST_BEGINS = re.compile(r"\bcontributions?\b[^.]{0,80}(?::|as follows)\s*$", re.IGNORECASE)
_RELEASED = re.compile(r"\b(?:code|implementation)\b[^.]{0,60}\bavailable\b", re.IGNORECASE)
_BETTER = re.compile(r"\b(?:state[- ]of[- ]the[- ]art|outperform\w*|surpass\w*|achiev\w+|improvement)\b", re.IGNORECASE)
_PROPOSED = re.compile(r"\b(?:propos|introduc|present|develop|prove|releas)\w*$", re.IGNORECASE)
_KINDS: tuple[tuple[ContributionKind, str], ...] = (
    ("software", r"\b(?:releas\w+|open[- ]sourc\w+|publicly available|code (?:is|and)|package|library|toolkit|source code)\b"),
    ("dataset", r"\b(?:new|novel|large|large-scale|introduce|collect\w*|construct\w*|present|release|build) (?:\w+[ -]){0,4}(?:data ?sets?|corpus|corpora|benchmarks?)\b"),
    ("theory", r"\b(?:prove|proof|theorem|bounds?|guarantees?|theoretical(?:ly)?|convergence (?:rate|analysis)|lower bound|regret)\b"),
    ("loss", r"\b(?:loss(?:es)?|objectives?|regulari[sz](?:er|ation|ers)|cost function)\b"),
    ("evaluation_protocol", r"\b(?:evaluation (?:protocol|method\w*|metric)|new metrics?|protocol)\b"),
    ("result", r"\b(?:state[- ]of[- ]the[- ]art|outperform\w*|achiev\w+|surpass\w*|better than|\d+(?:\.\d+)?\s?%|accuracy|BLEU|error rate|improv\w+ (?:over|upon|by))\b"),
    ("training_procedure", r"\b(?:optimi[sz](?:er|ation|ing)|training (?:procedure|method|scheme|recipe|strategy|algorithm|framework)|pre-?training|fine-?tun\w+|schedul\w+|learning rates?|adaptation|distill\w*|initiali[sz]ation|augmentation|stochastic gradient)\b"),
    ("architecture", r"\b(?:architectures?|networks?|transformers?|layers?|modules?|blocks?|attention|encoder|decoder|models?)\b"),
    ("analysis", r"\b(?:analy[sz]e|analysis|study|investigat\w+|explor\w+|empirical(?:ly)?|ablation|understand\w*|comparison|find that|observe)\b"),
)  # fmt: skip


def find_claims(paper: Paper) -> list[Contribution]:
    """The claims of abstract, introduction and conclusion, each once: the first place that makes it."""
    found: list[Contribution] = []
    seen: list[set[str]] = []
    listing = False
    for block in _blocks(paper):
        for sentence in sentences(block):
            statement = sentence.shown.original(0, len(sentence.text)).strip()
            if not 5 <= len(statement.split()) <= MAX_WORDS or not statement[:1].isprintable():
                continue
            item = listing and block.kind == "list"
            claims = _CLAIM.search(sentence.text) and not _NOT_YET.search(sentence.text)
            listing = bool(_LIST_BEGINS.search(sentence.text)) or (listing and block.kind == "list")
            words = set(re.findall(r"[a-z]{4,}", statement.lower()))
            if not (claims or item) or any(
                len(words & s) >= 0.7 * min(len(words), len(s)) for s in seen if s and words
            ):
                continue
            seen.append(words)
            source = Source(
                kind="paper", ref=paper.id, section=paper.section_title(block), page=block.page, quote=statement
            )
            found.append(Contribution(kind=_kind(sentence.text), statement=statement, source=source))
            if len(found) == MAX_CLAIMS:
                return found
    return found


def _blocks(paper: Paper) -> list[Block]:
    """The parts of a paper that speak of it as a whole; of a paper without such parts, its beginning."""
    texts = [b for b in paper.blocks if b.kind in ("paragraph", "list")]
    return [b for b in texts if b.role in _ROLES] or texts[:8]


def _kind(text: str) -> ContributionKind:
    """The kind whose words come first after the verb of the claim."""
    claim = _CLAIM.search(text)
    if _RELEASED.search(text):
        return "software"
    if _BETTER.search(text) and not (claim and _PROPOSED.search(claim[0])):
        return "result"
    after = text[claim.start() :] if claim else text
    places = {kind: match.start() for kind, pattern in _KINDS if (match := re.search(pattern, after, re.IGNORECASE))}
    return min(places, key=lambda kind: places[kind]) if places else "method"
