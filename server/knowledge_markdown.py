"""Components of the knowledge base as Markdown: formulas, code, what to look out for, and what it was checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markdown import fact_line, source_text

if TYPE_CHECKING:
    from paper_implementer.knowledge.component import Component

MAX_DEFAULTS = 12


def component(result: Component) -> str:
    """A component: equations, code, usage, then variants, edge cases, pitfalls and defaults with their places."""
    lines = [f"# {result.title} ({result.framework})", ""]
    for equation in result.equations:
        lines += [f"$${equation.latex}$$", f"{equation.says} [{source_text(equation.source)}]", ""]
    lines += ["```python", result.code.strip(), "```", "", "Usage:", "```python", result.usage.strip(), "```"]
    checks = [f"- {check.against} ({check.package}): {check.covers}" for check in result.checked_against]
    lines += ["", "Checked against:", *checks]
    if result.variants:
        lines += ["", "Variants:"]
        lines += [f"- **{each.name}**: {each.differs} [{source_text(each.source)}]" for each in result.variants]
    if result.edge_cases:
        lines += ["", "Edge cases:", *(f"- {each}" for each in result.edge_cases)]
    for pitfall in result.pitfalls:
        lines.append(f"\n**Pitfall**: {pitfall.statement} [{'; '.join(source_text(each) for each in pitfall.sources)}]")
    if result.defaults:
        lines += ["", "Defaults:", *(fact_line(fact) for fact in result.defaults[:MAX_DEFAULTS])]
        if len(result.defaults) > MAX_DEFAULTS:
            lines.append(f"({len(result.defaults) - MAX_DEFAULTS} more with lookup_default.)")
    return "\n".join(lines)
