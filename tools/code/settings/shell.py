"""Flags that launch scripts pass: `python train.py --lr 3e-4 \\`."""

from __future__ import annotations

import re

from pydantic import JsonValue

from .data_files import scalar
from .model import RawSetting

_FLAG = re.compile(
    r"(?:(?<=\s)|^)--?([A-Za-z][\w.-]*)(?:=|\s+)(\"[^\"\n]*\"|'[^'\n]*'|[^\s\\;|&<>\"']+)|(?:(?<=\s)|^)(\+{0,2}[A-Za-z_][\w./]*)=(\"[^\"\n]*\"|'[^'\n]*'|[^\s\\;|&<>\"']*)"
)
_ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=(\"[^\"\n]*\"|'[^'\n]*'|[^\s;|&<>]*)\s*(?:#.*)?$")
_LAUNCH = re.compile(
    r"\b(python[\d.]*|torchrun|accelerate|deepspeed|srun|mpirun|horovodrun|fairseq-train|t2t-trainer)\b"
)
_SCRIPT = re.compile(r"[\w./-]+\.py\b|-m\s+[\w.]+")


def settings_of_shell(file: str, text: str) -> list[RawSetting]:
    """The flags of each launch command in a shell script, variables of the script filled in."""
    found: list[RawSetting] = []
    variables: dict[str, str] = {}
    for line, command in _commands(text):
        assignment = _ASSIGNMENT.match(command[0]) if len(command) == 1 else None
        if assignment:
            variables[assignment[1]] = assignment[2].strip("\"'")
            continue
        whole = " ".join(command)
        if not _LAUNCH.search(whole):
            continue
        script = _SCRIPT.search(whole)
        seen_script = script is None
        for offset, part in enumerate(command):
            start = 0
            if not seen_script and script is not None and script.group() in part:
                seen_script, start = True, part.index(script.group()) + len(script.group())
            if not seen_script:
                continue
            for flag in _FLAG.finditer(part, start):
                name, raw = (flag[1], flag[2]) if flag[1] else (flag[3].lstrip("+"), flag[4])
                value = _filled(raw.strip("\"'"), variables)
                if value is not None and not (flag[1] and raw.startswith("--")):
                    path = name.replace("-", "_").replace("/", ".")
                    found.append(
                        RawSetting(
                            name=path.rpartition(".")[2],
                            path=path,
                            value=value,
                            file=file,
                            line=line + offset,
                            origin="shell",
                        )
                    )
    return found


def _commands(text: str) -> list[tuple[int, list[str]]]:
    """Each command with its first line; continued lines stay apart, so that a flag keeps its line."""
    commands: list[tuple[int, list[str]]] = []
    current: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line if not line.lstrip().startswith("#") else ""
        current.append(bare.rstrip().removesuffix("\\"))
        if bare.rstrip().endswith("\\") and len(current) < 400:
            continue
        commands.append((number - len(current) + 1, current))
        current = []
    return [*commands, (text.count("\n") + 2 - len(current), current)] if current else commands


def _filled(raw: str, variables: dict[str, str]) -> JsonValue:
    """The value of a flag; None where it depends on a variable that the script does not set."""
    text = re.sub(r"\$\{?(\w+)\}?", lambda m: variables.get(m[1], "\0"), raw)
    return None if "\0" in text or "$" in text or "`" in text else scalar(text)
