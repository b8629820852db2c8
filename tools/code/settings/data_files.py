"""Settings in YAML, JSON, TOML and gin files, with their lines; bounded against alias bombs and deep nesting."""

from __future__ import annotations

import ast
import math
import re
import tomllib
from dataclasses import dataclass

from pydantic import JsonValue

from .literals import Unknown, evaluate
from .model import Origin, RawSetting

MAX_SETTINGS = 5_000
MAX_DEPTH = 40
MAX_TEXT = 2_000_000
_NUMBER = re.compile(r"[-+]?(\d[\d_]*)?\.?\d*([eE][-+]?\d+)?")
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None, "none": None, "~": None, "": None}


def scalar(text: str) -> JsonValue:
    """A plain word as a value: numbers in any notation (`1e-4` too), true, false, null, else text."""
    word = text.strip()
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    if len(word) < 40 and any(c.isdigit() for c in word) and _NUMBER.fullmatch(word):
        digits = word.replace("_", "")
        try:
            return int(digits)
        except ValueError:
            number = float(digits)
            return number if math.isfinite(number) else word
    if word[0] in "([" and word[-1] in ")]":
        return _sequence(word)
    return word


def _sequence(word: str) -> JsonValue:
    """A tuple or list written as Python, as yacs and absl read it; the text where it is none."""
    try:
        value = evaluate(ast.parse(word, mode="eval").body, {})
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return word
    return word if isinstance(value, Unknown) else value


def settings_of_data(file: str, text: str) -> list[RawSetting]:
    """The leaves of a configuration file; nothing for one that cannot be read or is no mapping."""
    if len(text) > MAX_TEXT:
        return []
    if file.lower().endswith(".toml"):
        return _toml(file, text)
    if file.lower().endswith(".gin"):
        return _gin(file, text)
    origin: Origin = "json" if file.lower().endswith(".json") else "yaml"
    root = _compose(text.replace("\t", " ") if origin == "json" else text)
    return _leaves(file, root, origin) if root is not None else []


@dataclass
class _Node:
    """A node of a YAML document: a scalar `value`, or `items` (with names, for a mapping)."""

    line: int
    value: JsonValue = None
    items: list[tuple[str, _Node]] | None = None
    mapping: bool = False


def _compose(text: str) -> _Node | None:
    """Read the first document, by its events: no recursion, and an alias is a reference, not a copy."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    anchors: dict[str, _Node] = {}
    stack: list[_Node] = []
    pending: list[str | None] = []
    root: _Node | None = None
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
                pending.pop()
                continue
            if not isinstance(event, yaml.NodeEvent) or event.start_mark is None:
                continue
            line, anchor = event.start_mark.line + 1, event.anchor or ""
            if isinstance(event, yaml.AliasEvent):
                node = anchors.get(anchor) or _Node(line)
            elif isinstance(event, yaml.ScalarEvent):
                node = _Node(line, event.value if event.style else scalar(event.value))
            else:
                node = _Node(line, items=[], mapping=isinstance(event, yaml.MappingStartEvent))
            if anchor and not isinstance(event, yaml.AliasEvent):
                anchors[anchor] = node
            if root is None:
                root = node
            elif stack and stack[-1].items is not None:
                if not stack[-1].mapping:
                    stack[-1].items.append(("", node))
                elif pending[-1] is None:
                    pending[-1] = str(event.value) if isinstance(event, yaml.ScalarEvent) else ""
                else:
                    stack[-1].items.append((pending[-1], node))
                    pending[-1] = None
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append(node)
                pending.append(None)
                if len(stack) > MAX_DEPTH:
                    return None
    except (yaml.YAMLError, UnicodeError):
        return None
    return root


def _leaves(file: str, root: _Node, origin: Origin) -> list[RawSetting]:
    found: list[RawSetting] = []
    stack: list[tuple[str, _Node, int]] = [("", root, 0)]
    steps = 0
    while stack and len(found) < MAX_SETTINGS and steps < 20 * MAX_SETTINGS:
        steps += 1
        path, node, depth = stack.pop()
        if node.items is None:
            if path:
                found.append(_setting(file, path, node.value, node.line, origin))
            continue
        if not node.mapping:
            values = [item.value for _, item in node.items]
            if path and len(values) <= 256 and all(item.items is None for _, item in node.items):
                found.append(_setting(file, path, values, node.line, origin))
                continue
        if depth < MAX_DEPTH:
            for index, (name, item) in reversed(list(enumerate(node.items))):
                inner = path if name == "<<" else f"{path}.{name or index}" if path else name or str(index)
                stack.append((inner, item, depth + 1))
    return found


def _setting(file: str, path: str, value: JsonValue, line: int, origin: Origin) -> RawSetting:
    return RawSetting(name=path.rpartition(".")[2], path=path, value=value, file=file, line=line, origin=origin)


def _toml(file: str, text: str) -> list[RawSetting]:
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := re.match(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(#|$)", line):
            section = header[1].replace('"', "").replace("'", "") + "."
        elif entry := re.match(r"""\s*([\w.\-"']+)\s*=""", line):
            lines.setdefault(section + entry[1].replace('"', "").replace("'", ""), number)
    found: list[RawSetting] = []
    stack: list[tuple[str, object]] = [("", content)]
    while stack and len(found) < MAX_SETTINGS:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack.extend((f"{path}.{name}" if path else str(name), inner) for name, inner in reversed(value.items()))
        elif isinstance(value, bool | int | float | str) or (isinstance(value, list) and _flat(value)):
            at = lines.get(path) or lines.get(path.rpartition(".")[0]) or 1
            found.append(_setting(file, path, value, at, "toml"))
    return found


def _flat(values: list[object]) -> bool:
    return len(values) <= 256 and all(isinstance(v, bool | int | float | str) for v in values)


def _gin(file: str, text: str) -> list[RawSetting]:
    """`Layer.rate = 0.1`, one binding a line."""
    found: list[RawSetting] = []
    for number, line in enumerate(text.split("\n"), 1):
        binding = re.match(r"\s*([\w./]+)\s*=\s*(.+?)\s*(#.*)?$", line)
        if binding and not binding[2].startswith(("@", "%", "[", "(", "{", "\\")):
            path = binding[1].replace("/", ".")
            found.append(_setting(file, path, scalar(binding[2].strip("\"'")), number, "gin"))
    return found[:MAX_SETTINGS]
