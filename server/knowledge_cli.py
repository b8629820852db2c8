"""`paper-implementer knowledge`: list, show, validate, verify and harvest what the knowledge base says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import anyio
import typer

from paper_implementer.tools.errors import BadReference, NotFound, PaperImplementerError, Unreadable

app = typer.Typer(
    name="knowledge", help="List, show, validate and verify what the knowledge base says.", no_args_is_help=True
)

Names = Annotated[list[str] | None, typer.Argument(help="methods or components; all where none is given")]


@app.command("list")
def list_entries(
    family: Annotated[str | None, typer.Option(help="only of this family: vision, optimizer, attention ...")] = None,
) -> None:
    """List methods and components, with the number of their facts and pitfalls."""
    from rich.console import Console
    from rich.table import Table

    from paper_implementer.knowledge.catalogue import body_of, head_of, methods
    from paper_implementer.knowledge.component import body_of_component, components, head_of_component

    table = Table("name", "title", "families", "facts", "pitfalls", "references in", header_style="bold")
    totals: Counter[str] = Counter()
    kept = set(methods()) | set(components())
    for name in sorted(kept):
        heads = ([head_of(name)] if name in methods() else []) + (
            [head_of_component(name)] if name in components() else []
        )
        families = list(dict.fromkeys(each for head in heads for each in head.families))
        if family is not None and family not in families:
            continue
        body = body_of(name) if name in methods() else None
        facts = sum(len(group.rows) for group in body.facts) if body else 0
        pitfalls = len(body.pitfalls) if body else 0
        frameworks = list(body_of_component(name).usage) if name in components() else []
        totals.update(entries=1, facts=facts, pitfalls=pitfalls, references=len(frameworks))
        table.add_row(
            name, heads[0].title, ", ".join(families), str(facts or ""), str(pitfalls or ""), ", ".join(frameworks)
        )
    if not totals:
        _fail(NotFound(f"No family is called {family!r}.", "`paper-implementer knowledge list` shows them all."))
    Console().print(table)
    print(", ".join(f"{count} {what}" for what, count in totals.items()))


@app.command()
def show(name: Annotated[str, typer.Argument(help="a method or component, by any usual name")]) -> None:
    """Show everything that is known of a method, and its references if it is a component."""
    from paper_implementer.knowledge.catalogue import describe, method_of, unknown_method
    from paper_implementer.knowledge.component import NoSuchComponent, lookup_component

    from .knowledge_markdown import component

    texts = [describe(name)] if method_of(name) else []
    try:
        first = lookup_component(name, "pytorch")
        texts += [component(lookup_component(name, framework)) for framework in first.frameworks]
    except NoSuchComponent:
        if not texts:
            _fail(NotFound(f"{unknown_method(name).capitalize()}.", "`paper-implementer knowledge list` shows all."))
    print("\n\n".join(texts))


@app.command()
def validate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="knowledge files; all that are installed otherwise")
    ] = None,
) -> None:
    """Check knowledge files against their schema; every problem with its file, line and field."""
    from paper_implementer.knowledge.catalogue import body_of, head_of, methods
    from paper_implementer.knowledge.component import (
        body_of_component,
        components,
        head_of_component,
        read_component_body,
        read_component_head,
    )
    from paper_implementer.knowledge.schema import MalformedKnowledge, read_body, read_harvested, read_head

    checks_of: dict[str, tuple[Callable[[str, str], object], ...]] = {
        "components": (read_component_head, read_component_body),
        "harvested": (read_harvested,),
    }
    problems: list[str] = []
    count = len(files) if files else len(methods()) + len(components())
    for path in files or []:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            _fail(Unreadable(f"{path} cannot be read: {error}.", "Give the path of a knowledge file in UTF-8."))
        folder = path.resolve().parent.name
        for check in checks_of.get(folder, (read_head, read_body)):
            try:
                check(text, path.name)
            except MalformedKnowledge as error:
                problems.append(str(error))
    if not files:
        checks = [(each, name) for each in (head_of, body_of) for name in methods()]
        of_components = [(each, name) for each in (head_of_component, body_of_component) for name in components()]
        for read, name in [*checks, *of_components]:
            try:
                read(name)
            except MalformedKnowledge as error:
                problems.append(str(error))
    if problems:
        print("\n".join(dict.fromkeys(problems)))
        raise typer.Exit(1)
    print(f"{count} files hold what the schema asks for.")


@app.command()
def verify(
    names: Names = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="fetch sources that are not here")] = False,
    root: Annotated[
        list[str] | None, typer.Option(help="REFERENCE=FOLDER: where a reference's files lie, at its pin")
    ] = None,
) -> None:
    """Open every cited place again and check that it still holds what is quoted; exit 1 where one differs."""
    from rich.console import Console

    from paper_implementer.knowledge.catalogue import method_of, unknown_method
    from paper_implementer.knowledge.component import components
    from paper_implementer.knowledge.verify import verify as check_places
    from paper_implementer.tools.knowledge_sources import open_sources

    from .state import library

    wanted: list[str] | None = None
    for name in names or []:
        found = [name] if name in components() else method_of(name)
        if not found:
            _fail(NotFound(f"{unknown_method(name).capitalize()}.", "`paper-implementer knowledge list` shows all."))
        wanted = [*(wanted or []), found[0]]
    given: dict[str, Path] = {}
    for each in root or []:
        reference, separator, folder = each.rpartition("=")
        if not separator or not Path(folder).is_dir():
            _fail(BadReference(f"--root {each!r} names no folder.", "Write REFERENCE=FOLDER."))
        given[reference] = Path(folder)
    console = Console(stderr=True)
    with console.status("Opening sources") as status:

        def tell(done: float, total: float | None, message: str) -> None:
            status.update(f"Opening sources ({done:.0f} of {total:.0f}): {message}")

        sources = anyio.run(partial(open_sources, wanted, library(), fetch=fetch, given=given, progress=tell))
    checks = check_places(sources.roots, sources.papers, wanted)
    for check in checks:
        if check.verdict == "differs":
            place = f"{check.source.ref} {check.source.file or check.source.section}"
            print(f"differs: {check.method}, {check.about}: {place}: {check.why}")
    for reference, why in sources.failures.items():
        print(f"could not be opened: {reference}: {why}")
    counts = Counter(check.verdict for check in checks)
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in ("holds", "differs", "not opened")))
    if counts["not opened"] and not fetch:
        print("--fetch opens the sources that are not here; it needs the network.")
    raise typer.Exit(bool(counts["differs"]))


@app.command()
def harvest(
    fetch: Annotated[
        bool, typer.Option("--fetch", help="download packages that are not installed in their version")
    ] = False,
    into: Annotated[
        Path | None, typer.Option(help="folder for the files; the installed knowledge base otherwise")
    ] = None,
) -> None:
    """Read the defaults of frameworks from package sources again, with file, line and quote, and write them down."""
    from importlib import resources

    from paper_implementer.knowledge.harvest.collect import NotThere, packages
    from paper_implementer.knowledge.harvest.collect import harvest as read_packages
    from paper_implementer.knowledge.harvest.writing import write
    from paper_implementer.tools.knowledge_sources import open_packages

    from .state import home

    roots = anyio.run(partial(open_packages, list(packages().values()), home(), fetch=fetch))
    folder = into or Path(str(resources.files("paper_implementer.knowledge.harvested")))
    if not folder.is_dir():
        _fail(NotFound(f"There is no folder {folder}.", "Make it first, or leave --into away."))
    try:
        changed = write(read_packages(roots), set(roots), folder)
    except NotThere as error:
        _fail(NotFound(f"A listed default is not where it was: {error}.", "Change knowledge/harvest/harvest.yaml."))
    for ref in sorted(set(packages().values()) - set(roots)):
        print(f"left as it was, since it is not here: {ref}")
    print(f"{len(roots)} packages read; changed: {', '.join(changed) or 'nothing'}")


def _fail(error: PaperImplementerError) -> NoReturn:
    typer.echo(f"{error.kind}: {error}", err=True)
    raise typer.Exit(1)
