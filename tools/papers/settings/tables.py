"""Settings from tables: one row or one column a setting, the other direction its scope.

Cells of result and ablation tables are not settings: a table counts only when it names several keys, and of a table that
also reports results only the rows of named, fully described models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from paper_implementer.knowledge.values import numbers, parse_number, parse_value, plain
from paper_implementer.knowledge.vocabulary import terms

from ..paper import Block
from .mentions import find_names, find_symbols
from .scope import topic_of
from .statements import find_statements


@dataclass(frozen=True)
class Cell:
    """A setting that a table states, with the row as its quote."""

    key: str
    value: JsonValue
    scope: str | None
    quote: str
    label: str = ""


_RESULT = re.compile(
    r"\b(?:acc(?:uracy)?|bleu|ppl|perplexity|error|err|top-?[15]|f1|map|ap|ap50|miou|iou|fid|auc|rouge|score|speedup|wer|test|dev|val|avg|average|loss|em|mse|flops?|latency|throughput|is)\b",
    re.IGNORECASE,
)
SETTINGS = re.compile(
    r"hyper-?param|configuration|settings?\b|architect|training details|model details|recipe|model sizes|specification",
    re.IGNORECASE,
)
"""What the caption of a table of settings speaks of."""
_STOP = {
    "number",
    "of",
    "the",
    "num",
    "no",
    "total",
    "in",
    "per",
    "for",
    "a",
    "value",
    "size",
    "model",
    "peak",
    "n",
    "max",
    "pre",
    "training",
    "finetuning",
    "used",
}


_SHORT_LABELS = {
    "hidden": "model.hidden_size", "clip": "optimizer.gradient_clipping", "opt": "optimizer.name",
    "optim": "optimizer.name", "bs": "training.batch_size", "bsz": "training.batch_size", "act": "activation.function",
    "norm": "norm.type", "ffn": "model.feedforward_size", "embed": "model.embedding_size",
}  # fmt: skip
"""What headings of columns abbreviate, though the words mean more in prose."""


def key_of_label(label: str, local: dict[str, str]) -> tuple[str, int | None] | None:
    """The key, and the element of its list, that the label of a row or column stands for as a whole."""
    text = re.sub(r"\*\*|`|\([^()]*\)|\[[^\]]*\]", " ", plain(label).text).strip(" :*†‡")
    if not text or len(text) > 60 or re.match(r"\d", text):
        return None
    bare = re.sub(r"[{}\s]", "", text)
    if bare in local:
        return local[bare], None
    if bare.lower() in _SHORT_LABELS:
        return _SHORT_LABELS[bare.lower()], None
    for mention in find_symbols(text):
        if mention.end - mention.start >= len(text) - 1:
            return mention.key, mention.part
    counted = [m for m in find_names(text, "counted") if not m.key.startswith(("eval.", "data."))]
    names = [*find_names(text, label=True), *counted]
    for mention in sorted((m for m in names if terms()[m.key].kind != "text"), key=lambda m: m.start - m.end):
        rest = re.findall(r"[^\W\d_]+", (text[: mention.start] + " " + text[mention.end :]).lower())
        left = [word for word in rest if word not in _STOP and len(word) > 1]
        if not left or (mention.end - mention.start) >= 0.65 * len(text):
            return mention.key, mention.part
    return None


_UNITS = [
    (re.compile(r"×\s*10\s*\^\s*\{?9|\(B\)|billions?", re.IGNORECASE), 10**9),
    (re.compile(r"×\s*10\s*\^\s*\{?6|\(M\)|millions?", re.IGNORECASE), 10**6),
    (re.compile(r"×\s*10\s*\^\s*\{?3|\(K\)|thousands?", re.IGNORECASE), 10**3),
]


def _factor(label: str, cell: str) -> int:
    """What a cell is to be multiplied with: "params × 10^6" of its label, unless the cell has its own unit."""
    if re.search(r"\d\s?[kKMB]\b", cell):
        return 1
    return next((factor for pattern, factor in _UNITS if pattern.search(plain(label).text)), 1)


_COUNTS = ("training.", "schedule.", "model.", "attention.", "data.")
"""Keys under which "7/14" is two counts."""


def _value(text: str, key: str, label: str = "") -> JsonValue:
    """What a cell under a label states for a key, or None where it cannot be a value of it."""
    term = terms()[key]
    value = parse_value(re.sub(r"\*\*|`|[†‡]", "", text), term)
    if term.kind == "choice":
        return value if value in term.choices else None
    if value is None or term.kind in ("text", "boolean"):
        return value if term.kind == "boolean" and isinstance(value, bool) else None
    if re.search(r"\d\s*[×x]\s*$", plain(text).text):
        return None
    either = re.fullmatch(r"\s*(\d+)\s?/\s?(\d+)\s*", plain(text).text)
    if either and term.kind != "fraction" and isinstance(value, float) and value < 1 and key.startswith(_COUNTS):
        return [int(either[1]), int(either[2])]
    if isinstance(value, list) and term.kind != "list" and not re.search(r"[,/|{;]", text):
        return None
    if isinstance(value, str):
        found = [n.value for n in numbers(plain(value).text)]
        if len(found) != 1 or len(value) > 30:
            return None
        value = found[0]
    factor = _factor(label, text)
    if factor != 1 and isinstance(value, int | float):
        value = round(value * factor)
    low, high = term.range or (0, float("inf"))
    every = value if isinstance(value, list) else [value]
    whole = int if term.kind == "integer" else (int, float)
    return value if all(isinstance(v, whole) and low <= v <= high for v in every) else None


def _quote(block: Block, row: list[str], label: str, value: str) -> str:
    """The row as the block prints it, else the label with the value, else the value alone; verbatim."""
    cells = [c for i, c in enumerate(row) if c and (i == 0 or c != row[i - 1])]
    printed = block.verbatim or block.text
    beside = cells[cells.index(label) :] if label in cells else cells
    after = row[row.index(label) :] if label in row else row
    found = [_verbatim(printed, " ".join(w)) for w in (after, beside, row, cells, [label, value], [value], [label])]
    # Rows whose cells are not level run over lines of the block that need not follow one another on the page.
    level = (quote for quote in found if quote and quote.count("\n") < 2)
    return next(level, None) or next(filter(None, found), None) or label or value


def _verbatim(text: str, wanted: str) -> str | None:
    """The piece of a text that has the letters and digits of another, whatever stands between them."""
    letters = [(i, c) for i, c in enumerate(text) if c.isalnum()]
    folded = "".join(c for _, c in letters)
    sought = "".join(c for c in wanted if c.isalnum())
    at = folded.find(sought) if sought else -1
    if at < 0 or (len(sought) < 3 and folded.count(sought) > 1) or (sought.isdigit() and len(sought) < 3):
        return None
    start, end = letters[at][0], letters[at + len(sought) - 1][0] + 1
    while start and not text[start - 1].isspace() and not text[start - 1].isalnum():
        start -= 1
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return text[start:end].strip()


def _is_number(cell: str) -> bool:
    return (
        bool(re.fullmatch(r"\W*\d.*", plain(cell).text)) and parse_number(re.sub(r"\*\*|[†‡±].*", "", cell)) is not None
    )


def _header(rows: list[list[str]]) -> tuple[list[str], int]:
    """The labels of the columns, those of several lines joined, and how many rows they take."""
    depth = 1
    for row in rows[1:3]:
        filled = [c for c in row[1:] if c]
        if (
            not filled
            or sum(map(_is_number, filled)) >= 0.4 * len(filled)
            or not any(_is_number(c) for r in rows[depth + 1 :] for c in r)
        ):
            break
        if key_of_label(row[0], {}) or (
            sum(c in r for c, r in zip(row, zip(*rows[:depth], strict=True), strict=False)) < 1 and row[0]
        ):
            break
        depth += 1
    width = min(len(r) for r in rows[:depth])
    return [
        " ".join(dict.fromkeys(c for c in column if c))
        for column in zip(*(r[:width] for r in rows[:depth]), strict=True)
    ], depth


_TOKENS = re.compile(
    r"\bbatch(?:es)?\b(?: sizes?)?[^.;]{0,40}\btokens\b|\btokens (?:per|a|/|in each) (?:mini-?)?batch", re.IGNORECASE
)


def find_in_table(block: Block, local: dict[str, str]) -> Iterator[Cell]:
    """The settings that the cells of a table state; a batch is one of tokens where label or caption says so.

    **Arguments:**

    - `local`: symbols that this paper gives to keys.
    """
    for cell in _cells(block, local):
        counted = cell.key == "training.batch_size" and (
            _TOKENS.search(block.caption or "") or "token" in cell.label.lower()
        )
        yield replace(cell, key="training.batch_tokens") if counted else cell


def _cells(block: Block, local: dict[str, str]) -> Iterator[Cell]:
    rows = [[cell.strip() for cell in row] for row in block.rows or []][:200]
    rows = [row for row in rows if any(row)]
    while len(rows) > 2 and len({c for c in rows[0] if c}) == 1 and len({c for c in rows[1] if c}) > 2:
        rows = rows[1:]  # a title over all columns
    if len(rows) < 2 or min(len(row) for row in rows) < 2:
        return
    described = bool(SETTINGS.search(block.caption or ""))
    in_column = [sum(key_of_label(r[j], local) is not None for r in rows) for j in range(min(3, len(rows[0]) - 1))]
    at = max(range(len(in_column)), key=lambda j: (in_column[j], -j))
    header, depth = _header(rows)
    keys = [key_of_label(c, local) for c in header]
    heads = len({k for k in keys if k})
    numeric = sum(any(_is_number(c) for c in row[at + 1 :]) for row in rows)
    enough = in_column[at] >= max(2, heads, 0 if described else 0.4 * numeric)
    if enough or (in_column[at] == 1 and described and heads < 2):
        yield from _by_rows(block, rows, at, local)
    elif heads >= 2:
        reports = sum(bool(_RESULT.search(c)) for c, key in zip(header, keys, strict=True) if not key)
        if not reports or heads >= max(3, reports + 1):
            yield from _by_columns(block, rows[depth:], header, bool(reports), local)


_MANY = 4
"""More columns than this with different values are one fact with a value for each."""


def _by_rows(block: Block, rows: list[list[str]], at: int, local: dict[str, str]) -> Iterator[Cell]:
    header: list[str] = []
    group = ""
    beside = _beside(rows, at, local)
    for place, row in enumerate(rows):
        label = key_of_label(row[at], local)
        cells = row[at + 1 :]
        filled = list(dict.fromkeys(c for c in row[at:] if c))
        whole = f"{beside[place]} {group}".strip()
        if label is None:
            for cell in dict.fromkeys(c for c in cells if c):
                for found in find_statements(plain(cell).text, local) if "=" in cell else []:
                    yield Cell(found.key, found.value, _scope(whole), _quote(block, row, row[at], cell))
            if len(filled) == 1 and "=" not in filled[0]:
                group = filled[0] if len(filled[0]) < 60 else ""
            elif not any("=" in c or _is_number(c) for c in filled) and any(cells):
                header = cells
            continue
        key = label[0]
        stated = [(i, value) for i, cell in enumerate(cells) if (value := _value(cell, key, row[at])) is not None]
        names = [header[i] if i < len(header) else "" for i, _ in stated]
        groups: dict[str, list[int]] = {}
        for each, (_, value) in enumerate(stated):
            groups.setdefault(repr(value), []).append(each)
        if len(groups) > 1 and len(stated) > _MANY:
            named = all(names) and len(set(names)) == len(names)
            many: JsonValue = (
                {plain(n).text: v for n, (_, v) in zip(names, stated, strict=True)} if named else [v for _, v in stated]
            )
            yield Cell(key, many, _scope(whole), _quote(block, row, row[at], cells[stated[0][0]]), row[at])
            continue
        alone = len([c for c in cells if c]) == 1 and len(cells) > 2
        everywhere = alone or (len(groups) == 1 and len(stated) > 1)
        for places in groups.values():
            columns = "" if everywhere else ", ".join(dict.fromkeys(n for p in places if (n := names[p])))
            column, value = stated[places[0]]
            yield Cell(key, value, _scope(f"{whole} {columns}"), _quote(block, row, row[at], cells[column]), row[at])


def _beside(rows: list[list[str]], at: int, local: dict[str, str]) -> list[str]:
    """For each row what stands in the columns before its label: a label in the middle of several rows holds for all.

    The rows of one such label end where a key comes again.
    """
    names: list[str] = []
    start, seen = 0, set[str]()
    for place, row in enumerate([*rows, None]):
        label = key_of_label(row[at], local) if row else None
        if row is None or (label and label[0] in seen):
            told = [r for r in rows[start:place] if not r[at] or key_of_label(r[at], local)]
            before = [c for r in told for c in r[:at] if c and len(c) < 60]
            names += [" ".join(dict.fromkeys(before))] * (place - start)
            start, seen = place, set()
        if label:
            seen.add(label[0])
    return names


def _scope(text: str) -> str | None:
    """What labels say a value holds for; None where their words are general."""
    shown = plain(text).text.replace("†", "").strip()[:120]
    return shown if topic_of(shown) and not re.fullmatch(r"(?i)values?", shown) else None


def _row_name(header: str, cell: str) -> str:
    """What a row is about: its first cell, with its column where that only says yes or no."""
    shown = plain(cell).text.strip()
    whole = (
        f"{plain(header).text.strip()} {shown}" if shown.lower() in ("true", "false", "yes", "no", "✓", "✗") else shown
    )
    return whole[:120]


def _row_label(header: list[str], row: list[str], keys: list[tuple[str, int | None] | None]) -> str:
    """What a row is about: its first cells that are no settings, two where the second has words of its own."""
    told = [_row_name(header[i], row[i]) for i, key in enumerate(keys[:3]) if not key and re.search(r"\w", row[i])]
    named = list(dict.fromkeys(told[:1] + [name for name in told[1:2] if re.search(r"[A-Za-z]", name)]))
    if named:
        return " ".join(named)[:120]
    return next((_row_name(header[i], row[i]) for i, key in enumerate(keys) if not key and row[i]), "")


def _by_columns(
    block: Block, rows: list[list[str]], header: list[str], reports: bool, local: dict[str, str]
) -> Iterator[Cell]:
    keys = [key_of_label(c, local) for c in header]
    named = [i for i, key in enumerate(keys) if key]
    for row in rows:
        if len(row) != len(keys):
            continue
        label = _row_label(header, row, keys)
        filled = [i for i in named if _value(row[i], (keys[i] or ("", None))[0], header[i]) is not None]
        if reports and (len(filled) < 0.5 * len(named) or not re.search(r"[a-z]{3}", label)):
            continue
        parts: dict[str, dict[int, JsonValue]] = {}
        seen: set[tuple[str, str]] = set()
        for i in filled:
            key, part = keys[i] or ("", None)
            value = _value(row[i], key, header[i])
            if part is not None:
                parts.setdefault(key, {})[part] = value
            elif (key, repr(value)) not in seen:
                seen.add((key, repr(value)))
                yield Cell(key, value, label or None, _quote(block, row, label, row[i]), header[i])
        for key, values in parts.items():
            yield Cell(key, [values[p] for p in sorted(values)], label or None, _quote(block, row, label, row[-1]))
