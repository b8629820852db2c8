"""What a repository's own files set of a model's configuration: YAML, JSON, and the options of scripts."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import yaml

from .calls import literal
from .candidates import called
from .sources import parse_all, within

MAX_CONFIGS = 200
MAX_CONFIG_BYTES = 2**15
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONFIG_FOLDERS = ("configs", "config", "conf", "cfgs", "options", "experiments")
_CONFIG_NAMES = {"config", "cfg", "conf", "args", "hparams", "hp", "opt", "opts", "options", "params", "FLAGS"}


def configuration_of(definition: ast.ClassDef, file: Path, folder: Path) -> tuple[dict[str, Any], str | None]:
    """Find what sets the most of what a class reads from its one configuration: a YAML or JSON file, or the options of a script.

    Of several that set as much, the one with the smallest numbers: this is for a short run.
    """
    wanted = {chain for node in ast.walk(definition) if (chain := _chain(node))}
    if not wanted:
        return {}, None
    places = [folder / name for name in ("", *_CONFIG_FOLDERS)]
    written = [f for place in places for f in sorted(place.glob("*")) if f.suffix in (".yml", ".yaml", ".json")]
    written = [f for f in written if within(f, folder)]
    scripts = dict.fromkeys((file, *(f for f in sorted(folder.glob("*.py")) if within(f, folder))))
    sources = [*((f, _values(f)) for f in written[:MAX_CONFIGS])]
    sources += [(f, _options(tree)) for f, tree in parse_all([*scripts], skip_broken=True).items()]
    best: tuple[int, int, dict[str, Any], str | None] = (0, 0, {}, None)
    for source, values in sources:
        found = [value[0] for chain in wanted if (value := _at(values, chain))]
        size = sum(value for value in found if type(value) is int)
        if found and (len(found), -size) > best[:2]:
            best = (len(found), -size, values, str(source.relative_to(folder)))
    return best[2], best[3]


def _options(tree: ast.Module) -> dict[str, Any]:
    """Defaults of the command-line options of a script (argparse), by the names that its code reads."""
    options: dict[str, Any] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or called(node) != "add_argument":
            continue
        flags = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        given = {k.arg: literal(k.value, {}) for k in node.keywords if k.arg}
        named = given.get("dest")
        long = next((flag for flag in flags if flag.startswith("--")), flags[0] if flags else None)
        action = given.get("action")
        default = given.get("default") or (
            (action[0] == "store_false",) if action and "store" in str(action[0]) else None
        )
        if default and (named or long):
            options[named[0] if named else str(long).lstrip("-").replace("-", "_")] = default[0]
    return options


def _chain(node: ast.AST) -> tuple[str, ...]:
    """`("model", "width")` for `config.model.width`; empty for what is read from nothing like a configuration."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if (
        not names
        or not isinstance(node, ast.Name)
        or node.id not in ("config", "cfg", "conf", "args", "hparams", "opt")
    ):
        return ()
    return tuple(reversed(names))


def _at(values: Any, chain: tuple[str, ...]) -> tuple[Any] | None:
    """What nested settings hold at a chain of names, in a tuple of its own; None where they do not."""
    for name in chain:
        if not isinstance(values, dict) or name not in values:
            return None
        values = values[name]
    return (values,)


def _values(file: Path) -> dict[str, Any]:
    if file.stat().st_size > MAX_CONFIG_BYTES:
        return {}
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        # Aliases can make a small file huge.
        values = {} if "&" in text and "*" in text and file.suffix != ".json" else yaml.load(text, Loader=_LOADER)
        json.dumps(values)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
