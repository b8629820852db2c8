"""Which number belongs to which key: the syntax between a name and a value.

A value belongs to a name when only words of linkage stand between them ("learning rate was initially set to 0.1"), to a
counted noun when it precedes it ("6 identical layers"), to a symbol after an equals sign; "A and B of 1 and 2,
respectively" goes pairwise. Every number is used once, by its closest reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from pydantic import JsonValue

from paper_implementer.knowledge.values import Number
from paper_implementer.knowledge.vocabulary import terms

from .mentions import Form, Mention, find_names, find_numbers, find_symbols
from .syntax import (
    BETWEEN_VALUES,
    INTERVAL,
    LOWERED,
    OPERAND,
    OTHER_RATE,
    RATE,
    SEARCH,
    SYMBOL_CHAIN,
    SYMBOL_GAP,
    is_bare_noun,
    is_counted,
    is_minor,
    is_other_thing,
    is_partial,
    is_square,
    links,
    plausible,
    unit_after,
)


@dataclass(frozen=True)
class Statement:
    """A key and its value at a span of a sentence.

    **Arguments:**

    - `searched`: whether the values are candidates of a search; `linked`: whether a verb joins name and value.
    - `working`: how the value follows from the one that is printed, where that is another quantity.
    """

    key: str
    value: JsonValue
    start: int
    end: int
    unit: str | None = None
    part: int | None = None
    searched: bool = False
    form: Form = "name"
    linked: bool = False
    working: str | None = None


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


@dataclass(frozen=True)
class _Claim:
    """A reading: a mention would have these numbers, at a cost."""

    cost: float
    group: _Group
    mention: Mention


def find_statements(text: str, local_symbols: dict[str, str] | None = None) -> list[Statement]:
    """The settings with numbers that one plain sentence states.

    **Arguments:**

    - `local_symbols`: symbols that this paper gives to keys.
    """
    found = find_numbers(text)
    if not found:
        return []
    names, counted = (
        [m for m in find_names(text, form) if not is_other_thing(text, m)] for form in ("name", "counted")
    )
    symbols = find_symbols(text, local_symbols)
    groups = _groups(text, found)
    mentions = sorted([*names, *symbols], key=lambda m: (m.end, m.start))
    statements = _respectively(text, groups, mentions)
    used = {i for s in statements for i in range(s.start, s.end)}
    claims = [claim for group in groups for claim in _claims(text, group, names, counted, symbols)]
    for claim in sorted(claims, key=lambda c: (c.cost, c.group.start)):
        numbers = claim.group.numbers
        kept = tuple(n for n in numbers if n.start not in used and plausible(claim.mention.key, n, text))
        nearest = numbers[0] if claim.mention.end <= claim.group.start else numbers[-1]
        if nearest not in kept:
            continue
        statement = _statement(text, claim.mention, _Group(kept))
        if statement:
            statements += [statement, *(replace(statement, key=key) for key in _siblings(text, claim.mention))]
            used.update(i for n in kept for i in range(n.start, n.end))
    statements += _distributed(text, groups, statements, used)
    ordered = sorted(statements, key=lambda s: s.start)
    return _join_parts(_without_comparisons(text, _inner_sizes(text, ordered)))


def _inner_sizes(text: str, statements: list[Statement]) -> list[Statement]:
    """ "512 embedding dimensions and 2048 hidden dimensions": beside the width, a larger hidden size is the feed-forward's."""
    widths = [(s, s.value) for s in statements if s.key == "model.hidden_size" and isinstance(s.value, int)]
    embedded = next((value for s, value in widths if "embed" in text[s.start : s.end].lower()), None)
    if embedded is None:
        return statements
    inner = [s for s, value in widths if "hidden" in text[s.start : s.end].lower() and value > embedded]
    return [replace(s, key="model.feedforward_size") if s in inner else s for s in statements]


def _groups(text: str, found: list[Number]) -> list[_Group]:
    """Numbers joined by commas, "and", "to" or brackets; intervals such as [0, 1) left out."""
    groups: list[list[Number]] = []
    for number in found:
        around = text[max(0, number.start - 12) : number.end + 12]
        if re.match(r"[^\[\]()]{0,12}[\])]", text[number.start :]) and INTERVAL.search(around):
            continue
        gap = text[groups[-1][-1].end : number.start] if groups else None
        if gap is not None and (BETWEEN_VALUES.match(gap) or re.fullmatch(r"\s*[×x]\s*", gap)):
            groups[-1].append(number)
        else:
            groups.append([number])
    return [_Group(tuple(g)) for g in groups]


_REACH = 160
"""How far from a number, in characters, a name can stand."""


def _claims(
    text: str, group: _Group, names: list[Mention], counted: list[Mention], symbols: list[Mention]
) -> list[_Claim]:
    """Every reading of a group of numbers, by the mentions around it."""
    found = []
    names, counted, symbols = (
        [m for m in some if group.start - _REACH < m.end and m.start < group.end + _REACH]
        for some in (names, counted, symbols)
    )
    between = sorted([*names, *symbols], key=lambda m: m.start)
    for mention in symbols:
        gap = text[mention.end : group.start]
        linked = mention.end <= group.start and (SYMBOL_GAP.match(gap) or SYMBOL_CHAIN.match(gap))
        if linked and not OPERAND.search(text[: mention.start]):
            found.append(_Claim(0, group, mention))
    for mention in names:
        claim = (
            _value_after(text, mention, group, between)
            if mention.end <= group.start
            else _value_before(text, mention, group)
        )
        found += [claim] if claim else []
    for number in group.numbers:
        for mention in counted:
            if is_counted(text, number, group.start, mention):
                words = len(text[number.end : mention.start].split())
                cost = 1 + words * 0.6 + (0.5 if mention.key.startswith("data.") else 0)
                found.append(
                    _Claim(cost, group if _is_range(text, group, number, mention) else _Group((number,)), mention)
                )
    return found


_RANGED = {"eval.shots", "training.epochs", "training.steps"}


def _is_range(text: str, group: _Group, number: Number, mention: Mention) -> bool:
    """Whether a counted number is the upper end of "3-5 epochs"."""
    if mention.key not in _RANGED or len(group.numbers) != 2 or number is not group.numbers[1]:
        return False
    return text[group.numbers[0].end : number.start] in ("-", "–", "−") and group.numbers[0].value < number.value


_IN_WORDS = {
    "training.epochs", "model.layers", "attention.heads", "eval.runs", "model.encoder_layers", "model.decoder_layers",
}  # fmt: skip
"""Keys whose values are written as words: "six layers"."""


def _value_after(text: str, mention: Mention, group: _Group, mentions: list[Mention]) -> _Claim | None:
    """ "NAME of VALUE", "NAME was set to VALUE", "NAME with a rate of VALUE"."""
    gap = text[mention.end : group.start]
    other = any(
        mention.end < m.end <= group.start
        and m.key != mention.key
        and m.form == "name"
        and _is_numeric(m.key)
        and not (m.key == "model.layers" and is_bare_noun(text, m))
        for m in mentions
    )
    if (
        other
        or (text[group.start].isalpha() and mention.key not in _IN_WORDS)
        or any(c.isdigit() for c in _uncited(gap))
    ):
        return None
    if re.match(r"\s+(?:of|with|at|using|and)\b", gap) and is_bare_noun(text, mention):
        return None
    name = text[mention.start : mention.end].lower()
    if mention.key == "training.batch_size" and "size" not in name and not re.match(r"\s*(?:of|=|:|\()", gap):
        return None
    if re.search(r"\b(?:each|every|per|at|after)\s+$", text[: mention.start]) and is_bare_noun(text, mention):
        return None
    if mention.key.startswith(("optimizer.", "training.")) and _BY.search(gap):
        return None
    if len(group.numbers) == 2 and gap.strip() == "from" and _CHANGED.search(text[: mention.start]):
        return None
    count = links(gap, mention.form)
    if count is None:
        anaphoric = len(gap) < 110 and RATE.search(gap) and "." not in gap.strip(" .") and not OTHER_RATE.search(gap)
        return _Claim(2, group, mention) if anaphoric else None
    if gap.strip() == "(":
        defines = re.match(r"\s+(?:is|are|means|denotes)\b", text[group.end :])
        return None if defines else _Claim(2.4, group, mention)
    if gap.strip() in ("", ")"):
        return _Claim(2.5, group, mention) if gap[:1].isspace() else None
    return _Claim(1 + count * 0.2, group, mention)


def _is_numeric(key: str) -> bool:
    return terms()[key].kind not in ("text", "choice", "boolean")


def _uncited(gap: str) -> str:
    """A gap without citations, sub- and superscripts."""
    return re.sub(r"\[[\d,\s–-]+\]|\([^()]*\)|[_^]\{?\w+\}?|[^\W\d_]\w*", "", gap)


def _value_before(text: str, mention: Mention, group: _Group) -> _Claim | None:
    """ "VALUE NAME": "0.1 dropout", "a 1024 batch size"."""
    gap = text[group.end : mention.start]
    if len(group.numbers) > 3 or mention.start < group.end or is_partial(text[: group.start]):
        return None
    if text[group.start].isalpha() and mention.key not in _IN_WORDS:
        return None
    last = group.numbers[-1]
    if (mention.key == "model.layers" and is_minor(text, last, mention)) or (
        mention.key not in _SIDES and is_square(text, last)
    ):
        return None
    if not re.fullmatch(r"[\s-]*(?:(?:linear|initial|base|peak|global|total|random|mini)\s+)?", gap):
        return None
    whole = terms()[mention.key].kind == "integer" and "batch" not in mention.key
    return _Claim(1.9 if whole else 1.5, group, mention)


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


_BY_UNIT = {
    ("schedule.warmup_steps", "epochs"): "schedule.warmup_epochs",
    ("schedule.warmup_steps", "tokens"): "schedule.warmup_tokens",
    ("schedule.warmup_epochs", "steps"): "schedule.warmup_steps",
    ("training.batch_size", "tokens"): "training.batch_tokens",
    ("training.batch_size", "words"): "training.batch_tokens",
    ("training.steps", "epochs"): "training.epochs",
    ("training.epochs", "steps"): "training.steps",
    ("model.parameters", "tokens"): "training.tokens",
}


_CROP_FROM = 100
"""A patch of so many pixels is a crop of the image, not a token."""
_TOKENS_FROM = 200_000
"""No batch has so many examples; it is counted in tokens."""
_WARMING = re.compile(r"s?\)?\s+(?:(?:of|for|to)\s+)?(?:(?:a|linear|gradual|learning[- ]rate|lr|rate)\s+){0,3}warm")
_CHANGED = re.compile(
    r"\b(?:increas|decreas|reduc|chang|switch|lower|rais|grow|mov|vary)\w*\s+(?:the\s+|our\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s+$")


def _key(text: str, mention: Mention, group: _Group, unit: str | None) -> str:
    """The key that a mention means beside this value and its unit."""
    key = _BY_UNIT.get((mention.key, unit or ""), mention.key)
    before = text[max(0, min(mention.start, group.start) - 60) : min(mention.start, group.start)].lower()
    if key == "schedule.warmup_steps" and group.numbers[0].percent:
        return "schedule.warmup_ratio"
    if key == "training.batch_size" and not unit and min(n.value for n in group.numbers) >= _TOKENS_FROM:
        return "training.batch_tokens"
    if key == "training.steps":
        warming = "warm" in text[max(0, mention.start - 90, group.start - 90) : group.end + 40].lower()
        whole = re.search(r"\btrain\w*\s+(?:\w+\s+){0,4}for\b|total|up to", before)
        return "schedule.warmup_steps" if warming and not whole else key
    if key == "training.epochs" and _WARMING.match(text[mention.end :].lower()):
        return "schedule.warmup_epochs"
    if key == "optimizer.learning_rate" and re.search(r"factor of\s*$", text[mention.end : group.start]):
        return "schedule.decay_factor"
    if key == "optimizer.learning_rate" and LOWERED.search(text[max(0, mention.start - 30) : mention.start]):
        lowered = re.search(r"\bto\s*\W?$", text[mention.end : group.start])
        return "schedule.min_learning_rate" if lowered else key
    if key == "schedule.decay_factor" and re.search(r"average|\bema\b", before):
        return "optimizer.ema_decay"
    if key == "optimizer.momentum" and re.search(r"encoder|teacher|target", text[group.end : group.end + 40]):
        return "optimizer.ema_decay"
    if key == "model.patch_size" and group.numbers[0].value >= _CROP_FROM:
        return "data.image_size"
    if key == "attention.span" and is_square(text, group.numbers[0]):
        return "model.kernel_size"
    if key == "model.feedforward_size" and re.match(r"\s*[×x·]\s*d?_?\{?[a-z]", text[group.end :]):
        return "model.mlp_ratio"
    return key


_WITH_UNITS = ("training.", "schedule.", "data.", "eval.", "model.", "diffusion.")
_SIDES = {"model.kernel_size", "data.image_size", "model.patch_size", "data.input_size"}


def _statement(text: str, mention: Mention, group: _Group) -> Statement | None:
    """What a mention and its numbers state, or None where the numbers cannot be values of its key."""
    unit = unit_after(text, group.end) if mention.key.startswith(_WITH_UNITS) else None
    key = _key(text, mention, group, unit)
    first, value = group.numbers[0], group.value
    if not plausible(key, first, text) or (key == "eval.shots" and text[first.start].isalpha() and not first.value):
        return None
    if key == "optimizer.betas" and mention.part is None and not isinstance(value, list):
        return None
    if isinstance(value, list) and re.search(r"\d\s*[×x]\s*\d", text[group.start : group.end]):
        if key not in _SIDES or len(value) > 3:
            return None
        value = value[0] if value[0] == value[-1] else value
    start, end = min(mention.start, group.start), max(mention.end, group.end)
    linked = mention.form == "name" and bool(
        re.search(r"\b(?:is|are|was|were|be)\b|=", text[mention.end : group.start])
    )
    searched = len(group.numbers) > 1 and bool(SEARCH.search(text[max(0, start - 60) : group.start].lower()))
    return Statement(key, value, start, end, unit or terms()[key].unit, mention.part, searched, mention.form, linked)


def _respectively(text: str, groups: list[_Group], mentions: list[Mention]) -> list[Statement]:
    """ "A and B are set to 1 and 2": as many names as values, each list in one piece."""
    found: list[Statement] = []
    for group in groups:
        run = _run_before(text, group, mentions) if len(group.numbers) > 1 else []
        pairs = list(zip(run, group.numbers, strict=False))
        if len(run) != len(group.numbers) or len({(m.key, m.part) for m in run}) != len(run):
            continue
        if all(plausible(m.key, n, text) for m, n in pairs):
            for mention, number in pairs:
                statement = _statement(text, mention, _Group((number,)))
                found += [replace(statement, start=mention.start, end=number.end)] if statement else []
    return found


_HOLDER = re.compile(r"^\s*(?:%s)?\s*(?:\w+\s+){0,2}?(?:for|on|in|with|to)\s+[^\s,;]")
_NEXT = re.compile(r"(?:,|\band|,\s*and|;|\bbut)\s+(?:(?:a|an|of|use|with|is)\s+){0,2}$")


def _distributed(text: str, groups: list[_Group], found: list[Statement], used: set[int]) -> list[Statement]:
    """The further values of "a length of 64 for A, 128 for B (cited) and 256 for C"."""
    more: list[Statement] = []
    for statement in [s for s in found if s.form == "name" and s.part is None and not isinstance(s.value, list)]:
        last = statement
        for group in groups:
            number = group.numbers[0]
            if group.start < last.end or group.start in used or len(group.numbers) > 1:
                continue
            between = text[last.end : group.start]
            apart = len(between) > 90 or re.search(r"[.!?]\s", re.sub(r"\([^()]*\)|et al\.", "", between))
            if apart or not _HOLDER.match(between) or not _NEXT.search(between) or not _HOLDER.match(text[group.end :]):
                break
            if not plausible(statement.key, number, text):
                break
            last = replace(statement, value=number.value, start=group.start, end=group.end)
            more.append(last)
            used.update(range(number.start, number.end))
    return more


def _run_before(text: str, group: _Group, mentions: list[Mention]) -> list[Mention]:
    """The mentions before a group that only commas and "and" part, the last linked to the group."""
    run: list[Mention] = []
    edge = group.start
    for mention in reversed([m for m in mentions if m.end <= group.start]):
        gap = text[mention.end : edge]
        listed = re.fullmatch(r"\s*(?:,|and|&|/|,\s*and)\s*(?:the\s+)?", gap)
        if not (listed if run else links(gap, mention.form) is not None):
            break
        run.insert(0, mention)
        edge = mention.start
    return run


def _without_comparisons(text: str, statements: list[Statement]) -> list[Statement]:
    """Statements less those of a symbol that has several values in one sentence ("r = 8 and r = 64").

    Each in a bracket of its own, they describe several models: "base (L = 12) and large (L = 24)".
    """
    compared: set[str] = set()
    for first, second in pairwise(s for s in sorted(statements, key=lambda s: (s.key, s.start)) if s.part is None):
        differ = first.key == second.key and str(first.value) != str(second.value)
        apart = re.search(r"\)[^()]*\(", text[first.end : second.start])
        if differ and not apart and "symbol" in (first.form, second.form) and first.key != "loss.weights":
            compared.add(first.key)
    return [s for s in statements if s.key not in compared]


def _join_parts(statements: list[Statement]) -> list[Statement]:
    """β_1 = 0.9 and β_2 = 0.98 of one sentence become one pair; a lone tiny β_1 is the first variance of a diffusion."""
    joined: list[Statement] = []
    for statement in statements:
        previous = next((s for s in reversed(joined) if s.key == statement.key and s.part == 0), None)
        if statement.part == 1 and previous is not None and not isinstance(previous.value, list):
            pair: JsonValue = [previous.value, statement.value]
            joined[joined.index(previous)] = replace(previous, value=pair, end=statement.end, part=None)
        else:
            joined.append(statement)
    lone = [
        s for s in joined if s.key == "optimizer.betas" and s.part == 0 and isinstance(s.value, float) and s.value < 0.1
    ]
    return [replace(s, key="diffusion.beta_start", part=None) if s in lone else s for s in joined]
