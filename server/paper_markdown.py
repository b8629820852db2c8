"""Results about papers as short Markdown: searches, notation, contributions, comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markdown import one_line, quoted, source_text, table

if TYPE_CHECKING:
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
