"""`compare-to-official-code MINE OFFICIAL [--paper P]`: the comparison as a command of its own.

Exit status: 0, no difference of high severity; 1, at least one; 2, the comparison could not be made.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from paper_implementer.tools.errors import PaperImplementerError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from paper_implementer.knowledge.facts import Fact, Place
    from paper_implementer.tools.code.findings import Comparison

COLOUR = {"high": "red", "medium": "yellow", "low": "cyan"}
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def compare(
    mine: Annotated[str, typer.Argument(help="your implementation: a folder or file")],
    official: Annotated[
        str, typer.Argument(help="a folder, github:owner/name[@ref][//sub], a git URL, or pypi:name[==version][//sub]")
    ],
    paper: Annotated[str | None, typer.Option(help="the paper: third column of the fidelity table")] = None,
    symbols: Annotated[
        list[str] | None, typer.Option("--symbol", help="only this class or function of the official code")
    ] = None,
    focus: Annotated[str | None, typer.Option(help="only this category or family: loss, optimizer, attention")] = None,
    output: Annotated[Literal["table", "json", "markdown"], typer.Option("--format", help="how to print it")] = "table",
) -> None:
    """Find what in your implementation differs from the official code; exit 1 if something does that changes results."""
    from rich.console import Console

    from . import markdown
    from .cli import run_tool
    from .definitions.code import compare_to_official_code

    given = {"mine": mine, "official": official, "paper": paper, "symbols": symbols or None, "focus": focus}
    errors = Console(stderr=True)
    try:
        with errors.status(f"Comparing with {official}") as status:

            def tell(done: float, total: float | None, message: str) -> None:
                status.update(message)

            chosen = {k: v for k, v in given.items() if v is not None}
            result = cast("Comparison", run_tool(compare_to_official_code, chosen, tell))
    except PaperImplementerError as error:
        errors.print(f"{error.kind}: {error}", style="red", markup=False)
        raise typer.Exit(2) from None
    if output == "json":
        print(json.dumps(result.model_dump(mode="json"), ensure_ascii=False))
    elif output == "markdown":
        print(markdown.comparison(result))
    else:
        _print(result, Console(), mine, official)
    raise typer.Exit(any(finding.severity == "high" for finding in result.findings))


def _print(result: Comparison, console: Console, mine: str, official: str) -> None:
    """Findings and the fidelity table, for a person."""
    from rich.markup import escape

    if not result.aligned:
        console.print("Nothing of the two could be aligned, so nothing can be said about differences.", style="yellow")
        console.print("Point at the part of the official code that you reimplement: official//sub/path, or --symbol.")
        return
    if result.findings:
        console.print(_findings_table(result))
    else:
        console.print(f"No difference found in {len(result.aligned)} aligned parts.", style="green")
    if result.missing_features:
        console.print("\nOnly in the official code:")
        for feature in result.missing_features:
            console.print(f"  {escape(feature.summary)} [dim]{escape(_at(feature.official))}[/]")
    if result.fidelity:
        console.print(_fidelity_table(result))
    count = {s: sum(f.severity == s for f in result.findings) for s in COLOUR}
    console.print(
        f"[dim]{escape(mine)} against {escape(official)}: {len(result.aligned)} parts aligned, "
        f"{', '.join(f'{n} {s}' for s, n in count.items())}[/]"
    )


def _findings_table(result: Comparison) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table("", "what differs", "mine", "official", "sure", show_lines=True, header_style="bold")
    for finding in result.findings:
        table.add_row(
            f"[{COLOUR[finding.severity]}]{finding.severity}[/]",
            escape(finding.summary),
            f"{escape(finding.mine_does)}\n[dim]{escape(_at(finding.mine))}[/]",
            f"{escape(finding.official_does)}\n[dim]{escape(_at(finding.official))}[/]",
            f"{finding.confidence:.0%}",
        )
    return table


def _fidelity_table(result: Comparison) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from .markdown import value_text

    def cell(fact: Fact | None) -> str:
        return escape(value_text(fact.value, fact.unit)) if fact else "[dim]–[/]"

    table = Table("key", "paper", "official", "mine", "default", "verdict", title="Fidelity", header_style="bold")
    for row in result.fidelity:
        key = row.key + (f" ({row.scope})" if row.scope else "")
        style = "red" if "differ" in row.verdict else ""
        sides = (row.paper, row.official, row.mine, row.default)
        table.add_row(escape(key), *(cell(side) for side in sides), row.verdict.replace("_", " "), style=style)
    return table


def _at(place: Place | None) -> str:
    return f"{place.file}:{place.line}" if place else "–"


def main() -> None:
    """Run the command."""
    sys.exit(app())
