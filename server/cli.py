"""The command line: `paper-implementer serve | doctor | call | knowledge | TOOL`, the tools from the same definitions as the server."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Annotated, Any, get_args, get_origin

import anyio
import typer
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from paper_implementer.tools.errors import BadReference, PaperImplementerError

from .definition import ToolDefinition
from .knowledge_cli import app as knowledge
from .malformed import knowledge_read

app = typer.Typer(
    name="paper-implementer",
    help="Read a machine-learning paper exactly, and implement it faithfully.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


app.add_typer(knowledge)


@app.command()
def serve(
    http: Annotated[bool, typer.Option("--http", help="streamable HTTP instead of stdio")] = False,
    host: Annotated[
        str, typer.Option(help="address to serve on; others than loopback need PAPER_IMPLEMENTER_TOKEN")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port for HTTP")] = 8765,
    allow_host: Annotated[list[str] | None, typer.Option(help="further Host header to accept, name:port")] = None,
) -> None:
    """Start the MCP server, on stdio unless told otherwise."""
    from .factory import create_server

    if not http:
        create_server().run()
        return
    from paper_implementer.tools.config import config

    from .http_transport import serve_http

    try:
        serve_http(create_server(), host, port, config().token, allow_host or [])
    except PaperImplementerError as error:
        _fail(error)


@app.command()
def doctor() -> None:
    """Say what works on this machine, and how to mend what does not."""
    from rich.console import Console
    from rich.table import Table

    from paper_implementer.tools.doctor import examine

    table = Table(show_lines=False, header_style="bold")
    for column in ("", "what", "found", "what to do"):
        table.add_column(column, overflow="fold")
    marks = {"ok": "[green]ok[/]", "missing": "[yellow]--[/]", "broken": "[red]!![/]"}
    found = examine()
    for item in found:
        table.add_row(marks[item.status], item.name, item.detail, item.remedy)
    Console().print(table)
    raise typer.Exit(any(item.status == "broken" for item in found))


@app.command()
def call(
    tool: Annotated[str, typer.Argument(help="name of a tool")],
    arguments: Annotated[str, typer.Argument(help="its arguments as a JSON object")] = "{}",
) -> None:
    """Call a tool and print its structured result as JSON; exit 1 and a JSON error if it fails."""
    try:
        result = run_tool(find_tool(tool), parse_arguments(arguments))
    except PaperImplementerError as error:
        print(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
        raise typer.Exit(1) from None
    print(json.dumps(result.model_dump(mode="json"), ensure_ascii=False))


def find_tool(name: str) -> ToolDefinition:
    """The tool of this name. **Raises:** `BadReference` with those that exist."""
    from .definitions import TOOLS

    for definition in TOOLS:
        if definition.name == name.replace("-", "_"):
            return definition
    raise BadReference(f"There is no tool {name!r}.", f"There are: {', '.join(t.name for t in TOOLS)}.")


def parse_arguments(text: str) -> dict[str, Any]:
    """The JSON object in `text`. **Raises:** `BadReference` if it is none."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise BadReference(
            f"The arguments are no JSON: {error}.", 'Pass an object, such as \'{"paper": "1706.03762"}\'.'
        ) from None
    if not isinstance(given, dict):
        raise BadReference("The arguments are no JSON object.", 'Pass one, such as \'{"paper": "1706.03762"}\'.')
    return given


def run_tool(definition: ToolDefinition, given: dict[str, Any], progress: Any = None) -> BaseModel:
    """Validate arguments as the server does, run the tool, return its result."""
    parameters = definition.signature.parameters
    checked: dict[str, Any] = {}
    for name, value in given.items():
        if name not in parameters:
            raise BadReference(f"{definition.name} has no argument {name!r}.", f"It takes: {', '.join(parameters)}.")
        try:
            checked[name] = TypeAdapter(parameters[name].annotation).validate_python(value)
        except ValidationError as error:
            raise BadReference(
                f"{definition.name}: {name} = {value!r} is not valid: {error.errors()[0]['msg']}."
            ) from None
    missing = [n for n, p in parameters.items() if p.default is inspect.Parameter.empty and n not in checked]
    if missing:
        raise BadReference(
            f"{definition.name} needs {', '.join(missing)}.", f"An example: {json.dumps(definition.example)}"
        )
    if progress is not None and "progress" in inspect.signature(definition.function).parameters:
        checked["progress"] = progress

    async def run() -> BaseModel:
        return await definition.function(**checked)

    with knowledge_read():
        return anyio.run(run)


def _fail(error: PaperImplementerError) -> None:
    print(f"{error.kind}: {error}", file=sys.stderr)
    raise SystemExit(1) from None


def _option(parameter: inspect.Parameter) -> inspect.Parameter:
    """A command-line option for one argument of a tool: text, numbers and lists as they are, the rest as JSON."""
    annotation, help_text = parameter.annotation, ""
    if get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        help_text = next((m.description or "" for m in metadata if isinstance(m, FieldInfo)), "")
    plain = [a for a in get_args(annotation) if a is not type(None)] or [annotation]
    kind: Any = plain[0] if len(plain) == 1 and plain[0] in (str, int, float, bool, list[str], list[int]) else str
    optional = kind | None
    # As the argument is called, and as command lines are usually written.
    names = dict.fromkeys((f"--{parameter.name}", f"--{parameter.name.replace('_', '-')}"))
    return parameter.replace(
        annotation=Annotated[optional, typer.Option(*names, help=help_text, show_default=False)],
        default=None,
        kind=inspect.Parameter.KEYWORD_ONLY,
    )


def _command(definition: ToolDefinition) -> None:
    """Add a tool as a command that prints for a person. Required arguments may also be given by position."""
    parameters = definition.signature.parameters
    required = [n for n, p in parameters.items() if p.default is inspect.Parameter.empty]

    def command(values: list[str] | None = None, **options: Any) -> None:
        from rich.console import Console
        from rich.markdown import Markdown

        given = {name: value for name, value in options.items() if value is not None}
        open_names = [n for n in required if n not in given]
        given |= dict(zip(open_names, values or [], strict=False))
        for name, value in given.items():
            if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
                value = value[0] if value[0][:1] in ("[", "{") else value
            if isinstance(value, str) and value[:1] in ("[", "{"):
                given[name] = parse_json_value(value)
        console = Console()
        try:
            with console.status(definition.title) as status:

                def tell(done: float, total: float | None, message: str) -> None:
                    status.update(f"{definition.title}: {message}")

                result = run_tool(definition, given, tell)
        except PaperImplementerError as error:
            _fail(error)
            return
        text = definition.render(result)
        console.print(Markdown(text) if console.is_terminal else text, markup=False, soft_wrap=True)

    positional = inspect.Parameter(
        "values",
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[
            list[str] | None, typer.Argument(help=f"{', '.join(required)}, in this order", metavar="[VALUE]...")
        ],
    )
    command.__signature__ = inspect.Signature([positional, *(_option(p) for p in parameters.values())])  # type: ignore[attr-defined]
    command.__annotations__ = {}
    command.__doc__ = definition.description
    app.command(name=definition.name, rich_help_panel="Tools")(command)


def parse_json_value(text: str) -> Any:
    """JSON where it is JSON, else the text: `[1, 2]` is a list, `[1` a name."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def main() -> None:
    """Run the command line. The tools become commands only when one of them is asked for."""
    if not (len(sys.argv) > 1 and sys.argv[1] in ("serve", "doctor", "call", "knowledge")):
        from .definitions import TOOLS

        for definition in TOOLS:
            _command(definition)
    try:
        with knowledge_read():
            app()
    except PaperImplementerError as error:
        _fail(error)
