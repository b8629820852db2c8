"""Results as short Markdown: what an agent reads first and a person sees in a terminal. The structure has the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Fact, Place, Source

if TYPE_CHECKING:
    from paper_implementer.knowledge.lookup import DefaultAnswer
    from paper_implementer.tools.code.findings import Comparison
    from paper_implementer.tools.code.model import CodeOutline, CodeSettings, CodeText
    from paper_implementer.tools.fidelity import FidelityRow
    from paper_implementer.tools.papers.read import PaperCard, ReadResult
    from paper_implementer.tools.papers.settings.result import PaperSettings
    from paper_implementer.tools.running.report import SmokeReport


def value_text(value: JsonValue, unit: str | None = None) -> str:
    """A value as people write it: 0.0001 stays short, lists in parentheses."""
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, float):
        text = f"{value:g}"
    elif isinstance(value, list):
        text = "(" + ", ".join(value_text(v) for v in value) + ")"
    elif isinstance(value, dict):
        text = ", ".join(f"{k}: {value_text(v)}" for k, v in value.items())
    elif value is None:
        text = "none"
    else:
        text = str(value)
    return f"{text} {unit}" if unit else text


def place_text(place: Place | None) -> str:
    """`file:line` of a place."""
    return f"{place.file}:{place.line}" if place else "–"


def source_text(source: Source) -> str:
    """Where a fact was read, as a reader would cite it."""
    parts = [source.ref]
    if source.section:
        parts.append(f"§ {source.section}" if source.section[:1].isdigit() else source.section)
    if source.page:
        parts.append(f"p. {source.page}")
    if source.file:
        parts.append(f"{source.file}:{source.line}" if source.line else source.file)
    return ", ".join(parts)


def fact_line(fact: Fact) -> str:
    """One fact as a list item: key, value, scope, status, source, quote."""
    scope = f" ({fact.scope})" if fact.scope else ""
    status = "" if fact.status == "stated" else f" *{fact.status}*"
    quote = f' "{one_line(fact.source.quote)}"' if fact.source.quote else ""
    note = f" – {one_line(fact.note)}" if fact.note else ""
    return f"- **{fact.key}** = {value_text(fact.value, fact.unit)}{scope}{status} [{source_text(fact.source)}]{quote}{note}"


def one_line(text: str, limit: int = 200) -> str:
    """Quoted material on one line, so that it cannot look like our own structure."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Material from outside, fenced off from what this product says: every line behind `> `."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def card(paper: PaperCard) -> str:
    """Metadata, outline and warnings of a paper."""
    about = ", ".join(str(x) for x in (paper.year, paper.venue) if x)
    counts = ", ".join(f"{n} {kind}" for kind, n in paper.counts.model_dump().items())
    lines = [f"# {one_line(paper.title)}", f"{', '.join(paper.authors)} {f'({about})' if about else ''}".strip()]
    pages = f", {paper.pages} pages" if paper.pages else ""
    lines += ["", f"id `{paper.id}`, read from {paper.source_format}{pages}: {counts}", ""]
    for entry in paper.outline:
        page = f", p. {entry.page}" if entry.page else ""
        number = f"{entry.number} " if entry.number else ""
        lines.append(f"{'  ' * ((entry.level or 1) - 1)}- {number}{one_line(entry.title)} (`{entry.id}`{page})")
    if paper.code_links:
        lines += ["", "Links to code: " + ", ".join(paper.code_links)]
    for warning in paper.warnings:
        page = f" (p. {warning.page})" if warning.page else ""
        lines.append(f"\n**Warning**, {warning.kind}{page}: {one_line(warning.message, 400)}")
    return "\n".join(lines)


def blocks(result: ReadResult) -> str:
    """The blocks that were read, as quoted material."""
    parts = []
    for block in result.blocks:
        name = " ".join(x for x in (block.kind, block.number, f"“{one_line(block.title)}”" if block.title else "") if x)
        page = f", p. {block.page}" if block.page else ""
        text = block.text or block.caption or ""
        if block.kind == "equation" and block.latex:
            text = f"$$\n{block.latex}\n$$"
        elif block.caption and block.caption not in text:
            text = f"{block.caption}\n\n{text}"
        parts.append(f"`{block.id}` {name}{page}\n{quoted(text)}")
    if result.pictures:
        parts.append(
            "Pictures, where the client can show them: " + ", ".join(picture.id for picture in result.pictures)
        )
    parts += result.notes
    if result.next_cursor:
        parts.append(f"(There is more: call again with cursor={result.next_cursor!r}, or a larger max_chars.)")
    return "\n\n".join(parts)


def settings(result: PaperSettings) -> str:
    """What a paper states, where it contradicts itself, what it is silent on."""
    lines = [f"## Stated ({len(result.facts)})", *(fact_line(f) for f in result.facts)]
    if result.contradictions:
        lines += ["", "## The paper contradicts itself"]
        for contradiction in result.contradictions:
            lines.append(f"**{contradiction.key}**")
            lines += [fact_line(f) for f in contradiction.facts]
    if result.silent:
        lines += ["", f"## Silent ({len(result.silent)})"]
        for gap in result.silent:
            lines.append(f"- **{gap.key}**: {gap.why_it_matters}")
            if gap.suggestion:
                lines.append(f"  suggestion {fact_line(gap.suggestion)[2:]}")
    return "\n".join(lines)


def defaults(result: DefaultAnswer) -> str:
    """Sourced defaults with pitfalls and disagreements, or why there are none."""
    lines = [fact_line(f) for f in result.facts] or [f"No sourced default: {result.reason}"]
    if result.scopes:
        lines.append(f"\nThe value depends on what it is for; narrow with `scope`: {'; '.join(result.scopes)}")
    for pitfall in result.pitfalls:
        lines.append(f"\n**Pitfall**: {pitfall.statement} [{'; '.join(source_text(s) for s in pitfall.sources)}]")
    for disagreement in result.disagreements:
        lines += [f"\n**Sources disagree on {disagreement.key}**", *(fact_line(f) for f in disagreement.facts)]
    return "\n".join(lines)


def code_outline(result: CodeOutline) -> str:
    """What a code base holds."""
    lines = [f"`{result.id}` commit {result.commit or '–'}, licence {result.licence or 'not stated'}"]
    languages = ", ".join(f"{name} {count}" for name, count in result.languages.items())
    lines.append(f"Files: {languages}")
    if result.entry_points:
        lines.append("Entry points: " + ", ".join(place_text(p) for p in result.entry_points))
    if result.configs:
        lines.append("Configs: " + ", ".join(result.configs))
    for entry in result.outline:
        lines.append(f"- {entry.file}:{entry.line} {entry.kind} `{entry.symbol}`")
    lines += [f"**Warning**: {one_line(w)}" for w in result.warnings]
    return "\n".join(lines)


def code_text(result: CodeText) -> str:
    """Source text with its place."""
    lines = [f"{place_text(result.place)} `{result.place.symbol or ''}`", quoted(result.text)]
    if result.callers:
        lines.append("Called by: " + ", ".join(place_text(p) for p in result.callers))
    if result.callees:
        lines.append("Calls: " + ", ".join(f"{p.symbol} ({place_text(p)})" for p in result.callees))
    return "\n".join(lines)


def code_settings(result: CodeSettings) -> str:
    """What code sets."""
    return "\n".join(fact_line(f) for f in result.facts) or "No settings were found that the vocabulary knows."


def comparison(result: Comparison) -> str:
    """Findings, missing features and the fidelity table."""
    if not result.aligned:
        return "Nothing of the two could be aligned, so nothing can be said about differences."
    count = {s: sum(f.severity == s for f in result.findings) for s in ("high", "medium", "low")}
    lines = [f"{len(result.findings)} differences: " + ", ".join(f"{n} {s}" for s, n in count.items()), ""]
    for finding in result.findings:
        lines.append(f"### {finding.severity}: {finding.summary}")
        lines.append(f"- mine {place_text(finding.mine)}: {one_line(finding.mine_does)}")
        lines.append(f"- official {place_text(finding.official)}: {one_line(finding.official_does)}")
        lines.append(
            f"- {finding.category}, confidence {finding.confidence:.2f}, {finding.evidence}. {finding.suggestion or ''}"
        )
    if result.missing_features:
        lines.append("\n### Only in the official code")
        lines += [f"- {one_line(f.summary)} ({place_text(f.official)})" for f in result.missing_features]
    if result.fidelity:
        lines += ["", fidelity(result.fidelity)]
    return "\n".join(lines)


def fidelity(rows: Sequence[FidelityRow]) -> str:
    """The fidelity table: paper, official, mine, default, one row a key."""

    def cell(fact: Fact | None) -> str:
        return value_text(fact.value, fact.unit) if fact else "–"

    return table(
        ("key", "paper", "official", "mine", "default", "verdict"),
        (
            (
                r.key + (f" ({r.scope})" if r.scope else ""),
                cell(r.paper),
                cell(r.official),
                cell(r.mine),
                cell(r.default),
                r.verdict,
            )
            for r in rows
        ),
    )


def smoke(result: SmokeReport) -> str:
    """The verdict of each check."""
    lines = [f"run `{result.run_id}`: {result.entry.how_found}"]
    lines += [f"shrunk: {shrunk}" for shrunk in result.entry.shrunk]
    lines.append(f"isolation: {result.isolation.level}")
    rows = (
        (
            c.name,
            c.status.replace("_", " "),
            as_text(c.measured),
            as_text(c.expected),
            c.why + (f" ({place_text(c.place)})" if c.place else ""),
        )
        for c in result.checks
    )
    lines += ["", table(("check", "status", "measured", "expected", "why"), rows)]
    if any(c.status == "fail" for c in result.checks) and result.log_tail:
        lines += ["", "End of its output:", quoted(result.log_tail[-2000:])]
    return "\n".join(lines)


def as_text(value: JsonValue) -> str:
    """A measured value: numbers short, structures as JSON."""
    return json.dumps(value) if isinstance(value, dict) else value_text(value) if value is not None else ""
