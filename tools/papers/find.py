"""Find in the papers of the library: words, phrases and formulas, ranked."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from pydantic import BaseModel, Field

from paper_implementer.tools.errors import BadReference, NotFound

from . import search_index, symbols, words
from .find_query import STOP_WORDS, Query, Term, heading_spelling, parse_query
from .library import Library
from .paper import Block, BlockKind, Paper
from .reference import ArxivReference, LocalReference, parse_reference
from .snippets import formula_spans, snippet

MAX_HITS = 100
INDEXING_S = 20.0
"""Time that a search may spend on papers that are not indexed yet."""
KINDS: tuple[str, ...] = get_args(BlockKind)

_CANDIDATES = 200
"""Rows of each way to match that are ranked; where more match, those of the papers that came last."""
_DEEPER, _DEEP = 12, 100
"""Times as far back as those reach words side by side are looked for, in so many papers at least."""
_HEADING, _BODY, _SYMBOLS = 2.0, 1.0, 1.0
"""The words of a heading are words of the body, too."""
_PART = 0.2
_TOGETHER = 1.6
_BIBLIOGRAPHY = 0.6
_SATURATION, _LENGTH_SHARE, _USUAL_LENGTH = 1.2, 0.5, 90
"""k1 and b of BM25 (Robertson and Zaragoza, 2009), and the tokens of a usual block."""
_FORMULA, _USUAL_FORMULAS = 4.0, 60
"""What a whole formula counts, and the tokens that the formulas of a block usually have."""


class Hit(BaseModel):
    """A block that was found. `title` is that of its paper; `snippet` is Markdown; a higher `score` is better."""

    paper: str
    id: str
    kind: BlockKind
    page: int | None = None
    snippet: str
    score: float
    title: str | None = None


class FindResult(BaseModel):
    """Hits, the best first, and where there is something to say about them, the reason."""

    hits: list[Hit] = Field(default_factory=list)
    reason: str | None = None


def find_in_papers(
    library: Library, query: str, *, paper: str | None = None, kinds: Sequence[str] | None = None, limit: int = 20
) -> FindResult:
    """Find blocks of the library's papers by words, "phrases", beginnings*, -exclusions and formulas (LaTeX or plain).

    All words must be there; where no block has them all, those with some of them are found. Spelling is forgiving: case,
    diacritics, hyphens, inflections; of a formula, spacing, fonts, braces and notation.

    **Arguments:**

    - `paper`: only in this one, by any reference to a paper of the library.
    - `kinds`: only these kinds of blocks; `limit`: at most so many hits, 1 to 100.

    **Raises:** `BadReference` for an unknown kind or limit, `NotFound` for a paper that the library has not.
    """
    wanted = _checked_kinds(kinds)
    if not 1 <= limit <= MAX_HITS:
        raise BadReference(f"limit is {limit}.", f"Pass a number from 1 to {MAX_HITS}.")
    asked = parse_query(query)
    waiting = library.index(INDEXING_S)
    with library.reading() as db:
        rows = _rows(db, paper) if paper is not None else None
        if db.execute("SELECT 1 FROM papers LIMIT 1").fetchone() is None:
            return FindResult(
                reason="The library has no papers yet. Find some with search_papers and fetch them with fetch_paper."
            )
        if not asked.terms:
            return FindResult(
                reason="The query has nothing to look for. Give words, a phrase in quotes, or a formula such as d_k."
            )
        ranked, complete = _search(db, asked, rows, wanted, limit)
        hits = [_hit(db, asked, row, score) for row, score in ranked]
    return FindResult(hits=hits, reason=_reason(asked, hits, complete, waiting, paper, wanted))


@dataclass(frozen=True)
class _Row:
    """Tokens of a block, with a blank on either side of each."""

    number: int
    heading: str
    body: str
    symbols: str


def _search(
    db: sqlite3.Connection, asked: Query, rows: tuple[int, int] | None, kinds: Collection[str], limit: int
) -> tuple[list[tuple[int, float]], bool]:
    """Row numbers and scores, the best first; and whether they have all that was asked for."""
    every = " AND ".join(f"({term.expression})" for term in asked.terms)
    numbers = dict.fromkeys(_matching(db, asked, every, rows, kinds, max(_CANDIDATES, limit)))
    complete = bool(numbers)
    if len(numbers) >= _CANDIDATES:
        if not any(term.symbols for term in asked.terms):
            headed = " AND ".join(f"({term.in_heading})" for term in asked.terms)
            numbers |= dict.fromkeys(_matching(db, asked, headed, rows, kinds, _CANDIDATES))
        if asked.together:
            depth = max(_DEEPER * (max(numbers) - min(numbers)), _DEEP * search_index.POSITIONS)
            deeper = (max(rows[0] if rows else 0, max(numbers) - depth), max(numbers))
            numbers |= dict.fromkeys(
                _matching(db, asked, f"({every}) AND {asked.together}", deeper, kinds, _CANDIDATES)
            )
    elif not numbers or (len(numbers) < limit and any(term.symbols for term in asked.terms)):
        some = " OR ".join(f"({term.some})" for term in asked.terms)
        numbers |= dict.fromkeys(_matching(db, asked, some, rows, kinds, 2 * _CANDIDATES))
    weights = _weights(db, asked.terms)
    scored = [
        (number, _score(_Row(number, f" {heading} ", f" {body} ", f" {signs} "), asked, weights, kinds))
        for number, heading, body, signs in search_index.columns(db, list(numbers))
    ]
    return sorted(scored, key=lambda one: (-one[1], one[0]))[:limit], complete


def _matching(
    db: sqlite3.Connection,
    asked: Query,
    expression: str,
    rows: tuple[int, int] | None,
    kinds: Collection[str],
    limit: int,
) -> list[int]:
    if kinds:
        of_kind = " OR ".join(f'"{search_index.kind_token(kind)}"' for kind in kinds)
        expression = f"({expression}) AND ({of_kind})"
    if asked.excluded:
        expression = f"({expression}) NOT ({' OR '.join(term.expression for term in asked.excluded)})"
    return search_index.matching(db, expression, rows, limit)


def _weights(db: sqlite3.Connection, terms: Sequence[Term]) -> list[float]:
    """How much each term tells: its inverse document frequency, estimated from the papers that came last."""
    if len(terms) == 1:
        return [1.0]
    (papers,) = db.execute("SELECT coalesce(max(number), 1) FROM shelf").fetchone()
    weights = []
    for term in terms:
        found = search_index.matching(db, term.expression, None, _CANDIDATES)
        spanned = (found[0] - found[-1]) // search_index.POSITIONS + 1 if found else 1
        share = len(found) / (spanned if len(found) == _CANDIDATES else papers)
        weights.append(math.log(1 + 100 / (share + 0.01)))
    return [weight / max(weights) for weight in weights]


def _score(row: _Row, asked: Query, weights: Sequence[float], kinds: Collection[str]) -> float:
    """BM25 over the terms, more where all words stand together, less for the bibliography and where terms are missing."""
    parts = [weight * _term_score(row, term) for term, weight in zip(asked.terms, weights, strict=True)]
    there = sum(part > 0 for part in parts) / len(parts)
    score = sum(parts) * there * there
    if asked.together and f" {asked.together.strip(chr(34))} " in row.body:
        score *= _TOGETHER
    if not kinds and search_index.kind_token("reference") in row.symbols:
        score *= _BIBLIOGRAPHY
    return score


def _term_score(row: _Row, term: Term) -> float:
    share = _formula_share(row, term)
    count = 0.0
    for phrase, end in [(phrase, " ") for phrase in term.phrases] + [(beginning, "") for beginning in term.beginnings]:
        spelling = f" {phrase}{end}"
        count = _BODY * row.body.count(spelling) + _SYMBOLS * (spelling in row.symbols)
        count += _HEADING * row.heading.count(f" {heading_spelling(phrase)}{end}")
        if count:
            break
    else:
        count = _PART * sum(f" {part} " in row.body for part in term.parts)
    length = 1 - _LENGTH_SHARE + _LENGTH_SHARE * row.body.count(" ") / _USUAL_LENGTH
    breadth = 1 + row.symbols.count(" ") / _USUAL_FORMULAS
    return max(
        _FORMULA * share**2 * (_SATURATION + 1) / (1 + _SATURATION * breadth),
        count * (_SATURATION + 1) / (count + _SATURATION * length),
    )


def _formula_share(row: _Row, term: Term) -> float:
    """How much of a formula a block has: symbols with their scripts, without, and in order."""
    if not term.symbols:
        return 0.0
    have, of = 0.0, 0.0
    for token in term.symbols:
        weight = 0.3 if symbols.is_operator(token) else 1.0
        base = token.partition("^")[0].partition("_")[0]
        of += weight
        if f" {token} " in row.symbols:
            have += weight
        elif base and base != token and f" {base} " in row.symbols:
            have += weight / 2
    return have / of


def _hit(db: sqlite3.Connection, asked: Query, row: int, score: float) -> Hit:
    number, position = divmod(row, search_index.POSITIONS)
    paper, card, body = db.execute(
        "SELECT papers.id, papers.card, blocks.body FROM shelf JOIN papers ON papers.id = shelf.paper"
        " JOIN blocks ON blocks.paper = papers.id AND blocks.position = ? WHERE shelf.number = ?",
        (position, number),
    ).fetchone()
    block = Block.model_validate_json(body)
    title = Paper.model_validate_json(card).title
    return Hit(
        paper=paper,
        id=block.id,
        kind=block.kind,
        page=block.page,
        snippet=_snippet(search_index.readable(block), asked.terms),
        score=round(score, 3),
        title=title or None,
    )


def _snippet(text: str, terms: Sequence[Term]) -> str:
    stems = {stem for term in terms if not term.symbols for phrase in term.phrases for stem in phrase.split()}
    wanted = stems - STOP_WORDS or stems
    begun = [beginning for term in terms for beginning in term.beginnings]
    found = list(words.places(text, wanted, begun))
    signs = {token for term in terms for token in term.symbols if not symbols.is_operator(token)}
    spans = formula_spans(text) if signs else []
    overlaps = [len(signs.intersection(symbols.tokens(text[a:b].strip("$")))) for a, b in spans]
    best = max(overlaps, default=0)
    return snippet(text, found, [span for span, n in zip(spans, overlaps, strict=True) if n and n == best])


def _reason(
    asked: Query, hits: Sequence[Hit], complete: bool, waiting: int, paper: str | None, kinds: Collection[str]
) -> str | None:
    """What the reader must know about the hits; None where there is nothing to say."""
    said = []
    if not hits:
        where = f"in {paper}" if paper is not None else "in the library"
        what = f" ({', '.join(kinds)})" if kinds else ""
        said.append(f"Nothing is found {where}{what}. Try fewer or other words, or a beginning such as regulari*.")
    elif not complete:
        said.append("Nothing has all that was asked for; these have some of it.")
    if asked.cut:
        said.append("The query is long; its beginning was used.")
    if waiting:
        said.append(f"{waiting} papers are not indexed yet; search again to index more of them.")
    return " ".join(said) or None


def _checked_kinds(kinds: Sequence[str] | None) -> list[str]:
    wanted = list(dict.fromkeys(kinds or ()))
    if unknown := [kind for kind in wanted if kind not in KINDS]:
        raise BadReference(f"There is no kind {unknown[0]!r} of block.", f"Kinds: {', '.join(KINDS)}.")
    return wanted


def _rows(db: sqlite3.Connection, reference: str) -> tuple[int, int]:
    """The rows of a paper, by any reference that leads to it without fetching."""
    named = [reference]
    if not (rows := search_index.rows_of(db, reference)):
        parsed = parse_reference(reference)
        if isinstance(parsed, ArxivReference):
            named = [parsed.versioned.replace("/", ""), f"arXiv:{parsed.id}"]
        elif not isinstance(parsed, LocalReference):
            named = [parsed.id]
    for name in named:
        alias = db.execute("SELECT paper FROM aliases WHERE reference = ?", (name,)).fetchone()
        rows = rows or search_index.rows_of(db, cast(str, alias[0]) if alias else name)
    if not rows:
        raise NotFound(
            f"The library has no paper {reference[:200]!r}.", "Fetch it with fetch_paper, then search again."
        )
    return rows
