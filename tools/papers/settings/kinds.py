"""What kind of paper it is: its families of methods, and the methods of the knowledge base that it builds on."""

from __future__ import annotations

import re

from paper_implementer.knowledge.vocabulary import families, terms

from ..paper import Paper
from .mentions import word_set

_NARROW = word_set("diffusion rl moe lora contrastive detection quantization metric_learning distillation")
"""Families whose keys mean nothing elsewhere."""


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


def is_foreign(key: str, kinds: set[str]) -> bool:
    """Whether a key belongs only to families that the paper is not about."""
    of_key = set(terms()[key].families)
    return bool(of_key) and of_key <= _NARROW and not of_key & kinds


def methods_of(paper: Paper) -> list[str]:
    """The methods of the knowledge base that the head of a paper names, else those of its headings."""
    from paper_implementer.knowledge.lookup import method_of

    head = method_of(f"{paper.title} {paper.abstract}")
    return head or method_of(" ".join(b.text for b in paper.blocks if b.kind == "section"))
