"""Python source to `ast`, for any source: Python 2, unfinished or broken code keeps all statements that can be read."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_REPAIRS = 60


@dataclass(frozen=True)
class Parsed:
    """A module, and the lines of the statements that could not be read."""

    module: ast.Module
    broken: tuple[int, ...] = ()


def parse(text: str) -> Parsed:
    """Parse Python; statements that are no Python 3 become `pass`, all others keep their lines."""
    try:
        return Parsed(_parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _salvage(text)


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _salvage(text: str) -> Parsed:
    lines = text.replace("\0", " ").expandtabs(8).split("\n")
    root = _tree("\n".join(lines))
    broken: set[int] = set()
    for first, last in _python2_statements(root):
        _blank(lines, first, last)
        broken.add(first + 1)
    for _ in range(MAX_REPAIRS):
        try:
            return Parsed(_parse("\n".join(lines)), tuple(sorted(broken)))
        except SyntaxError as error:
            line = min(max((error.lineno or 1) - 1, 0), len(lines) - 1)
            if isinstance(error, IndentationError) and "expected an indented block" in str(error):
                previous = max((i for i in range(line) if lines[i].strip()), default=0)
                lines[previous] += " pass"
                continue
            while line > 0 and not lines[line].strip():
                line -= 1
            first, last = _statement_at(root, lines, line)
            _blank(lines, first, last)
            broken.add(first + 1)
        except (ValueError, RecursionError, MemoryError):
            break
    return Parsed(ast.Module(body=[], type_ignores=[]), tuple(sorted(broken)) or (1,))


def _blank(lines: list[str], first: int, last: int) -> None:
    """Replace a statement by one that does nothing; a line that opens a block stays one that does."""
    indent = re.match(r"\s*", lines[first])
    head = indent.group() if indent else ""
    word = lines[first].strip()
    if re.match(r"except\b.*:", word):
        replacement = "except Exception:"
    elif word.endswith(":") and re.match(r"(if|elif|else|for|while|with|def|class|try|finally)\b", word):
        replacement = "elif 1:" if word.startswith("elif") else "if 1:"
    else:
        replacement = "pass"
    already = lines[first].strip() == replacement
    for index in range(first, last + 1):
        lines[index] = ""
    lines[first] = "" if already else head + replacement


def _python2_statements(root: Node) -> list[tuple[int, int]]:
    """First and last line of each statement that only Python 2 knows."""
    found: list[tuple[int, int]] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in ("print_statement", "exec_statement"):
            found.append((node.start_point[0], node.end_point[0]))
        else:
            stack.extend(node.children)
    return found


def _statement_at(root: Node, lines: list[str], line: int) -> tuple[int, int]:
    """First and last line of the innermost simple statement that covers a line; of compound ones the line alone."""
    column = len(lines[line]) - len(lines[line].lstrip())
    node = root.descendant_for_point_range((line, column), (line, column))
    while node is not None:
        if node.type.endswith("_statement") and node.child_by_field_name("body") is None and node.type not in _COMPOUND:
            first, last = node.start_point[0], min(node.end_point[0], node.start_point[0] + 200)
            # A statement that was blanked already and still does not parse: the line itself is at fault.
            return (first, last) if lines[first].strip() != "pass" else (line, line)
        node = node.parent
    return line, line


_COMPOUND = {"if_statement", "for_statement", "while_statement", "try_statement", "with_statement", "match_statement"}


def _tree(text: str) -> Node:
    import tree_sitter_python
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_python.language())).parse(text.encode("utf-8", "replace")).root_node
