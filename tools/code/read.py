"""Read code by symbol or by lines, with who calls it and what it calls."""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass
from typing import Any

from paper_implementer.knowledge.facts import Place

from ..errors import BadReference, NotFound
from .codebase import Codebase
from .files import CodeFile, tree
from .model import CodeText
from .outline import Definition, definitions
from .relations import callees, callers
from .syntax import parse

MAX_CHARACTERS = 25_000


@dataclass(frozen=True)
class _Found:
    file: CodeFile
    node: Definition
    symbol: str


def read_code(
    codebase: Codebase, symbol: str | None = None, file: str | None = None, lines: str | None = None
) -> CodeText:
    """Read one class or function, or lines of a file.

    **Arguments:**

    - `symbol`: `Class`, `function`, `Class.method`, or with its module in front (`models.vit.Attention`); together
      with `file`, the one in that file.
    - `lines`: `10-40`, `12` or `12-`, counted from 1; without a symbol.

    **Raises:** `NotFound` with the nearest names; `BadReference` for neither symbol nor file, and for lines that are none.
    """
    if symbol is None and file is None:
        raise BadReference("Neither a symbol nor a file was given.", "Give symbol, or file with lines.")
    files = tree(codebase.root).files
    if file is not None:
        chosen = [f for f in files if f.name == file.removeprefix("./")] or [
            f for f in files if f.name.endswith("/" + file.removeprefix("./"))
        ]
        if not chosen:
            near = difflib.get_close_matches(file, [f.name for f in files], n=3)
            nearest = f" Nearest: {', '.join(near)}." if near else ""
            raise NotFound(f"{codebase.id} has no file {file}.{nearest}", "open_code lists what it has.")
        if symbol is None:
            return _lines(chosen[0], lines)
    else:
        chosen = files
    return _symbol(
        codebase,
        symbol or "",
        [f for f in chosen if f.name.endswith(".py")],
        [f for f in files if f.name.endswith(".py")],
    )


def read_code_of(codebase: dict[str, Any], symbol: str | None, file: str | None, lines: str | None) -> dict[str, Any]:
    """`read_code`, for a worker process."""
    return read_code(Codebase.model_validate(codebase), symbol, file, lines).model_dump(mode="json")


def _lines(file: CodeFile, lines: str | None) -> CodeText:
    text = file.text().split("\n")
    if text and not text[-1]:
        text.pop()
    first, last = 1, len(text)
    if lines is not None:
        match = re.fullmatch(r"\s*L?(\d{1,9})\s*(?:([-:,])\s*L?(\d{1,9})?)?\s*", lines)
        if match is None:
            raise BadReference(f"{lines!r} are no lines.", "Use 10-40, 12 or 12-.")
        first = int(match[1])
        last = min(int(match[3]) if match[3] else len(text) if match[2] else first, len(text))
    if not 1 <= first <= max(last, 1) or first > max(len(text), 1):
        raise NotFound(f"{file.name} has {len(text)} lines; {lines!r} lies outside.", "Ask for lines that it has.")
    return _cut("\n".join(text[first - 1 : last]), Place(file=file.name, line=first, end_line=max(first, last)))


def _cut(text: str, place: Place) -> CodeText:
    """The text within the limit; the place says which lines came."""
    if len(text) <= MAX_CHARACTERS:
        return CodeText(text=text, place=place)
    kept = text[:MAX_CHARACTERS].rpartition("\n")[0] or text[:MAX_CHARACTERS]
    return CodeText(
        text=kept, place=place.model_copy(update={"end_line": place.line + kept.count("\n")}), truncated=True
    )


def _symbol(codebase: Codebase, symbol: str, chosen: list[CodeFile], files: list[CodeFile]) -> CodeText:
    wanted = symbol.strip().replace("::", ".").replace(":", ".").removesuffix("()")
    last = wanted.rpartition(".")[2]
    parsed: dict[str, tuple[CodeFile, ast.Module]] = {}
    found: list[_Found] = []
    names: list[str] = []
    for file in chosen:
        text = file.text()
        if last and last in text:
            module = parse(text).module
            parsed[file.name] = (file, module)
            found += [_Found(file, node, owner + node.name) for node, owner in definitions(module) if node.name == last]
    matches = [f for f in found if f.symbol == wanted] or [f for f in found if _with_module(f).endswith("." + wanted)] or [
        f for f in found if f.symbol.endswith("." + wanted)
    ]  # fmt: skip
    if not matches and (constant := _constant(wanted, parsed)):
        return constant
    if not matches:
        for file in chosen[:2000]:
            names += [owner + node.name for node, owner in definitions(parse(file.text()).module)]
        raise NotFound(f"{codebase.id} has no {symbol}.{_nearest(wanted, names)}", "open_code lists what it has.")
    matches.sort(key=lambda f: (not isinstance(f.node, ast.ClassDef), f.file.name.count("/"), f.file.name))
    best = matches[0]
    first = min([best.node.lineno, *(d.lineno for d in best.node.decorator_list)])
    end = best.node.end_lineno or best.node.lineno
    text = "\n".join(best.file.text().split("\n")[first - 1 : end])
    place = Place(file=best.file.name, line=first, end_line=end, symbol=best.symbol)
    result = _cut(text, place)
    module = parsed[best.file.name][1]
    return result.model_copy(
        update={
            "callers": callers(best.file, best.node, files),
            "callees": callees(best.file, best.node, best.symbol, module, files),
        }
    )


def _constant(name: str, parsed: dict[str, tuple[CodeFile, ast.Module]]) -> CodeText | None:
    """The assignment that makes a constant of a module or a field of a class."""
    owner, _, last = name.rpartition(".")
    for file, module in parsed.values():
        bodies = [
            ("", module.body),
            *((o + n.name, n.body) for n, o in definitions(module) if isinstance(n, ast.ClassDef)),
        ]
        for inside, body in bodies:
            for node in body:
                targets = (
                    node.targets
                    if isinstance(node, ast.Assign)
                    else [node.target]
                    if isinstance(node, ast.AnnAssign)
                    else []
                )
                if any(isinstance(t, ast.Name) and t.id == last for t in targets) and (
                    not owner or inside.endswith(owner)
                ):
                    end = node.end_lineno or node.lineno
                    text = "\n".join(file.text().split("\n")[node.lineno - 1 : end])
                    symbol = f"{inside}.{last}".lstrip(".")
                    return _cut(text, Place(file=file.name, line=node.lineno, end_line=end, symbol=symbol))
    return None


def _with_module(found: _Found) -> str:
    return "." + found.file.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") + "." + found.symbol


def _nearest(name: str, names: list[str]) -> str:
    """ " Nearest: ..." for names that look or sound like it."""
    last = name.rpartition(".")[2].lower()
    by_lower: dict[str, str] = {}
    for known in names:
        by_lower.setdefault(known.lower(), known)
        by_lower.setdefault(known.rpartition(".")[2].lower(), known)
    near = difflib.get_close_matches(last, list(by_lower)[:50_000], n=5, cutoff=0.6)
    near += [k for k in by_lower if last and last in k and k not in near][:5]
    listed = list(dict.fromkeys(by_lower[n] for n in near))[:5]
    return f" Nearest: {', '.join(listed)}." if listed else ""
