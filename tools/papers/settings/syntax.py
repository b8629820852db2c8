"""The words and signs that may stand between a name and its value, and what tells that a number is no value."""

from __future__ import annotations

import re

from paper_implementer.knowledge.values import Number
from paper_implementer.knowledge.vocabulary import terms

from .mentions import Mention, find_names, stem, word_set

_LINKS = word_set(
    """
    of is are was were be been being to at as from with by a an the both each either that which set fixed equal
    equals equaled kept chosen held start starts started starting initialized initialised initial initially limited
    restricted clipped capped tuned selected found used use using take taken employ adopt apply value values rate
    rates size sizes parameter parameters coefficient coefficients factor probability probabilities ratio weight
    weights equivalent holds contains scheduling schedule also now again here still finally both threshold strength constant fixed uniform peak maximum max minimum default same always simply just only
    usually typically generally empirically respectively respective approximately about around roughly nearly almost
    up least most than over exactly total global effective single decoupled linear hyperparameter hyperparameters
    setting settings range ranges ranging interval between among swept sweep searched search grid over follows
    following i e eg number denoted namely where so hence thus where gradient norm gradients if else large small
    relatively low high resulting corresponding ranged tested tried considered explored evaluated chose pick picked picking varied vary varying scaled further
    """
)
RATE = re.compile(
    r"(?:with|at|of|,)?\s*(?:an?|the)?\s*(?:dropout |drop )?(?:rate|probability|value|ratio|prob\.?|strength|coefficient|weight|decay|scale|momentum)\s*(?:of|=|is|was|being|set to|:)\s*$|,?\s*with\s+[^\W\d](?:_\{?\w+\}?)?\s*=\s*$",
    re.IGNORECASE,
)
OTHER_RATE = re.compile(
    r"\b(?:error|success|recognition|acceptance|false|word|phone|hit|frame|sampling|compression)\s+rate"
)
SYMBOL_GAP = re.compile(
    r"^\s*\)?\s*(?:(?:=|:|≈|≡|:=|∈|←|~|≤)\s*|(?:(?:is|are|was|were|be)\s+)?(?:set|fixed|equal|equals|kept)\s+(?:to|at)\s+|of\s+|to\s+|is\s+|at\s+)(?:about |approximately )?[\[{(]?\s*$"
)
INTERVAL = re.compile(r"\[\s*[\d.]+\s*,\s*[\d.]+\s*\)|\(\s*[\d.]+\s*,\s*[\d.]+\s*\]|\[0,\s*1\]")
SYMBOL_CHAIN = re.compile(r"^\s*(?:=\s*[^\W\d][\w{}/√]*\s*){1,3}=\s*$")
BETWEEN_VALUES = re.compile(
    r"^\s*(?:[,;/|]|,?\s*(?:and|or|to|through)\b|,?\s*\.\.\.|…|–|-|−)\s*(?:…\s*,?\s*)?(?:or |and )?\s*$"
)
SEARCH = re.compile(
    r"\b(?:sweep|swept|search|searched|tune|tuned|tuning|grid|candidate|candidates|among|choose from|chosen from|selected from|from the set|in \{|range|ranges|ranging|between|∈|explored?|vary|varied|varying|try|tried|experimented)\b|∈"
)
LOWERED = re.compile(r"\b(?:decay|anneal|reduc|decreas|lower|drop)\w*\s+(?:the\s+|our\s+)?$", re.IGNORECASE)
OPERAND = re.compile(r"[/√*·^+]\s*\{?$")
_STEPS = r"(?:steps|iterations|updates|iters|training steps|training iterations|batches|mini-?batches|gradient steps|optimizer steps)"
_UNITS = [
    (re.compile(rf"^\s*k?\s*(?:[a-z-]+\s+)?{_STEPS}\b"), "steps"),
    (re.compile(r"^[\s-]*(?:[a-z-]+\s+)?epochs?\b"), "epochs"),
    (re.compile(r"^[\s-]*(?:[a-z-]+\s+){0,2}tokens?\b"), "tokens"),
    (re.compile(r"^\s*(?:[a-z-]+\s+)?words\b"), "words"),
    (re.compile(r"^\s*(?:[a-z-]+\s+)?(?:images|crops)\b"), "images"),
    (re.compile(r"^\s*(?:[a-z-]+\s+){0,3}sequences\b"), "sequences"),
    (re.compile(r"^\s*(?:[a-z-]+\s+)?(?:sentences|sentence pairs)\b"), "sentences"),
    (re.compile(r"^\s*(?:[a-z-]+\s+)?(?:samples|examples)\b"), "examples"),
    (re.compile(r"^[\s-]*(?:hours?|hrs?)\b"), "hours"),
    (re.compile(r"^[\s-]*days?\b"), "days"),
    (re.compile(r"^[\s-]*(?:pixels|px)\b"), "pixels"),
]
_COUNT_GAP = re.compile(r"^\s*[-–]?\s*(?:[A-Za-z][\w-]*[\s-]+){0,3}$")
_PARTIAL = re.compile(
    r"\b(?:first|last|every|each|per|after|another|additional|next|final|previous|initial|at|within)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\b(?:terminat|stop|end|finish)\w*\s+(?:the\s+)?(?:training\s+)?(?:at|after)\s+$", re.IGNORECASE)
_NO_COUNT = re.compile(
    r"\b(?:sub|of|for|in|on|and|with|to|from|than|over|more|fewer|less|is|are|was|were|points?|times|the|at|by|or|per|dimensional)\b|[-–]?(?:fold|times)\b"
)


SQUARE = {"model.kernel_size", "data.image_size", "model.patch_size"}
"""Keys whose values are sides: "5×5"."""


_FROM_SET = re.compile(
    r"\s*(?:values?\s+)?(?:in|from|over|among|of)\s+(?:the\s+)?(?:set\s+|range\s+|grid\s+|values\s+)?(?:of\s+)?[\[{]\s*"
)
_HOLDER = re.compile(
    r"\b(?:of|in|for)\s+(?:each|every|all|the|our|its|both)\s+(?:\w+\s+){0,2}?[\w-]+(?=\s+(?:is|are|was|were|to|equals?)\b|\s*=)"
)
"""What a setting is said of, between its name and its verb: "the size of each expert is"."""


def links(gap: str, form: str) -> int | None:
    """How many words of linkage a gap has; None when it holds anything else."""
    if len(gap) > 90 or re.search(r"[;!?]|\.\s|\bnot\b", gap):
        return None
    if _FROM_SET.fullmatch(gap):
        return 1
    stripped = _HOLDER.sub(" ", re.sub(r"\([^()]{0,40}\)|\[[\d,\s]+\]", " ", gap))
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


def unit_after(text: str, end: int) -> str | None:
    """The unit that follows a number which ends here."""
    tail = text[end : end + 40].lower()
    return next((unit for pattern, unit in _UNITS if pattern.match(tail)), None)


def is_square(text: str, number: Number) -> bool:
    """Whether a number is a side of "5×5"."""
    return bool(re.match(r"\s*[×x]\s*\d", text[number.end :]) or re.search(r"\d\s*[×x]\s*$", text[: number.start]))


def is_minor(text: str, number: Number, mention: Mention) -> bool:
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


_IN_DIGITS = {
    "data.classes",
    "data.examples",
    "data.input_size",
    "training.steps",
    "model.channels",
    "model.parameters",
}
"""Keys whose counts are too large to be written as words."""
_OTHER_HEADS = re.compile(
    r"(?:projection|classif\w+|prediction|output|detection|mlp|linear|segmentation)\s+$", re.IGNORECASE
)


def is_counted(text: str, number: Number, group_start: int, mention: Mention) -> bool:
    """Whether a noun counts a number that stands before it: "8 parallel attention heads", not "8 of the heads"."""
    gap = text[number.end : mention.start]
    if mention.start < number.end or not _COUNT_GAP.match(gap) or re.search(r"\d", gap) or _NO_COUNT.search(gap):
        return False
    if text[number.start].isalpha() and mention.key in _IN_DIGITS:
        return False
    if mention.key == "data.examples" and re.match(r"\s+(?:per|in each)\b", text[mention.end :]):
        return False
    if mention.key == "eval.shots" and "shot" in text[mention.start : mention.start + 4].lower() and gap.strip(" -–"):
        return False
    if mention.key == "model.layers" and is_minor(text, number, mention):
        return False
    if (mention.key in SQUARE) != is_square(text, number) and mention.key != "data.input_size":
        return False
    before = text[: number.start]
    partial = is_partial(before) or is_partial(text[:group_start])
    return not partial or mention.key.startswith("data.") or bool(_ENDING.search(before))


_OTHER_DEPTHS = re.compile(
    r"(?:prediction|bit|colou?r|tree|search|recursion|stochastic|map|scene|image|penetration|sequence of|input of)\s+$",
    re.IGNORECASE,
)


def is_other_thing(text: str, mention: Mention) -> bool:
    """Whether "head" is that of a projection, a classifier or a detector, and "depth" that of a tree or an image."""
    before = text[: mention.start]
    if mention.key == "attention.heads":
        return bool(_OTHER_HEADS.search(before))
    return (
        mention.key == "model.layers"
        and text[mention.start :].lower().startswith("depth")
        and bool(_OTHER_DEPTHS.search(before))
    )


def is_partial(before: str) -> bool:
    """Whether what stands before a number makes it a part or a moment: "the first", "at", "every"."""
    return bool(_PARTIAL.search(before))


def is_bare_noun(text: str, mention: Mention) -> bool:
    """Whether a name is only a noun that could be counted ("layers"), so that "layers of 64" says nothing of it."""
    name = text[mention.start : mention.end]
    nouns = find_names(name, "counted")
    whole = any(n.key == mention.key and n.start == 0 and n.end == len(name) for n in nouns)
    return whole and "size" not in name and "number" not in text[max(0, mention.start - 12) : mention.start]


_PLAIN = {"training.seed", "eval.shots"}
"""Keys whose values are written as digits and nothing else."""
_EXEMPLARS = re.compile(r"\s+(?:[\w-]+\s+){0,2}(?:exemplar|demonstration)")


def plausible(key: str, number: Number, text: str) -> bool:
    """Whether a number of a text can be a value of a key at all."""
    term, value = terms()[key], number.value
    in_words = text[number.start].isalpha()
    if key in _PLAIN and not text[number.start : number.end].isdigit():
        return key == "eval.shots" and in_words and bool(_EXEMPLARS.match(text[number.end :]))
    if term.kind in ("choice", "boolean", "text"):
        return False
    if term.range and not term.range[0] <= value <= term.range[1]:
        return False
    if term.kind == "integer":
        return isinstance(value, int) and value >= 0 and not number.percent
    if term.kind == "fraction":
        return 0 <= value <= 1 and not in_words
    if number.percent and key == "schedule.min_learning_rate":
        return False
    return not (in_words and key not in ("training.epochs", "schedule.warmup_epochs")) and not (
        number.percent and key.startswith(("training.", "optimizer.learning"))
    )
