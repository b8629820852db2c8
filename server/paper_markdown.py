"""Results about papers as short Markdown: searches, notation, contributions, comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markdown import one_line, quoted, source_text, table, value_text

if TYPE_CHECKING:
    from paper_implementer.tools.papers.comparison import PaperComparison
    from paper_implementer.tools.papers.contributions.model import PaperContributions, Result
    from paper_implementer.tools.papers.find import FindResult
    from paper_implementer.tools.papers.notation.result import Notation
    from paper_implementer.tools.papers.search.model import SearchResult

MAX_AUTHORS = 4


def found(result: SearchResult) -> str:
    """Papers that a search has found, and the sources that did not answer."""
    lines = [] if result.papers else ["No paper was found. Use fewer or other words."]
    for paper in result.papers:
        more = " et al." if len(paper.authors) > MAX_AUTHORS else ""
        about = ", ".join(str(x) for x in (paper.year, paper.venue) if x)
        lines.append(f"- `{paper.id}` **{one_line(paper.title)}** ({one_line(about)})")
        lines.append(f"  {one_line(', '.join(paper.authors[:MAX_AUTHORS]))}{more} – {', '.join(paper.sources)}")
        if paper.abstract:
            lines.append(f"  > {one_line(paper.abstract, 300)}")
    for error in result.errors:
        lines.append(f"\n**{error.source} did not answer**, {error.kind}: {one_line(error.message)} {error.hint}")
    if result.next_cursor:
        lines.append(f"\n(There is more: call again with cursor={result.next_cursor!r}.)")
    return "\n".join(lines)


def hits(result: FindResult) -> str:
    """Passages that were found, as quoted material."""
    lines = [result.reason] if result.reason else []
    for hit in result.hits:
        page = f", p. {hit.page}" if hit.page else ""
        title = f" “{one_line(hit.title, 80)}”" if hit.title else ""
        lines.append(f"`{hit.paper}` `{hit.id}` {hit.kind}{page}{title}\n{quoted(hit.snippet)}")
    return "\n\n".join(lines)


def notation(result: Notation) -> str:
    """The symbols of a paper as a table."""
    if not result.symbols:
        return f"No notation: {result.reason}"
    rows = (
        (f"${s.latex}$", s.meaning or "not defined in the paper", s.shape or "", s.code_name, source_text(s.defined_at))
        for s in result.symbols
    )
    return table(("symbol", "meaning", "shape", "in code", "defined at"), rows)


def contributions(result: PaperContributions) -> str:
    """Claims in the paper's words, and its results as a table."""
    lines = [result.reason] if result.reason else []
    for claim in result.contributions:
        lines.append(f"- **{claim.kind.replace('_', ' ')}** [{source_text(claim.source)}]\n{quoted(claim.statement)}")
    if result.results:
        rows = (
            (r.metric or "–", r.dataset or "–", number(r), r.method or "–", r.setting or "", source_text(r.source))
            for r in result.results
        )
        lines += ["", table(("metric", "dataset", "value", "method", "setting", "where"), rows)]
    return "\n".join(lines)


def number(result: Result) -> str:
    """The value of a result as it was printed."""
    spread = f" ± {result.spread:g}" if result.spread is not None else ""
    return f"{result.value:g}{spread}{' %' if result.unit == '%' else ''}{' (ours)' if result.ours else ''}"


def comparison(result: PaperComparison) -> str:
    """Two papers side by side."""
    lines = [quoted(result.summary)]
    for title, parts in (
        ("In both", result.shared),
        (f"Only in {result.first}", result.only_first),
        (f"Only in {result.second}", result.only_second),
    ):
        if parts:
            lines += [f"\n## {title}", *(f"- {one_line(p.name)} [{source_text(p.source)}]" for p in parts)]
    if result.differing_settings:
        lines.append("\n## Settings that differ")
        rows = (
            [d.key, *("; ".join(value_text(f.value, f.unit) for f in side) for side in (d.first, d.second))]
            for d in result.differing_settings
        )
        lines.append(table(("key", result.first, result.second), rows))
    if result.shared_results:
        lines.append("\n## Results on the same data")
        sides = (
            [
                f"{r.metric}, {r.dataset}",
                *("; ".join(f"{x.method or ''} {number(x)}" for x in s) for s in (r.first, r.second)),
            ]
            for r in result.shared_results
        )
        lines.append(table(("measure", result.first, result.second), sides))
    return "\n".join(lines)
