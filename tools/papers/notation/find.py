"""The notation of a paper: its definitions joined with the symbols of its display equations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from paper_implementer.knowledge.facts import Source
from paper_implementer.knowledge.vocabulary import key_of_code_name

from ..paper import Block, Paper
from .definitions import Definition, definitions
from .equations import announced, equated, occurrences, running_letters
from .names import Name
from .naming import code_name, conventional
from .prose import has_dollars, sentences
from .result import Notation, Symbol
from .tables import notation_rows
from .words import is_stop, singular

_LONGEST_QUOTE = 320
_MOST_SYMBOLS = 600
_MOST_CHARACTERS = 3_000_000
# Names of code that are settings elsewhere, but results or objects where a paper gives them a symbol.
_NO_SETTINGS = {"loss", "mask", "dataset", "query", "key", "value", "activation", "step", "position", "inputs", "target", "encoder", "decoder", "block_size", "width", "mean", "std", "rank", "num_tokens", "num_samples", "latent_dim", "seq_len", "input_dim", "positional_encoding", "num_channels", "num_groups"}  # fmt: skip
_OUTRIGHT, _APART = 0.77, 0.7
_UNDEFINED = "not defined in the paper"


@dataclass(slots=True)
class Said:
    """A meaning of a symbol that one place gives."""

    name: Name
    meaning: str
    block: Block
    quote: str
    confidence: float
    order: tuple[int, int, int]
    shape: str | None = None
    context: str = ""
    chapter: str = ""


@dataclass(slots=True)
class Meaning:
    """A meaning with all the places that give it."""

    best: Said
    places: list[Said] = field(default_factory=list)


def paper_notation(paper: Paper) -> Notation:
    """List the symbols of a paper with meaning, shape, place, and the name to give them in code.

    Only what the paper says is a meaning. A symbol of a display equation that is defined nowhere is listed without one.
    """
    said, lines = _read(paper)
    displays = [b for b in paper.blocks if b.kind == "equation"]
    # What a formula within a sentence sets equal to something is told where a display equation needs it.
    needed = {(n.base, n.accent) for b in displays for n in occurrences(b)}
    said = [
        s for s in said if s.block.kind == "equation" or not _by_equation(s) or (s.name.base, s.name.accent) in needed
    ]
    chosen = _chosen(said)
    titles = _titles(paper)
    known = [m.best.name for m in chosen]
    undefined = _undefined(displays, known)
    if not chosen and not undefined:
        reason = "No formula of the paper could be read." if not lines else "The paper prints formulas, but defines no symbol in words and has no display equation with symbols."  # fmt: skip
        return Notation(reason=reason)
    used: set[str] = set()
    symbols: list[Symbol] = []
    repeated = _repeated(chosen)
    for meaning in chosen[:_MOST_SYMBOLS]:
        best = meaning.best
        note = "other meanings elsewhere in the paper" if best.name.exact in repeated else None
        symbols.append(
            Symbol(
                symbol=best.name.text,
                latex=best.name.latex,
                meaning=best.meaning,
                shape=best.shape or next((p.shape for p in meaning.places if p.shape), None),
                defined_at=_source(paper, best.block, best.quote, titles),
                code_name=code_name(best.name, best.meaning, best.context, used),
                also=list(dict.fromkeys(p.block.id for p in meaning.places if p.block.id != best.block.id))[:8],
                key=_setting(best.name.text, best.meaning, best.context),
                note=note,
                confidence=round(best.confidence, 2),
            )
        )
    for name, block in undefined[: _MOST_SYMBOLS - len(symbols)]:
        symbols.append(
            Symbol(
                symbol=name.text,
                latex=name.latex,
                meaning=None,
                defined_at=_source(paper, block, (block.verbatim or block.text)[:_LONGEST_QUOTE], titles),
                code_name=code_name(name, None, "", used),
                note=_UNDEFINED,
                confidence=round(0.8 * (block.confidence or 1.0), 2),
            )
        )
    return Notation(symbols=symbols)


def _titles(paper: Paper) -> dict[str, str]:
    return {b.id: f"{b.number} {b.title}".strip() if b.number else (b.title or "") for b in paper.of_kind("section")}


def _source(paper: Paper, block: Block, quote: str, titles: dict[str, str]) -> Source:
    section = titles.get(block.section or "")
    return Source(kind="paper", ref=paper.id, section=section or None, page=block.page, quote=quote)


def _texts(block: Block) -> Iterator[str]:
    if block.kind in ("table", "figure"):
        yield block.caption or ""
    elif block.kind in ("paragraph", "list", "theorem", "footnote", "algorithm"):
        yield block.text


def _read(paper: Paper) -> tuple[list[Said], int]:
    """All that the blocks say of symbols, and how many of their sentences have formulas."""
    found: list[Said] = []
    lines = read = 0
    ending = chapter = ""
    for number, block in enumerate(paper.blocks):
        if block.kind == "section" and (block.level or 1) == 1:
            chapter = block.id
        if block.kind in ("reference", "section", "code"):
            continue
        if block.kind == "equation":
            found += _equations(block, number, ending, chapter)
            lines += 1
            continue
        for text in _texts(block):
            read += len(text)
            if read > _MOST_CHARACTERS:
                return found, lines
            marked = paper.source_format != "pdf" or has_dollars(text)
            for place, sentence in enumerate(sentences(block, text, marked=marked)):
                lines += bool(sentence.about)
                ending = sentence.masked
                for definition in definitions(sentence):
                    found.append(_said(definition, (number, place, definition.place), marked, chapter))
        if block.kind == "table":
            for place, row in enumerate(notation_rows(block)):
                found.append(Said(row.subject.name, row.meaning, block, row.quote, 0.95, (number, place, 0), row.subject.shape, "", chapter))  # fmt: skip
    return found, lines


def _said(definition: Definition, order: tuple[int, int, int], marked: bool, chapter: str) -> Said:
    sentence = definition.sentence
    quote = sentence.quote()
    if len(quote) > _LONGEST_QUOTE:
        middle = definition.place
        start = max(sentence.masked.rfind(" ", 0, max(0, middle - 60)), 0)
        stop = sentence.masked.find(" ", min(len(sentence.masked), middle + 200))
        quote = sentence.part(start, stop if stop > 0 else len(sentence.masked))
    confidence = definition.confidence - (0.0 if marked else 0.05)
    return Said(definition.subject.name, definition.meaning, sentence.block, quote, confidence, order, definition.shape, sentence.quote(), chapter)  # fmt: skip


def _equations(block: Block, number: int, ending: str, chapter: str) -> Iterator[Said]:
    sure = block.confidence or 1.0
    for place, line in enumerate(equated(block)):
        quote = (block.verbatim or block.text)[:_LONGEST_QUOTE]
        called = announced(ending) if line.first and ending else None
        if called:
            yield Said(
                line.subject.name,
                called,
                block,
                quote,
                0.72 * sure,
                (number, place, 0),
                line.subject.shape,
                ending,
                chapter,
            )
        value = line.value if len(line.value) <= 160 else ""
        meaning = f"defined as ${value}$" if value else f"defined by equation {block.number or block.id}"
        yield Said(line.subject.name, meaning, block, quote, (0.55 if line.by_definition else 0.5) * sure, (number, place, 1), line.subject.shape, "", chapter)  # fmt: skip


def _by_equation(said: Said) -> bool:
    return said.meaning.startswith("defined ")


def _chosen(said: list[Said]) -> list[Meaning]:
    """One entry a symbol and meaning, in the order of the first definitions."""
    by_symbol: dict[tuple[str, ...], list[Said]] = {}
    for one in sorted(said, key=lambda s: s.order):
        by_symbol.setdefault(one.name.exact, []).append(one)
    chosen: list[Meaning] = []
    for places in by_symbol.values():
        worded = [p for p in places if not _by_equation(p)]
        strong = [p for p in worded if p.confidence >= 0.62]
        if not strong and worded:
            strong = [max(worded, key=lambda p: (p.confidence, -p.order[0]))]
        if not strong:
            chosen.append(Meaning(places[0], places))
            continue
        groups: list[Meaning] = []
        for one in strong:
            home = next((g for g in groups if any(_same(one.meaning, p.meaning) for p in g.places)), None)
            if home is None:
                # A second meaning must be said outright, or in another chapter.
                if (
                    not groups
                    or one.confidence >= _OUTRIGHT
                    or (one.confidence >= _APART and one.chapter != groups[0].best.chapter)
                ):
                    groups.append(Meaning(one, [one]))
            else:
                home.places.append(one)
                hollow = _content(home.best.meaning) <= _HOLLOW and not _content(one.meaning) <= _HOLLOW
                if hollow or one.confidence > home.best.confidence + 0.15:
                    home.best = one
        chosen += groups[:4]
    return sorted(chosen, key=lambda m: m.best.order)


def _content(meaning: str) -> set[str]:
    words = re.findall(r"[a-z]+", re.sub(r"\$[^$]*\$", " ", meaning.lower()))
    return {singular(w) for w in words if len(w) > 2 and not is_stop(w)}


_HOLLOW = {"vector", "matrix", "set", "function", "value", "parameter", "variable", "scalar", "hyperparameter", "hyperparameters", "hyper", "parameters", "constant", "tensor", "index", "sequence"}  # fmt: skip


def _same(one: str, other: str) -> bool:
    """Whether two phrases may name one meaning: they share half of their words, or one says nothing of its own."""
    mine, theirs = _content(one), _content(other)
    if not mine or not theirs or mine <= _HOLLOW or theirs <= _HOLLOW:
        return True
    shared = mine & theirs
    return len(shared) * 2 >= min(len(mine), len(theirs)) and (bool(shared - _HOLLOW) or mine == theirs)


def _repeated(chosen: list[Meaning]) -> set[tuple[str, ...]]:
    seen: set[tuple[str, ...]] = set()
    twice: set[tuple[str, ...]] = set()
    for meaning in chosen:
        key = meaning.best.name.exact
        (twice if key in seen else seen).add(key)
    return twice


def _forms(name: Name) -> list[tuple[str, ...]]:
    """A symbol and what it may be a form of: without style, without indices, without what stands above."""
    base, _style, accent, primes, sized = name.styled
    sub, sup = name.exact[-2], name.exact[-1]
    forms: list[tuple[str, ...]] = [(base, accent, primes, sized, sub, sup)]
    if name.sub_counts and name.sub:
        forms += [(base, accent, primes, sized, "#", "" if name.sup_counts else sup)]
    elif name.sup_counts and name.sup:
        forms += [(base, accent, primes, sized, sub, "#")]
    return forms


def _covered(name: Name, known: set[tuple[str, ...]], bases: dict[tuple[str, ...], list[Name]]) -> bool:
    """Whether a definition of this symbol, or of what it is an element, a step or an index of, is known."""
    if any(f in known for f in _forms(name)):
        return True
    for other in bases.get((name.base, name.accent), []):
        sub, sup = other.exact[-2], other.exact[-1]
        mine_sub, mine_sup = name.exact[-2], name.exact[-1]
        if not sub and not sup and (name.indexed or (not other.sized and len(mine_sub) <= 1)):
            return True
        if sub == mine_sub and (not sup or not mine_sup):
            return True
        if sup == mine_sup and (other.indexed or not sub) and name.indexed:
            return True
        if other.indexed and not mine_sub and not mine_sup:
            return True
        # k_{t,i}^C beside k_t^C: the same label, other indices.
        if sup == mine_sup and sup and sub[:1] == mine_sub[:1]:
            return True
    return False


def _undefined(displays: list[Block], known: list[Name]) -> list[tuple[Name, Block]]:
    """Symbols of display equations that no definition covers, each with the equation where it first stands."""
    keys = {form for name in known for form in _forms(name)}
    bases: dict[tuple[str, ...], list[Name]] = {}
    for name in known:
        bases.setdefault((name.base, name.accent), []).append(name)
    running = running_letters(displays)
    # P and E where the block defines PE.
    in_words = {
        (c, b.id)
        for b in displays
        for e in equated(b)
        if len(e.subject.name.base) == 2 and e.subject.name.base.isupper()
        for c in e.subject.name.base
    }
    found: dict[tuple[str, ...], tuple[Name, Block]] = {}
    for block in displays:
        if (block.confidence or 1.0) < 0.6:
            continue
        for name in occurrences(block):
            if name.base in ("i", "j", "k") and not name.sub and not name.sup and not name.accent and not name.style:
                continue
            if (name.base, block.id) in in_words:
                continue
            if name.base in running and not name.sub and not name.sup and not name.accent and len(name.base) == 1:
                continue
            if _covered(name, keys, bases):
                continue
            family = (name.base, name.accent, str(name.primes), *name.family[-2:])
            if family not in found:
                found[family] = (_simple(name), block)
    return list(found.values())


def _simple(name: Name) -> Name:
    """A symbol with the plainest of its indices: `x_{i+1}` as `x`."""
    return (
        name
        if re.fullmatch(r"(?:\\?[A-Za-z]+)?", name.sub) and (not name.sup or not name.sup_counts)
        else name.labelled
    )


def _setting(symbol: str, meaning: str, context: str) -> str | None:
    """The key of the vocabulary that a symbol stands for, by the name that the field's code gives to its meaning."""
    usual = conventional(symbol, meaning, context)
    return key_of_code_name(usual) if usual and usual not in _NO_SETTINGS else None
