"""Numbers that a paper reports: of the rows of its tables of results, and of the sentences that claim them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml

from paper_implementer.knowledge.facts import Source
from paper_implementer.knowledge.values import plain

from ..paper import Block, Paper
from ..settings.sentences import sentences
from .model import Result

MAX_RESULTS = 400
_ROLES = (
    "experiments",
    "results",
    "method",
    "discussion",
    "introduction",
    "appendix",
    "conclusion",
    "abstract",
    "other",
)
_VALUE = re.compile(r"^\W{0,3}(-?\d{1,6}(?:\.\d+)?)\s*(%)?\s*(?:(?:±|\+/-|\()\s*(\d+(?:\.\d+)?)\s*\)?)?\s*(%)?\W{0,3}$")
_OURS = re.compile(r"\bours?\b|\bthis (?:work|paper)\b|\bproposed\b", re.IGNORECASE)
_HYPER = re.compile(
    r"hyper-?parameters?|\bsettings? (?:of|for|used)|statistics|notation|architectures? (?:of|for)|learning rates? (?:of|for|and)",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(
    r"\b(?:achiev\w+|obtain\w*|reach\w*|attain\w*|scor\w+|yield\w*|report\w*|result\w* (?:in|of)|establish\w*|error (?:rate )?of|accuracy of|"
    r"BLEU (?:score )?of)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.-])(\d{1,3}\.\d+|\d{1,3}(?=\s?%))\s?(%)?(?!\s*-?(?:days?|hours?|minutes?|GPU|TPU|times|[x×MBk]\b|million|billion|points?|layers?|epochs?))"
)
_INTRODUCED = re.compile(r"\bwe (?:propose|introduce|present)\b[^.;]{0,80}?\b([A-Z][A-Za-z0-9]*(?:-[A-Z0-9]\w*)*)\b")


@cache
def _patterns() -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    data = yaml.safe_load(files(__package__).joinpath("measures.yaml").read_text("utf-8"))
    return {
        kind: tuple(
            (re.compile(rf"(?<![\w-])(?:{p})(?![\w])", re.IGNORECASE if p == p.lower() else 0), name)
            for p, name in named.items()
        )
        for kind, named in data.items()
    }


def named(kind: str, text: str, near: int | None = None) -> str | None:
    """The metric or dataset ("metrics", "datasets") that a text names: the longest name, or that nearest to a place."""
    found = [(m.start(), m.end(), name) for pattern, name in _patterns()[kind] for m in pattern.finditer(text)]
    if not found:
        return None
    if near is None:
        return max(found, key=lambda f: (f[1] - f[0], -f[0]))[2]
    return min(found, key=lambda f: (min(abs(f[0] - near), abs(f[1] - near)), f[0] - f[1]))[2]


def only(kind: str, text: str) -> str | None:
    """The one metric or dataset that a text names; None where it names several: which holds for a number is not said."""
    spans = [(m.start(), m.end(), name) for pattern, name in _patterns()[kind] for m in pattern.finditer(text)]
    whole = {n for a, b, n in spans if not any(c <= a and b <= d and (c, d) != (a, b) for c, d, _ in spans)}
    return whole.pop() if len(whole) == 1 else None


def find_results(paper: Paper) -> list[Result]:
    """The results of tables whose columns, rows or captions name a metric or a dataset, and of claims in sentences."""
    own = _own_names(paper)
    found: list[Result] = []
    for block in paper.blocks:
        if block.kind == "table" and block.rows and not _HYPER.search(block.caption or ""):
            found += _of_table(paper, block, own)
        elif block.kind == "paragraph" and block.role in (
            "abstract",
            "introduction",
            "results",
            "experiments",
            "conclusion",
        ):
            found += _of_text(paper, block)
        if len(found) >= MAX_RESULTS:
            break
    return found[:MAX_RESULTS]


def _own_names(paper: Paper) -> re.Pattern[str] | None:
    """What the paper calls its own method: the name before the colon of its title, or in capitals in it."""
    head, colon, _ = paper.title.partition(":")
    names = [head] if colon and len(head.split()) <= 3 else []
    names += re.findall(r"\b(?:[A-Z]+[a-z]*[A-Z]\w*|[A-Z]{3,}\w*)\b", paper.title) if not paper.title.isupper() else []
    names += _INTRODUCED.findall(re.sub(r"\bWe\b", "we", paper.abstract))[:3]
    if not names and len(paper.title.split()) <= 3:
        names = [paper.title]
    return re.compile("|".join(rf"\b{re.escape(n.strip())}\b" for n in names), re.IGNORECASE) if names else None


def _of_table(paper: Paper, block: Block, own: re.Pattern[str] | None) -> Iterator[Result]:
    rows = [[plain(cell.replace("**", "")).text.strip() for cell in row] for row in (block.rows or [])[:150]]
    rows = [row for row in rows if any(row)]
    depth = _depth(rows)
    if depth == 0 or depth == len(rows):
        return
    caption = block.caption or ""
    names = [" ".join(dict.fromkeys(r[j] for r in rows[:depth] if j < len(r) and r[j])) for j in range(len(rows[0]))]
    over_all = {kind: only(kind, caption) for kind in ("metrics", "datasets")}
    if not any(over_all.values()) and not any(named(k, " ".join(names)) for k in over_all):
        return
    shown = [list(row) for row in (block.rows or []) if any(c.strip() for c in row)]
    first = next(
        (j for j in range(len(rows[0])) if any(_VALUE.match(r[j]) for r in rows[depth:] if j < len(r))), len(rows[0])
    )
    group = ""
    for row, cells in zip(rows[depth:], shown[depth:], strict=False):
        labels = [cell for cell in row[:first] if cell]
        if len(set(filter(None, row))) == 1 and not _VALUE.match(next(filter(None, row))):
            group = next(filter(None, row))
            continue
        for j in range(max(first, 1), len(row)):
            match = _VALUE.match(row[j])
            if match is None or j >= len(names):
                continue
            label = " ".join(labels)
            about = {k: named(k, names[j]) or named(k, f"{label} {group}") or over_all[k] for k in over_all}
            if not any(named(k, f"{names[j]} {label}") for k in over_all) and not over_all["metrics"]:
                continue
            setting = "; ".join(dict.fromkeys(filter(None, (names[j], group))))
            yield Result(
                metric=about["metrics"],
                dataset=about["datasets"],
                value=float(match[1]),
                spread=float(match[3]) if match[3] else None,
                unit="%" if match[2] or match[4] or "%" in names[j] else None,
                method=label or None,
                setting=setting or None,
                ours=bool(_OURS.search(label) or (own and own.search(label))),
                source=_source(paper, block, _quoted(block, cells[j])),
            )


def _depth(rows: list[list[str]]) -> int:
    """How many rows are the head of a table: those before the first in which a third of the cells are numbers."""
    for i, row in enumerate(rows[:6]):
        filled = [c for c in row[1:] if c]
        if filled and sum(bool(_VALUE.match(c)) for c in filled) * 3 >= len(filled):
            return i
    return 0


def _quoted(block: Block, cell: str) -> str | None:
    text = block.verbatim or block.text
    return cell.strip() if cell.strip() and cell.strip() in text else None


def _of_text(paper: Paper, block: Block) -> Iterator[Result]:
    for sentence in sentences(block):
        if not _IN_TEXT.search(sentence.text) or len(sentence.text) > 600:
            continue
        for match in _NUMBER.finditer(sentence.text):
            near = sentence.text[max(0, match.start() - 50) : match.end() + 50]
            metric = named("metrics", near, min(50, match.start()))
            if metric is None:
                continue
            dataset = named("datasets", sentence.text, match.end())
            quote = sentence.quote(match.start(), match.end())
            yield Result(
                metric=metric,
                dataset=dataset,
                value=float(match[1]),
                unit="%" if match[2] else None,
                source=_source(paper, block, quote),
            )


def _source(paper: Paper, block: Block, quote: str | None) -> Source:
    return Source(kind="paper", ref=paper.id, section=paper.section_title(block), page=block.page, quote=quote)
