"""Which number belongs to which key: the syntax between a name and a value.

A value belongs to a name when only words of linkage stand between them ("learning rate was initially set to 0.1"), to a
counted noun when it precedes it ("6 identical layers"), to a symbol after an equals sign; "A and B of 1 and 2,
respectively" goes pairwise. Every number is used once, by its closest reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pydantic import JsonValue

from paper_implementer.knowledge.values import Number
from paper_implementer.knowledge.vocabulary import terms

from .mentions import Form, Mention, find_names, find_numbers, find_symbols, stem


@dataclass(frozen=True)
class Statement:
    """A key and its value at a span of a sentence; `searched` when the values are candidates of a search."""

    key: str
    value: JsonValue
    start: int
    end: int
    unit: str | None = None
    part: int | None = None
    searched: bool = False
    form: Form = "name"


_LINKS = set(
    ["of", "is", "are", "was", "were", "be", "been", "being", "to", "at", "as", "from", "with", "by", "a", "an", "the", "both", "each", "either", "that", "which", "set", "fixed", "equal", "equals", "equaled", "kept", "chosen", "held", "start", "starts", "started", "starting", "initialized", "initialised", "initial", "initially", "limited", "restricted", "clipped", "capped", "tuned", "selected", "found", "used", "use", "using", "take", "taken", "employ", "adopt", "apply", "value", "values", "rate", "rates", "size", "sizes", "parameter", "parameters", "coefficient", "coefficients", "factor", "probability", "probabilities", "ratio", "weight", "weights", "threshold", "strength", "constant", "fixed", "uniform", "peak", "maximum", "max", "minimum", "default", "same", "always", "simply", "just", "only", "usually", "typically", "generally", "empirically", "respectively", "respective", "approximately", "about", "around", "roughly", "nearly", "almost", "up", "least", "most", "than", "over", "exactly", "total", "global", "effective", "single", "decoupled", "linear", "hyperparameter", "hyperparameters", "setting", "settings", "range", "ranges", "ranging", "interval", "between", "among", "swept", "sweep", "searched", "search", "grid", "over", "follows", "following", "i", "e", "eg", "number", "denoted", "namely", "where", "so", "hence", "thus", "where", "gradient", "norm", "gradients", "if", "else", "large", "small", "relatively", "low", "high", "resulting", "corresponding", "ranged", "chose", "pick", "picked", "picking", "varied", "vary", "varying", "scaled", "further"]
)
_RATE = re.compile(
    r"(?:with|at|of|,)?\s*(?:an?|the)?\s*(?:dropout |drop )?(?:rate|probability|value|ratio|prob\.?|strength|coefficient|weight)\s*(?:of|=|is|was|being|set to|:)\s*$|,?\s*with\s+[^\W\d](?:_\{?\w+\}?)?\s*=\s*$",
    re.IGNORECASE,
)
_SYMBOL_GAP = re.compile(
    r"^\s*\)?\s*(?:(?:=|:|≈|≡|:=|∈|←|~|≤)\s*|(?:(?:is|are|was|were|be)\s+)?(?:set|fixed|equal|equals|kept)\s+(?:to|at)\s+|of\s+|to\s+|is\s+|at\s+)(?:about |approximately )?[\[{(]?\s*$"
)
_INTERVAL = re.compile(r"\[\s*[\d.]+\s*,\s*[\d.]+\s*\)|\(\s*[\d.]+\s*,\s*[\d.]+\s*\]|\[0,\s*1\]")
_CHAIN = re.compile(r"^\s*(?:=\s*[^\W\d][\w{}/√]*\s*){1,3}=\s*$")
_BETWEEN_VALUES = re.compile(
    r"^\s*(?:[,;/|]|,?\s*(?:and|or|to|through)\b|,?\s*\.\.\.|…|–|-|−)\s*(?:…\s*,?\s*)?(?:or |and )?\s*$"
)
_SEARCH = re.compile(
    r"\b(?:sweep|swept|search|searched|tune|tuned|tuning|grid|candidate|candidates|among|choose from|chosen from|selected from|range|ranges|ranging|between|∈|explored?|vary|varied|varying|try|tried|experimented)\b|∈"
)
_COUNT_GAP = re.compile(r"^\s*[-–]?\s*(?:[A-Za-z][\w-]*[\s-]+){0,3}$")
_STEPS = r"(?:steps|iterations|updates|iters|training steps|training iterations|batches|mini-?batches|gradient steps|optimizer steps)"
_UNITS = [
    (re.compile(rf"^\s*k?\s*(?:[a-z-]+\s+)?{_STEPS}\b"), "steps"),
    (re.compile(r"^[\s-]*(?:[a-z-]+\s+)?epochs?\b"), "epochs"),
    (re.compile(r"^[\s-]*(?:[a-z-]+\s+){0,2}tokens?\b"), "tokens"),
    (re.compile(r"^\s*(?:[a-z-]+\s+)?(?:images|crops)\b"), "images"),
    (re.compile(r"^\s*(?:[a-z-]+\s+){0,3}sequences\b"), "sequences"),
    (re.compile(r"^\s*(?:[a-z-]+\s+)?(?:sentences|sentence pairs)\b"), "sentences"),
    (re.compile(r"^\s*(?:[a-z-]+\s+)?(?:samples|examples)\b"), "examples"),
    (re.compile(r"^[\s-]*(?:hours?|hrs?)\b"), "hours"),
    (re.compile(r"^[\s-]*days?\b"), "days"),
    (re.compile(r"^[\s-]*(?:pixels|px)\b"), "pixels"),
]
_BY_UNIT = {
    ("schedule.warmup_steps", "epochs"): "schedule.warmup_epochs",
    ("schedule.warmup_steps", "tokens"): "schedule.warmup_tokens",
    ("schedule.warmup_epochs", "steps"): "schedule.warmup_steps",
    ("training.batch_size", "tokens"): "training.batch_tokens",
    ("training.steps", "epochs"): "training.epochs",
    ("training.epochs", "steps"): "training.steps",
    ("model.parameters", "tokens"): "training.tokens",
}


def _links(gap: str, form: str) -> int | None:
    """How many words of linkage a gap has; None when it holds anything else."""
    if len(gap) > 90 or re.search(r"[;!?]|\.\s|\bnot\b", gap):
        return None
    stripped = re.sub(r"\([^()]{0,40}\)|\[[\d,\s]+\]", " ", gap)
    words = re.findall(
        r"[^\W\d_]+", re.sub(r"[α-ωϵ√]\w*|\b[A-Za-z](?:_\{?\w+\}?)?(?=\s*=)|\b[a-z]_\{?\w+\}?", " ", stripped)
    )
    if any(word.lower() not in _LINKS and stem(word) not in _LINKS for word in words):
        return None
    if not words and not re.search(r"[=:≈∈(\[{~,|≤]|^\s*$|^\s+$", stripped):
        return None
    if "," in stripped and not words and form == "name":
        return 5
    return len(words)


def _unit(text: str, end: int) -> str | None:
    tail = text[end : end + 40].lower()
    return next((unit for pattern, unit in _UNITS if pattern.match(tail)), None)


@dataclass(frozen=True)
class _Group:
    """Values that stand together: one number, a bracket, or "a, b and c"."""

    numbers: tuple[Number, ...]

    @property
    def start(self) -> int:
        return self.numbers[0].start

    @property
    def end(self) -> int:
        return self.numbers[-1].end

    @property
    def value(self) -> JsonValue:
        values: list[JsonValue] = [n.value for n in self.numbers]
        return values[0] if len(values) == 1 else values


def _groups(text: str, found: list[Number], mentions: list[Mention]) -> list[_Group]:
    """Numbers joined by commas, "and", "to" or brackets where no name stands between."""
    groups: list[list[Number]] = []
    for number in found:
        if re.match(r"[^\[\]()]{0,12}[\])]", text[number.start :]) and _INTERVAL.search(text[max(0, number.start - 12) : number.end + 12]):
            continue
        if groups:
            gap = text[groups[-1][-1].end : number.start]
            if _BETWEEN_VALUES.match(gap) or re.fullmatch(r"\s*[×x]\s*", gap):
                groups[-1].append(number)
                continue
        groups.append([number])
    return [_Group(tuple(g)) for g in groups]


_UNMIXED = {"model.kernel_size", "data.image_size", "model.patch_size", "data.input_size"}


def plausible(key: str, number: Number, text: str) -> bool:
    """Whether a number of a text can be a value of a key at all."""
    term, value = terms()[key], number.value
    in_words = text[number.start].isalpha()
    if term.kind in ("choice", "boolean", "text"):
        return False
    if term.range and not term.range[0] <= value <= term.range[1]:
        return False
    if term.kind == "integer":
        return isinstance(value, int) and value >= 0 and not number.percent
    if term.kind == "fraction":
        return 0 <= value <= 1 and not in_words
    return not (in_words and key != "training.epochs") and not (
        number.percent and key.startswith(("training.", "optimizer.learning"))
    )


def find_statements(text: str, local_symbols: dict[str, str] | None = None) -> list[Statement]:
    """The settings with numbers that one plain sentence states.

    **Arguments:**

    - `local_symbols`: symbols that this paper gives to keys.
    """
    found = find_numbers(text)
    if not found:
        return []
    names, symbols = find_names(text), find_symbols(text, local_symbols)
    counted = find_names(text, "counted")
    groups = _groups(text, found, names)
    mentions = sorted([*names, *symbols], key=lambda m: (m.end, m.start))
    claims: list[tuple[float, _Group, Number | None, Mention]] = []
    for group in groups:
        for mention in symbols:
            gap = text[mention.end : group.start]
            if mention.end <= group.start and (_SYMBOL_GAP.match(gap) or _CHAIN.match(gap)):
                if not re.search(r"[/√*·^+]\s*\{?$", text[: mention.start]):
                    claims.append((0, group, None, mention))
        for mention in names:
            if not any(mention.end <= n.start < group.start for n in found):
                claims += _claims_of_name(text, mention, group, mentions)
        for number in group.numbers:
            for mention in counted:
                gap = text[number.end : mention.start]
                if mention.start >= number.end and _COUNT_GAP.match(gap) and not _blocked(gap):
                    between = sum(1 for n in found if number.end <= n.start < mention.start)
                    if mention.key == "model.layers" and _minor(text, number, mention):
                        continue
                    if (mention.key in _SQUARE) != _is_square(text, number) and mention.key != "data.input_size":
                        continue
                    if (
                        not between
                        and not _PARTIAL.search(text[: number.start])
                        and not _PARTIAL.search(text[: group.start])
                    ):
                        claims.append((1 + len(gap.split()) * 0.6, _Group((number,)), number, mention))
    statements = _respectively(text, groups, mentions)
    used: set[int] = {i for s in statements for i in range(s.start, s.end)}
    for _, group, _, mention in sorted(claims, key=lambda c: (c[0], c[1].start)):
        kept = tuple(n for n in group.numbers if n.start not in used and plausible(mention.key, n, text))
        if len(kept) != len(group.numbers) and (
            not kept or kept[0] is not group.numbers[0] or group.numbers[0].start in used
        ):
            continue
        statement = _statement(text, mention, _Group(kept))
        if statement:
            statements += [statement, *(replace(statement, key=key) for key in _siblings(text, mention))]
            used.update(i for n in kept for i in range(n.start, n.end))
    compared = {
        m.key for m in symbols if len({str(s.value) for s in statements if s.key == m.key and s.part is None}) > 1
    }
    return _join_parts(sorted((s for s in statements if s.key not in compared), key=lambda s: s.start))


_ENDING = re.compile(r"\b(?:terminat|stop|end|finish)\w*\s+(?:the\s+)?(?:training\s+)?(?:at|after)\s+$", re.IGNORECASE)
_SQUARE = {"model.kernel_size", "data.image_size", "model.patch_size"}


def _is_square(text: str, number: Number) -> bool:
    """Whether a number is a side of "5×5"."""
    return bool(re.match(r"\s*[×x]\s*\d", text[number.end :]) or re.search(r"\d\s*[×x]\s*$", text[: number.start]))


def _minor(text: str, number: Number, mention: Mention) -> bool:
    """Whether "two layers" or "2-layer head" is part of a description, or "the 34-layer net" only a name; then not the depth."""
    if re.match(
        r"s?\s+(?:projection|head|mlp|blocks?|bottleneck|perceptron|feed|ffn|classifier|counterpart)",
        text[mention.end :],
        re.IGNORECASE,
    ):
        return True
    if text[number.end : mention.start].strip() in ("-", "–"):
        return not re.search(
            r"\b(?:train\w*|use[sd]?|using|with|employ\w*|is|adopt\w*|implement\w*|buil[dt]|on)\s+an?\s+(?:[\w-]+\s+)?$",
            text[: number.start],
        )
    in_words = not text[number.start].isdigit()
    return in_words and not re.search(
        r"hidden|identical|stack|fully|lstm|transformer|recurrent", text[number.end : mention.end], re.IGNORECASE
    )


_PARTIAL = re.compile(
    r"\b(?:first|last|every|each|per|after|another|additional|next|final|previous|initial|at|within)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_LOWERED = re.compile(r"\b(?:decay|anneal|reduc|decreas|lower|drop)\w*\s+(?:the\s+|our\s+)?$", re.IGNORECASE)
_NO_COUNT = re.compile(
    r"\b(?:sub|of|for|in|on|and|with|to|from|than|over|more|fewer|less|is|are|was|were|points?|times|the|at|by|or|per|dimensional)\b|[-–]?(?:fold|times)\b"
)


def _blocked(gap: str) -> bool:
    return bool(_NO_COUNT.search(gap)) and not re.fullmatch(r"\s*(?:of the|of)?\s*", gap)


_IN_WORDS = {
    "training.epochs",
    "model.layers",
    "attention.heads",
    "eval.runs",
    "model.encoder_layers",
    "model.decoder_layers",
}


def _claims_of_name(
    text: str, mention: Mention, group: _Group, mentions: list[Mention]
) -> list[tuple[float, _Group, Number | None, Mention]]:
    if text[group.start].isalpha() and mention.key not in _IN_WORDS:
        return []
    if mention.end <= group.start:
        gap = text[mention.end : group.start]
        nouns = find_names(text[mention.start : mention.end], "counted")
        bare = any(n.key == mention.key and n.end == mention.end - mention.start and not n.start for n in nouns)
        if re.match(r"\s+of\b", gap) and bare and "size" not in text[mention.start : mention.end] and "number" not in text[max(0, mention.start - 12) : mention.start]:
            return []
        other = any(mention.end < m.end <= group.start and m.key != mention.key and m.form == "name" for m in mentions)
        links = _links(gap, mention.form)
        if gap.strip() == "(" and re.match(r"\s+(?:is|are|means|denotes)\b", text[group.end :]):
            return []
        if links is not None and not other and not re.match(r"\s*\)?\s*$", gap.replace(" ", " ") or "x"):
            return [(1 + links * 0.2 + (1.4 if gap.strip() == "(" else 0), group, None, mention)]
        if links is not None and not other and gap.strip() in ("", ")") and terms()[mention.key].kind != "text":
            return [(2.5, group, None, mention)] if re.match(r"\s", gap) else []
        if len(gap) < 110 and _RATE.search(gap) and not other and "." not in gap.strip(" ."):
            return [(2, group, None, mention)]
        return []
    if group.end <= mention.start and len(group.numbers) <= 3:
        gap = text[group.end : mention.start]
        if _PARTIAL.search(text[: group.start]) or (
            mention.key == "model.layers" and _minor(text, group.numbers[-1], mention)
        ):
            return []
        if (
            re.fullmatch(r"[\s-]*(?:(?:linear|initial|base|peak|global|total|random|mini)\s+)?", gap)
            and mention.form == "name"
        ):
            return [
                (1.5 if terms()[mention.key].kind != "integer" or "batch" in mention.key else 1.9, group, None, mention)
            ]
    return []


def _siblings(text: str, mention: Mention) -> list[str]:
    """The other keys of "residual, embedding and attention dropout", where the last is the mention."""
    head = text[mention.start : mention.end].split()[-1]
    listed = re.search(r"((?:[\w-]+,\s*)*[\w-]+),?\s+(?:and|or|&)\s+$", text[: mention.start])
    if not listed or " " not in text[mention.start : mention.end]:
        return []
    words = re.findall(r"[\w-]+", listed[1])
    found = [find_names(f"{word} {head}") for word in words]
    keys = [m[0].key for m, word in zip(found, words, strict=True) if m and m[0].end - m[0].start > len(word) + 1]
    return [key for key in dict.fromkeys(keys) if key != mention.key]


def _statement(text: str, mention: Mention, group: _Group) -> Statement | None:
    key, unit = mention.key, _unit(text, group.end)
    first = group.numbers[0]
    start, end = min(mention.start, group.start), max(mention.end, group.end)
    key = _BY_UNIT.get((key, unit or ""), key)
    if key == "schedule.warmup_steps" and first.percent:
        key = "schedule.warmup_ratio"
    if (
        key == "training.steps"
        and re.search(r"warm", text[max(0, start - 90) : group.end + 40].lower())
        and not re.search(
            r"\btrain\w*\s+(?:\w+\s+){0,4}for\b|total|up to", text[max(0, start - 60) : start].lower()
        )
    ):
        key = "schedule.warmup_steps"
    if (
        key == "optimizer.learning_rate"
        and _LOWERED.search(text[max(0, start - 30) : start])
        and re.search(r"\bto\s*\W?$", text[mention.end : group.start])
    ):
        key = "schedule.min_learning_rate"
    if key == "training.epochs" and re.match(r"s?\)?\s+(?:of|for|to)\s+(?:[a-z]+\s+)?warm", text[mention.end :].lower()):
        key = "schedule.warmup_epochs"
    if key == "model.feedforward_size" and re.match(r"\s*[×x·]\s*d?_?\{?[a-z]", text[group.end :]):
        key = "model.mlp_ratio"
    if not plausible(key, first, text):
        return None
    value = group.value
    if key == "eval.shots" and text[first.start].isalpha() and not first.value:
        return None
    if isinstance(value, list) and re.search(r"\d\s*[×x]\s*\d", text[group.start : group.end]):
        if key not in _UNMIXED or len(value) > 3:
            return None
        value = value[0] if value[0] == value[-1] else value
    searched = len(group.numbers) > 1 and bool(_SEARCH.search(text[max(0, start - 60) : group.start].lower()))
    return Statement(key, value, start, end, unit or terms()[key].unit, mention.part, searched, mention.form)


def _respectively(text: str, groups: list[_Group], mentions: list[Mention]) -> list[Statement]:
    """ "A and B are set to 1 and 2": as many names as values, each list in one piece."""
    found: list[Statement] = []
    for group in groups:
        if len(group.numbers) < 2:
            continue
        before = [m for m in mentions if m.end <= group.start]
        run: list[Mention] = []
        edge = group.start
        for mention in reversed(before):
            gap = text[mention.end : edge]
            joined = (
                _links(gap, mention.form) is not None
                if not run
                else re.fullmatch(r"\s*(?:,|and|&|/|,\s*and)\s*(?:the\s+)?", gap)
            )
            if not joined:
                break
            run.insert(0, mention)
            edge = mention.start
        distinct = {(m.key, m.part) for m in run}
        if len(run) == len(group.numbers) == len(distinct) and all(
            plausible(m.key, n, text) for m, n in zip(run, group.numbers, strict=True)
        ):
            for mention, number in zip(run, group.numbers, strict=True):
                statement = _statement(text, mention, _Group((number,)))
                if statement:
                    found.append(replace(statement, start=min(mention.start, number.start), end=number.end))
    return [s for s in found]


def _join_parts(statements: list[Statement]) -> list[Statement]:
    """β_1 = 0.9 and β_2 = 0.98 of one sentence become one pair."""
    joined: list[Statement] = []
    for statement in statements:
        previous = next((s for s in reversed(joined) if s.key == statement.key and s.part == 0), None)
        if statement.part == 1 and previous is not None and not isinstance(previous.value, list):
            pair: JsonValue = [previous.value, statement.value]
            joined[joined.index(previous)] = replace(previous, value=pair, end=statement.end, part=None)
        else:
            joined.append(statement)
    return [replace(s, value=s.value) for s in joined]
