"""From the blocks of a paper to the settings that they state: sentences, captions, tables, algorithms, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Fact, Source
from paper_implementer.knowledge.vocabulary import terms

from ..paper import Block, Paper
from .glossary import local_symbols
from .inheritance import Inheritance, inheritances
from .known import by_name
from .own import NEEDS_CUE, counts_kept, own_statements
from .result import Found, Taken
from .schedules import formulas
from .scope import phase_of, scope_of
from .sentences import Sentence, carried, sentences
from .statements import Statement
from .subjects import cited_methods, tells_of_another
from .tables import SETTINGS, Cell, find_in_table

_READ = {"paragraph", "list", "footnote", "theorem", "algorithm", "table", "figure", "code"}
_SKIPPED_ROLES = {"references", "acknowledgements", "related_work"}
_SKIPPED_TITLES = re.compile(
    r"related work|references|bibliography|acknowledg|broader impact|ethic|checklist|contributions? of authors|(?:did|does) ?n[o’']?t work|negative results|failed",
    re.IGNORECASE,
)
_SKIPPED_ROLES = {"references", "acknowledgements", "related_work"}
_SKIPPED_TITLES = re.compile(
    r"related work|references|bibliography|acknowledg|broader impact|ethic|checklist|contributions? of authors|(?:did|does) ?n[o’']?t work|negative results|failed",
    re.IGNORECASE,
)
_SKIPPED_TITLES = re.compile(
    r"related work|references|bibliography|acknowledg|broader impact|ethic|checklist|contributions? of authors|(?:did|does) ?n[o’']?t work|negative results|failed",
    re.IGNORECASE,
)
_OF_TRAINING = ("optimizer.", "schedule.", "training.batch", "dropout.", "loss.label", "model.architecture")
"""Keys that the caption of a float may set; its other numbers describe the plot or the comparison."""
_EXPERIMENTAL = {"experiments", "results", "appendix", "discussion"}
_EARLY = {"abstract", "introduction", "background"}


def _readable(paper: Paper) -> Iterator[Block]:
    """The blocks that may state settings of this paper's own."""
    skipped: set[str] = set()
    for block in paper.blocks:
        if block.kind == "section":
            inside = block.section in skipped
            if inside or block.role in _SKIPPED_ROLES or _SKIPPED_TITLES.search(block.title or ""):
                skipped.add(block.id)
            continue
        if block.kind in _READ and block.section not in skipped:
            yield block


def _join_cut(blocks: list[Block], read: dict[str, list[Sentence]]) -> None:
    """Put the sentences that page breaks cut in front of the paragraphs in which they go on."""
    texts = [b for b in blocks if b.kind == "paragraph" and read[b.id]]
    cut = [(b.id, carried(read[a.id][-1], read[b.id][0])) for a, b in pairwise(texts) if a.section == b.section]
    for block_id, whole in cut:
        if whole is not None:
            read[block_id].insert(0, whole)


def gather(paper: Paper, taken: list[Taken]) -> Iterator[Found]:
    """Every setting that a paper states, as often as it states it.

    **Arguments:**

    - `taken`: gets what the paper takes over from others, on the way.
    """
    blocks = list(_readable(paper))
    read = {block.id: list(sentences(block)) for block in blocks}
    _join_cut(blocks, read)
    local = local_symbols([s for block in blocks for s in read[block.id]])
    cited = cited_methods(paper)
    keeps = any(counts_kept(s.text) for block in blocks for s in read[block.id])
    roles = {b.id: b.role for b in paper.blocks if b.kind == "section"}
    for block in blocks:
        section = paper.section_title(block)
        role = roles.get(block.section or "")
        for sentence in read[block.id]:
            early = role in _EARLY and block.kind not in ("algorithm", "table")
            told: list[tuple[Found, bool]] = []
            for inherited in inheritances(paper, sentence):
                taken.append(_taken(paper, inherited, section, role in _EXPERIMENTAL))
            for statement in own_statements(sentence, local, early, keeps):
                another = tells_of_another(sentence.text, statement.start, statement.key, cited)
                if another or (block.kind in ("figure", "table") and not _in_caption(block, statement)):
                    continue
                fact = _fact(paper, sentence, statement, section, role in _EXPERIMENTAL)
                firm = _is_firm(statement, sentence.text, local)
                told.append((Found(fact=fact, block=block.id, firm=firm), statement.end <= sentence.joint))
            yield from _listed(told)
        if block.kind == "table":
            for cell in find_in_table(block, local):
                yield Found(fact=_cell_fact(paper, block, cell, section), block=block.id, tabled=True)
    for fact, block_id in formulas(paper, blocks, read):
        yield Found(fact=fact, block=block_id, firm=False)


def named(paper: Paper, found: list[Found]) -> Iterator[Found]:
    """The data sets and metrics that a paper only names, where it states none."""
    early = {b.id for b in paper.blocks if b.kind == "section" and b.role in _EARLY}
    blocks = list(_readable(paper))
    late = [block for block in blocks if block.section and block.section not in early]
    told = [s for block in late or blocks for s in sentences(block)]
    yield from by_name(paper, told, {f.fact.key for f in found})


def _in_caption(block: Block, statement: Statement) -> bool:
    """Whether a caption may state this; other numbers of a caption describe the plot or the comparison."""
    described = block.kind == "table" and bool(SETTINGS.search(block.caption or ""))
    if described and statement.form == "name":
        return True
    return statement.key not in NEEDS_CUE and statement.key.startswith(_OF_TRAINING)


_OF_BENCHMARKS = {"eval.shots", "eval.samples"}
_SEVERAL = 3
"""So many scopes of one sentence are one fact with a value for each; of a protocol over benchmarks two are enough."""


def _listed(told: list[tuple[Found, bool]]) -> Iterator[Found]:
    """The facts of one sentence, a list of values for several scopes as one.

    **Arguments:**

    - `told`: each with whether it stands before the page break that cuts the sentence, where it was read already.
    """
    scoped: dict[str, list[Found]] = {}
    for each, _ in told:
        if each.fact.scope and not each.fact.note and not isinstance(each.fact.value, list):
            scoped.setdefault(each.fact.key, []).append(each)
    for each, before in told:
        group = scoped.get(each.fact.key, [])
        many = len({g.fact.scope for g in group}) >= (2 if each.fact.key in _OF_BENCHMARKS else _SEVERAL)
        if not many or each not in group:
            if not before:
                yield each
        elif each is group[0]:
            value: dict[str, JsonValue] = {str(g.fact.scope): g.fact.value for g in group}
            yield each.model_copy(update={"fact": each.fact.model_copy(update={"value": value, "scope": None})})


def _is_firm(statement: Statement, text: str, local: dict[str, str]) -> bool:
    """Whether a statement names its key, and its number in digits: "two heads" may be two of four."""
    named = statement.form != "symbol" or statement.key not in local.values()
    return named and (statement.form == "name" or any(c.isdigit() for c in text[statement.start : statement.end]))


def _cell_fact(paper: Paper, block: Block, cell: Cell, section: str | None) -> Fact:
    source = Source(kind="paper", ref=paper.id, section=section, page=block.page, bbox=block.bbox, quote=cell.quote)
    scope = cell.scope or phase_of(block.caption or "")
    return Fact(key=cell.key, value=cell.value, unit=terms()[cell.key].unit, scope=scope, source=source)


def _fact(paper: Paper, sentence: Sentence, statement: Statement, section: str | None, experimental: bool) -> Fact:
    block = sentence.block
    return Fact(
        key=statement.key,
        value=statement.value,
        unit=statement.unit,
        scope=scope_of(sentence, statement.start, statement.end, section, experimental),
        source=Source(
            kind="paper",
            ref=paper.id,
            section=section,
            page=block.page,
            bbox=block.bbox,
            quote=sentence.quote(statement.start, statement.end),
        ),
        status="derived" if statement.working else "stated",
        note="values that were searched over" if statement.searched else statement.working,
    )


def _taken(paper: Paper, inherited: Inheritance, section: str | None, experimental: bool) -> Taken:
    """What is taken over as a fact that points to the other paper."""
    sentence, reference = inherited.sentence, inherited.reference
    fields = reference.reference
    fact = Fact(
        key="recipe.follows",
        value=inherited.title,
        scope=scope_of(sentence, inherited.start, inherited.start, section, experimental),
        source=Source(
            kind="paper", ref=paper.id, section=section, page=sentence.block.page, bbox=sentence.block.bbox,
            quote=sentence.quote(inherited.start, inherited.end),
        ),
        note=f"{inherited.what}{', with changes' if inherited.partly else ''}: see {reference.id}",
    )  # fmt: skip
    arxiv = fields.arxiv_id if fields else None
    return Taken(
        fact=fact, prefixes=list(inherited.prefixes), name=inherited.name, title=inherited.title, arxiv_id=arxiv,
        block=sentence.block.id,
    )  # fmt: skip
