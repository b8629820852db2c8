"""Read a paper's settings: from sentences, captions and tables to facts with quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Fact, Source
from paper_implementer.knowledge.values import same_value
from paper_implementer.knowledge.vocabulary import Term, terms
from paper_implementer.knowledge.vocabulary.names import keys_named
from paper_implementer.tools.errors import BadReference

from ..paper import Block, Paper
from .contradictions import contradictions
from .denials import find_denials
from .glossary import local_symbols
from .mentions import word_set
from .qualities import find_choices, find_shapes, find_texts
from .result import Found, PaperSettings
from .schedules import find_schedule, formulas
from .scope import phase_of, scope_of
from .sentences import Sentence, carried, sentences
from .silence import alternatives, families_of, silences
from .statements import Statement, find_statements
from .subjects import cited_methods, tells_of_another
from .tables import Cell, find_in_table

_LONGEST = 2000
"""Longer sentences are none, but tables, code or rubbish."""
_READ = {"paragraph", "list", "footnote", "theorem", "algorithm", "table", "figure", "code"}
_SKIPPED_ROLES = {"references", "acknowledgements", "related_work"}
_SKIPPED_TITLES = re.compile(
    r"related work|references|bibliography|acknowledg|broader impact|ethic|checklist|contributions? of authors",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:outperform\w*|state[- ]of[- ]the[- ]art|compared (?:to|with)|improv\w+ (?:over|by|the)|better than|worse than|achiev\w+|obtain\w* (?:an?|the)? ?\w* ?(?:accuracy|bleu|score|error|result)|compare against|comparing (?:it |them )?(?:with|to|against)|we (?:also )?tried)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"\b(?:illustrat\w+|for example|for instance|suppose)\b", re.IGNORECASE)
_HELD_OUT = re.compile(
    r"\b(?:test|validation|dev|development|val)\s+(?:set|split|data|portion|partition)?\s*"
    r"(?:contains|has|with|of|consists of|:|comprises)?\s*(?:about\s+)?$"
)
_HYPOTHETICAL = re.compile(
    r"\b(?:assum\w+|suppose|if (?:we|one)|imagine|theorem|lemma|corollary|proof|regret)\b", re.IGNORECASE
)
_OURS = re.compile(
    r"\b(?:we|our|us)\b|\b(?:is|are|was|were) (?:\w+ ){0,2}(?:set|trained|used|fixed|initiali[sz]ed|fine-?tuned|optimi[sz]ed|applied|performed|sampled|kept|chosen|pre-?trained|composed|employed|run|divided|resized|clipped|computed|decayed|padded)\b|\b(?:using|with|trained|consists?|contains?|comprises?|employs?|default|configuration|this (?:work|paper)|all (?:of )?(?:the )?models)\b",
    re.IGNORECASE,
)
_BUILT = re.compile(
    r"\b(?:we|our)\b.{0,80}\b(?:use|train|employ|buil[td]|implement|adopt|set|stack|design)\w*\b|composed of|consists? of|comprises|stack of|\bhas \d|\bis an? |configuration|=|\bset to\b",
    re.IGNORECASE,
)
_NEEDS_CUE = {
    "model.parameters", "data.examples", "data.classes", "data.image_size", "model.channels", "model.kernel_size", "model.layers", "model.patch_size", "training.duration",
    "model.context_length", "attention.window",
    "model.hidden_size", "diffusion.steps", "eval.runs", "training.steps", "detection.anchors", "model.dilation", "eval.samples", "contrast.queue_size",
}  # fmt: skip
_ONCE = {"norm.type", "activation.function", "loss.function", "model.pooling", "model.shortcut", "position.encoding", "init.scheme", "data.tokenizer", "training.precision"}  # fmt: skip
"""Parts of a method that are told again wherever it is used."""
_OF_TRAINING = ("optimizer.", "schedule.", "training.batch", "dropout.", "loss.label", "model.architecture")
"""Keys that the caption of a float may set; its other numbers describe the plot or the comparison."""
_EXPERIMENTAL = {"experiments", "results", "appendix", "discussion"}
_EARLY = {"abstract", "introduction", "background"}


def paper_settings(paper: Paper, keys: list[str] | None = None, scope: str | None = None) -> PaperSettings:
    """State every setting of a paper with its place, name what it leaves out, and show where it contradicts itself.

    **Arguments:**

    - `keys`: only these; keys of the vocabulary or usual names ("lr", "warm-up").
    - `scope`: only facts that hold for it; facts without a scope hold for all.

    **Raises:** `BadReference` for a name that means no key.
    """
    asked = _keys(keys) if keys else None
    kinds = families_of(paper)
    found = _distinct([f for f in _found(paper) if not _foreign(f.fact.key, kinds)])
    if asked is not None:
        found = [f for f in found if f.fact.key in asked]
    disagreeing = contradictions(found)
    facts = [f.fact for f in found]
    silent = silences(paper, facts, kinds, asked)
    if scope:
        wanted = set(re.findall(r"\w+", scope.lower()))
        facts = [f for f in facts if f.scope is None or wanted & set(re.findall(r"\w+", f.scope.lower()))]
    return PaperSettings(facts=facts, silent=silent, contradictions=disagreeing)


_NARROW = word_set("diffusion rl moe lora contrastive detection quantization metric_learning distillation")
"""Families whose keys mean nothing elsewhere."""


def _foreign(key: str, kinds: set[str]) -> bool:
    """Whether a key belongs only to families that the paper is not about."""
    families = set(terms()[key].families)
    return bool(families) and families <= _NARROW and not families & kinds


def _keys(names: list[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        family = {key for key in terms() if key.startswith(name.rstrip(".*") + ".")}
        best = keys_named(name, limit=1)
        meant = family or (
            set(best) if name in terms() else {key for found_key in best for key in alternatives(found_key)}
        )
        if not meant:
            raise BadReference(
                f"No setting is called {name!r}.",
                "Name it as a paper or a configuration does: learning rate, heads, betas.",
            )
        found |= meant
    return found


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
    for first, second in pairwise(texts):
        if first.section == second.section and (whole := carried(read[first.id][-1], read[second.id][0])):
            read[second.id].insert(0, whole)


def _found(paper: Paper) -> Iterator[Found]:
    blocks = list(_readable(paper))
    read = {block.id: list(sentences(block)) for block in blocks}
    _join_cut(blocks, read)
    local = local_symbols([s for block in blocks for s in read[block.id]])
    cited = cited_methods(paper)
    roles = {b.id: b.role for b in paper.blocks if b.kind == "section"}
    for block in blocks:
        section = paper.section_title(block)
        role = roles.get(block.section or "")
        for sentence in read[block.id]:
            early = role in _EARLY and block.kind not in ("algorithm", "table")
            told: list[Found] = []
            for statement in _of_sentence(sentence, local, early):
                if statement.end <= sentence.joint or tells_of_another(
                    sentence.text, statement.start, statement.key, cited
                ):
                    continue
                if block.kind in ("figure", "table") and (
                    statement.key in _NEEDS_CUE or not statement.key.startswith(_OF_TRAINING)
                ):
                    continue
                fact = _fact(paper, sentence, statement, section, role in _EXPERIMENTAL)
                told.append(Found(fact, block.id, firm=_is_firm(statement, sentence.text, local)))
            yield from _by_benchmark(told)
        if block.kind == "table":
            for cell in find_in_table(block, local):
                yield Found(_cell_fact(paper, block, cell, section), block.id, tabled=True)
    for fact, block_id in formulas(paper, blocks, read):
        yield Found(fact, block_id, firm=False)


_OF_BENCHMARKS = {"eval.shots", "eval.samples"}


def _by_benchmark(told: list[Found]) -> Iterator[Found]:
    """The facts of one sentence, a protocol that lists benchmarks as one fact with a value for each."""
    listed: dict[str, list[Found]] = {}
    for each in told:
        if each.fact.key in _OF_BENCHMARKS and each.fact.scope:
            listed.setdefault(each.fact.key, []).append(each)
    for each in told:
        group = listed.get(each.fact.key, [])
        if len({g.fact.scope for g in group}) < 2 or each not in group:
            yield each
        elif each is group[0]:
            value: dict[str, JsonValue] = {str(g.fact.scope): g.fact.value for g in group}
            yield replace(each, fact=each.fact.model_copy(update={"value": value, "scope": None}))


def _is_firm(statement: Statement, text: str, local: dict[str, str]) -> bool:
    """Whether a statement names its key, and its number in digits: "two heads" may be two of four."""
    named = statement.form != "symbol" or statement.key not in local.values()
    return named and (statement.form == "name" or any(c.isdigit() for c in text[statement.start : statement.end]))


def _cell_fact(paper: Paper, block: Block, cell: Cell, section: str | None) -> Fact:
    source = Source(kind="paper", ref=paper.id, section=section, page=block.page, bbox=block.bbox, quote=cell.quote)
    scope = cell.scope or phase_of(block.caption or "")
    return Fact(key=cell.key, value=cell.value, unit=terms()[cell.key].unit, scope=scope, source=source)


def _of_sentence(sentence: Sentence, local: dict[str, str], early: bool) -> Iterator[Statement]:
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
            named and statement.key in _NEEDS_CUE and (early or others or not (ours or statement.linked))
        ):
            continue
        if _is_own(statement, sentence):
            yield statement
    for find in (find_shapes, find_choices, find_texts, find_denials, find_schedule):
        yield from (s for s in find(text) if not (example or (others and _compared(text, s))))


_CLAUSE = re.compile(
    r"[;()]|,\s+(?:which|while|whereas|and (?:we|it|this|they|thus|hence))\b|\b(?:but|while|whereas|since|because)\b"
)


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
            re.match(r"\W*[\w\s]{0,24}\b(?:test|validation|dev|val)", lower[statement.start :])
            or _HELD_OUT.search(lower[: statement.start])
        )
    if statement.key == "training.tokens":
        around = lower[max(0, statement.start - 50) : statement.end]
        return not re.search(r"\b(?:until|after|first|final|last|remaining|next)\b", around)
    return True


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
        note="values that were searched over" if statement.searched else None,
    )


def _distinct(found: list[Found]) -> list[Found]:
    """Facts without repetitions of the same value for the same scope; a cell adds nothing to what holds for all."""
    kept: list[Found] = []
    for each in found:
        fact, term = each.fact, terms()[each.fact.key]
        told = [k.fact for k in kept if k.fact.key == fact.key and _same(k.fact.value, fact.value, term)]
        known = any(t.scope == fact.scope or (each.tabled and t.scope is None) for t in told)
        if not known and not (told and fact.key in _ONCE):
            kept.append(each)
    return kept


def _same(first: JsonValue, second: JsonValue, term: Term) -> bool:
    if term.kind == "text" and isinstance(first, str) and isinstance(second, str):
        return set(re.findall(r"\w+", second.lower())) <= set(re.findall(r"\w+", first.lower()))
    return same_value(first, second, term)
