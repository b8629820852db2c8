"""The main job, start to end, on the sample paper: what `make demo` shows. Needs no network.

Starts the real server and drives it as an agent's client does, over stdio:
fetch -> outline -> settings and silences -> defaults -> comparison with the official code -> smoke run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, stdio_client
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from paper_implementer.tools.doctor import examine

SAMPLE = Path(__file__).parent.parent / "sample"
COLOURS = {"high": "red", "medium": "yellow", "low": "cyan", "pass": "green", "fail": "red", "not_run": "dim"}
console = Console(width=max(100, min(160, Console().width)))


def value(fact: dict[str, Any] | None) -> str:
    """The value of a fact for a cell of a table."""
    if fact is None:
        return "[dim]–[/]"
    shown = fact["value"]
    text = f"{shown:g}" if isinstance(shown, float) else str(shown)
    return escape(f"{text} {fact['unit'] or ''}".strip())


def heading(text: str, asked: str) -> None:
    """One step of the demo, with the call that a client makes for it."""
    console.print(f"\n[bold]{escape(text)}[/]  [dim]{escape(asked)}[/]")


async def tour(client: Client) -> bool:
    """Go through the steps; True if each of them found what the sample holds."""

    async def call(tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await client.call_tool(tool, arguments, read_timeout_seconds=240)
        if answer.is_error:
            raise SystemExit(f"{tool} failed: {answer.content}")
        structure: dict[str, Any] | None = answer.structured_content
        assert structure is not None
        return structure

    heading("1. Fetch the paper and look at its outline", "fetch_paper(paper='tests/sample/paper')")
    card = await call("fetch_paper", paper=str(SAMPLE / "paper" / "paper.pdf"))
    console.print(
        Panel(
            f"[bold]{escape(card['title'])}[/]\n{escape(', '.join(card['authors']))}\n{escape(card['abstract'])}",
            width=100,
        )
    )
    for entry in card["outline"]:
        console.print(
            f"  {'  ' * ((entry['level'] or 1) - 1)}{entry['number'] or ''} {escape(entry['title'])} [dim]{entry['id']} p. {entry['page']}[/]"
        )

    heading(
        "2. What it states, with quotes; where it contradicts itself; what it never says",
        f"paper_settings(paper='{card['id']}')",
    )
    settings = await call("paper_settings", paper=card["id"])
    stated = Table("setting", "value", "page", "quote", box=None, header_style="dim")
    for fact in settings["facts"][:12]:
        stated.add_row(
            fact["key"],
            value(fact),
            str(fact["source"]["page"]),
            escape(" ".join((fact["source"]["quote"] or "").split())[:70]),
        )
    console.print(stated)
    console.print(f"  [dim]… {len(settings['facts'])} in all[/]")
    for contradiction in settings["contradictions"]:
        sides = " against ".join(f"{value(f)} (p. {f['source']['page']})" for f in contradiction["facts"])
        console.print(f"  [yellow]contradiction[/] {contradiction['key']}: {sides}")
    silent = Table("silent on", "why it matters", "suggestion", "from", box=None, header_style="dim")
    for gap in settings["silent"]:
        hint = gap["suggestion"]
        silent.add_row(
            gap["key"],
            escape(gap["why_it_matters"]),
            value(hint),
            escape(hint["source"]["ref"]) if hint else "[dim]–[/]",
        )
    console.print(silent)

    heading("3. A default for a silence, with its source", "lookup_default(query='adam epsilon', method='Transformer')")
    answer = await call("lookup_default", query="adam epsilon", method="Transformer", limit=3)
    for fact in answer["facts"]:
        source = fact["source"]
        where = " ".join(str(source[k]) for k in ("section", "file", "line") if source[k])
        console.print(f"  {fact['key']} = [bold]{value(fact)}[/]  {escape(source['ref'])} {escape(where)}")

    heading("4. Compare my code with the official code", "compare_to_official_code(mine=..., official=..., paper=...)")
    comparison = await call(
        "compare_to_official_code", mine=str(SAMPLE / "mine"), official=str(SAMPLE / "official"), paper=card["id"]
    )
    findings = Table("severity", "what differs", "mine", "official", box=None, header_style="dim")
    for finding in comparison["findings"]:
        colour = COLOURS[finding["severity"]]
        mine, official = finding["mine"], finding["official"]
        findings.add_row(
            f"[{colour}]{finding['severity']}[/]",
            escape(finding["summary"]),
            escape(f"{mine['file']}:{mine['line']}\n{finding['mine_does']}"),
            escape(f"{official['file']}:{official['line']}\n{finding['official_does']}"),
        )
    console.print(findings)
    fidelity = Table("key", "paper", "official", "mine", "default", "verdict", title="Fidelity", header_style="bold")
    for row in comparison["fidelity"]:
        style = "red" if "differ" in row["verdict"] else ""
        fidelity.add_row(
            row["key"],
            *(value(row[side]) for side in ("paper", "official", "mine", "default")),
            row["verdict"].replace("_", " "),
            style=style,
        )
    console.print(fidelity)

    heading("5. Does mine run, and does it learn?", "smoke_run(target='tests/sample/mine')")
    # The sample is our own: where this machine has no sandbox it runs without one, and says so.
    isolation = "auto" if any(each.name == "Sandbox" and each.status == "ok" for each in examine()) else "none"
    report = await call("smoke_run", target=str(SAMPLE / "mine"), device="cpu", isolation=isolation)
    for check in report["checks"]:
        colour = COLOURS[check["status"]]
        measured = "" if check["measured"] is None else f"{check['measured']}"
        console.print(f"  [{colour}]{check['status']:8}[/] {check['name']:18} {escape(measured[:90])}")
    console.print(f"  [dim]{escape(report['entry']['how_found'])}; isolation: {report['isolation']['level']}[/]")

    return bool(
        settings["contradictions"]
        and settings["silent"]
        and answer["facts"]
        and comparison["findings"]
        and all(c["status"] != "fail" for c in report["checks"])
    )


async def main() -> bool:
    """Start the server in a home of its own, and take the tour."""
    with tempfile.TemporaryDirectory() as home:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "paper_implementer.server", "serve"],
            env={**os.environ, "PAPER_IMPLEMENTER_HOME": home, "PAPER_IMPLEMENTER_PYTHON": sys.executable},
        )
        async with Client(stdio_client(server)) as client:
            return await tour(client)


if __name__ == "__main__":
    began = time.monotonic()
    complete = anyio.run(main)
    console.print(f"\n[dim]{time.monotonic() - began:.0f} s[/]")
    sys.exit(0 if complete else "The demo did not find all that the sample holds.")
