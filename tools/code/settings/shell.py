"""Flags that launch commands pass, in shell scripts and in the code blocks of a README: `python train.py --lr 3e-4 \\`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from .data_files import scalar
from .model import RawSetting

MAX_CONTINUED = 400
"""Lines of one command."""
_TOKEN = re.compile(r"""(?:[^\s"'`;|&]|"[^"\n]*"|'[^'\n]*')+""")
_ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=(\"[^\"\n]*\"|'[^'\n]*'|[^\s;|&<>]*)\s*(?:#.*)?$")
_LAUNCH = re.compile(
    r"\b(python[\d.]*|torchrun|accelerate|deepspeed|srun|mpirun|mpiexec|horovodrun|fairseq-train|t2t-trainer)\b"
)
_SCRIPT = re.compile(r"(?<![\w=])[\w./-]+\.py\b|\s-m\s+(?!torch\.distributed)[\w.]+|fairseq-train|t2t-trainer")
_FLAG = re.compile(r"--?([A-Za-z][\w.-]*)(?:=(.*))?")
_PAIR = re.compile(r"\+{0,2}([A-Za-z_][\w./]*)=(.*)")

Token = tuple[str, int]
"""A word, and its line."""


def settings_of_shell(file: str, text: str) -> list[RawSetting]:
    """The flags of each launch command in a shell script, variables of the script filled in."""
    found: list[RawSetting] = []
    variables: dict[str, str] = {}
    for line, command in _commands(text):
        assignment = _ASSIGNMENT.match(command[0]) if len(command) == 1 else None
        if assignment:
            variables[assignment[1]] = assignment[2].strip("\"'")
            tokens = [(t, line) for t in variables[assignment[1]].split()] if "--" in assignment[2] else []
        elif _LAUNCH.search(" ".join(command)):
            tokens = list(_after_script(line, command))
        else:
            continue
        for path, value, at in _flags(tokens, variables):
            name = path.rpartition(".")[2]
            found.append(RawSetting(name=name, path=path, value=value, file=file, line=at, origin="shell"))
    return found


def settings_of_markdown(file: str, text: str) -> list[RawSetting]:
    """The flags of launch commands in code blocks and in backticks; each holds for what its heading says."""
    code: list[str] = []
    headings: list[str] = []
    fenced, heading = False, file.rpartition("/")[2]
    for line in text.split("\n"):
        fence = line.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        if not fenced and (title := re.match(r"#{1,6}\s+(.+)", line)):
            heading = re.sub(r"[*`_]|\[|\]\([^)]*\)", "", title[1]).strip()[:60] or heading
        quoted = re.search(r"`([^`]*\.py [^`]*)`", line)
        code.append("" if fence else line if fenced else quoted[1] if quoted else "")
        headings.append(heading)
    found = settings_of_shell(file, "\n".join(code))
    return [s.model_copy(update={"alternative": headings[s.line - 1]}) for s in found]


def _commands(text: str) -> list[tuple[int, list[str]]]:
    """Each command with its first line; continued lines stay apart, so that a flag keeps its line."""
    commands: list[tuple[int, list[str]]] = []
    current: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = re.sub(r"(^|\s)#.*", "", line).rstrip()
        current.append(bare.removesuffix("\\"))
        if bare.endswith("\\") and len(current) < MAX_CONTINUED:
            continue
        commands.append((number - len(current) + 1, current))
        current = []
    return [*commands, (text.count("\n") + 2 - len(current), current)] if current else commands


def _after_script(line: int, command: list[str]) -> Iterator[Token]:
    """The words that go to the script, not to its launcher."""
    script = _SCRIPT.search(" ".join(command))
    seen = script is None
    for offset, part in enumerate(command):
        start = 0
        if script is not None and not seen and script.group().strip() in part:
            seen, start = True, part.index(script.group().strip()) + len(script.group().strip())
        if seen:
            yield from ((t[0], line + offset) for t in _TOKEN.finditer(part, start))


def _flags(tokens: list[Token], variables: dict[str, str]) -> Iterator[tuple[str, JsonValue, int]]:
    """Yield (name, value, line): `--a 1`, `--a=1`, `a.b=1`, and True for `--a` alone."""
    index = 0
    while index < len(tokens):
        word, line = tokens[index]
        index += 1
        flag, pair = _FLAG.fullmatch(word), _PAIR.fullmatch(word)
        if flag is None and pair is None:
            continue
        name, given = (flag or pair).groups()  # type: ignore[union-attr]
        values = [given] if given is not None else []
        while flag is not None and given is None and index < len(tokens) and not _FLAG.fullmatch(tokens[index][0]):
            values.append(tokens[index][0])
            index += 1
        known = [_filled(v.strip("\"'"), variables) for v in values]
        value = True if not known else known[0] if len(known) == 1 else known
        if value is not None and (len(known) <= 1 or None not in known) and len(known) <= 64:
            yield name.replace("-", "_").replace("/", "."), value, line


def _filled(raw: str, variables: dict[str, str]) -> JsonValue:
    """The value of a flag; None where it depends on a variable that the script does not set."""
    text = re.sub(r"\$\{?(\w+)\}?", lambda m: variables.get(m[1], "\0"), raw)
    return None if "\0" in text or "$" in text or "`" in text else scalar(text)
