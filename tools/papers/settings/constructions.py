"""Settings whose number stands in a construction of its own: "over the first 2000 updates", "N(0, 0.02)", "took 4 days"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from .statements import Statement

_FIRST_STEPS = re.compile(
    r"(?:over|for|during|in|within|after)\s+(?:the\s+)?(?:first|initial)\s+(?P<n>[\d,.]+\s?[kKM]?(?:illion)?|\d+%|\d+ ?%)\s*(?:training\s+)?(?P<unit>steps|iterations|updates|epochs|tokens|batches|minibatches|iters|gradient updates|of (?:the\s+)?(?:total\s+)?(?:training|steps|iterations|updates|epochs))",
    re.IGNORECASE,
)
_GAUSSIAN = re.compile(
    r"[N𝒩]\s?\(\s*0\s*,\s*(?P<std>\d*\.\d+|\d+(?:\.\d+)?(?:e-\d+)?)(?P<squared>\s*\^\s*\{?2\}?)?\s*\)"
)
_STD = re.compile(r"(?:standard deviation|std\.?|stddev|σ)\s*(?:of|=|is)?\s*(?P<std>0?\.\d+)")
_RAMP = re.compile(
    r"\bbatch[- ]sizes?\b[^.;]{0,60}?\b(?:increas\w+|grow\w*|ramp\w*|rais\w+|warm\w*)\s+(?:up\s+)?(?:\w+\s+)?(?P<said>from\s+(?:a small value\s+)?\(?(?P<low>\d[\d,.]*\s?[kKM]?)(?:\s+tokens)?\)?\s+to\s+(?P<high>\d[\d,.]*\s?[kKM]?)(?P<tokens>\s+tokens)?[^.;]{0,70})",
    re.IGNORECASE,
)
_LASTED = re.compile(
    r"\b(?:pre-?|fine-?)?(?:train|tun)(?:ed|ing|s)?\b[^.;]{0,80}?(?:\b(?:took|takes?|lasted|lasts|or|for|in)\s+|\()(?:about\s+|around\s+|approximately\s+|roughly\s+|only\s+|less than\s+|a total of\s+)?"
    r"(?P<span>(?:\d+(?:\.\d+)?|one|two|three|four|five|six|ten|twelve)(?:\s?(?:-|–|to)\s?\d+)?\s+(?:[GT]PU[- ])?(?:hours?|days?|weeks?)\b)",
    re.IGNORECASE,
)
_DROPPED = re.compile(
    r"\b(?:set(?:s|ting)? to zero|dropp(?:ed|ing)|omitt(?:ed|ing)|zero(?:ed|ing) out|drops?)\b[^.;]{0,80}?\bwith\s+(?:an?\s+)?probability\s+(?:of\s+)?(?:p\s*=\s*)?(?P<p>0?\.\d+)",
    re.IGNORECASE,
)
_KERNELS = re.compile(r"\b(?P<n>\d{1,4})\s+(?:kernels|filters)\s+of\s+size\s+(?P<side>\d{1,2})\s?[×x]\s?\d{1,2}")
_LEAK = re.compile(
    r"\b(?:leaky[- ]?|L)ReLUs?\b[^.;]{0,40}?(?:α|slope|leakiness|leak)\s*(?:=|of)\s*(?P<slope>0?\.\d+)", re.IGNORECASE
)
_TOKENS_A_BATCH = re.compile(
    r"(?P<n>\d[\d,.]*\s?(?:[kKM]\b|million\b)?)\s*(?:\w+\s+)?tokens\s*(?:/|per|a|in each|in a|for each)\s*(?:mini-?)?batch\b",
    re.IGNORECASE,
)
_TOKENS = re.compile(
    r"\b(?:pre-?)?train(?:ed|ing|s)?\b(?![^.;]{0,40}\b(?:first|final|last|remaining)\b)[^.;]{0,60}?\b(?:on|for|over|with|to)\s+(?:an?\s+|the\s+)?(?:total\s+(?:of\s+)?)?(?:about\s+|around\s+|over\s+|approximately\s+|up to\s+|roughly\s+)?"
    r"(?P<n>\d[\d,.]*\s?(?:[MBT]\b|million\b|billion\b|trillion\b))[- ](?:[\w-]+\s+){0,3}?tokens\b",
    re.IGNORECASE,
)
_RATE = r"(?:\d+(?:\.\d+)?(?:\s?[×x·]\s?10\s?\^\{?[−-]\d+\}?|e-\d+)?|10\^\{[−-]\d+\})"
_WARM_FROM = re.compile(
    rf"\b(?:use[sd]?|using|rate of|with)\s+(?P<held>{_RATE})\s+to\s+warm[\s-]?up"
    rf"|\bwarm\w*(?:[\s-]?up)?\s+(?:the\s+)?(?:\w+\s+){{0,2}}(?:linearly\s+)?from\s+(?P<start>{_RATE})\b",
    re.IGNORECASE,
)
_BIAS = re.compile(
    r"\bbias(?:es)?\b[^.;]{0,60}?\b(?:initiali[sz]ed|set)\s+(?:as|to|at|with)\s+(?:the\s+constant\s+)?(?P<to>-?\d+(?:\.\d+)?|zero|one)\b(?!s? mean)",
    re.IGNORECASE,
)
_SEQUENCES = re.compile(
    r"\bsequences?\s+(?:of|with)\s+(?:length\s+)?(?:up to\s+)?(?P<n>\d[\d,]*)\s+(?:[\w-]+\s+)?tokens", re.IGNORECASE
)
_POINT = r"\d[\d,.]*\s?k?(?:st|nd|rd|th)?"
_DROPS = re.compile(
    rf"\b(?:at|after)\s+(?:the\s+)?(?:(?:epochs?|iterations?|steps?)\s+)?(?P<list>{_POINT}(?:\s*,\s*{_POINT})*\s*,?\s*and\s+{_POINT})\s*(?:iterations?|steps?|epochs?|updates?)?"
    r"|\bat (?P<parts>\d+%(?:,? and \d+%|, \d+%)+)",
    re.IGNORECASE,
)
_TO_ZERO = re.compile(
    r"(?<!weight )\b(?:anneal\w*|decay\w*|decreas\w*|reduc\w*)\s+(?:\w+\s+){0,2}to\s+(?P<to>0(?:\.0)?|zero|10\^\{[−-]\d+\}|\d(?:\.\d+)?\s?×\s?10\^\{[−-]\d+\}|\d(?:\.\d+)?e-\d+|0?\.\d+)(?![\w%.]*%)",
    re.IGNORECASE,
)


def find_shapes(text: str) -> Iterator[Statement]:
    """Settings whose number stands in a construction of its own: "over the first 2000 updates", "N(0, 0.02)"."""
    from paper_implementer.knowledge.values import numbers, parse_number

    lower = text.lower()
    if re.search(r"warm|ramp|increas\w+ linearly|linear\w* increas", lower):
        for match in _FIRST_STEPS.finditer(text):
            value = parse_number(match["n"].replace("illion", "").strip(" ."))
            unit = match["unit"].lower()
            key = {
                "epo": "schedule.warmup_epochs",
                "tok": "schedule.warmup_tokens",
                "of ": "schedule.warmup_ratio",
            }.get(unit[:3], "schedule.warmup_steps")
            if value is not None:
                yield Statement(
                    key,
                    value,
                    match.start(),
                    match.end(),
                    {"epo": "epochs", "tok": "tokens", "of ": None}.get(unit[:3], "steps"),
                )
    lasted = _LASTED.search(text)
    if lasted:
        yield Statement("training.duration", lasted["span"].strip(), lasted.start("span"), lasted.end("span"))
    dropped = _DROPPED.search(text)
    if dropped:
        yield Statement("dropout.rate", float(dropped["p"]), dropped.start(), dropped.end())
    for kernels in _KERNELS.finditer(text):
        yield Statement("model.channels", int(kernels["n"]), kernels.start(), kernels.end())
        yield Statement("model.kernel_size", int(kernels["side"]), kernels.start(), kernels.end())
    leak = _LEAK.search(text)
    if leak:
        yield Statement("activation.slope", float(leak["slope"]), leak.start(), leak.end())
    begun = _WARM_FROM.search(text)
    if begun and (rate := parse_number(begun["held"] or begun["start"])) is not None and 0 <= rate < 1:
        yield Statement("schedule.warmup_start", rate, begun.start(), begun.end())
    for votes in re.finditer(r"\b(?:maj|pass)@(?P<n>[2-9]\d*|1\d+)\b", text):
        yield Statement("eval.samples", int(votes["n"]), votes.start(), votes.end())
    ramp = _RAMP.search(text)
    if ramp:
        grown = [parse_number(ramp[side]) for side in ("low", "high")]
        if all(isinstance(g, int) for g in grown) and grown[0] != grown[1]:
            yield Statement("training.batch_ramp", ramp["said"].strip(), ramp.start(), ramp.end())
            key = "training.batch_tokens" if ramp["tokens"] else "training.batch_size"
            yield Statement(key, grown[1], ramp.start(), ramp.end())
    each = _TOKENS_A_BATCH.search(text)
    if each and (held := parse_number(each["n"])) is not None and held >= 64:
        yield Statement("training.batch_tokens", held, each.start(), each.end(), "tokens")
    total = _TOKENS.search(text)
    if total and (seen := parse_number(total["n"])) is not None and seen >= 1e8:
        yield Statement("training.tokens", seen, total.start(), total.end(), "tokens")
    for length in _SEQUENCES.finditer(text):
        value = parse_number(length["n"])
        if isinstance(value, int):
            yield Statement("data.max_length", value, length.start(), length.end(), "tokens")
    if re.search(r"learning rate|\blr\b|step size", lower):
        match_to = _TO_ZERO.search(text)
        if match_to:
            value = parse_number(match_to["to"])
            if value is not None and value < 0.1:
                yield Statement("schedule.min_learning_rate", value, match_to.start(), match_to.end())
        if re.search(r"divid|reduc|decreas|drop|decay|lower|multipl", lower):
            drops = _DROPS.search(text)
            if drops:
                values: list[JsonValue] = [
                    n.value for n in numbers(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", drops["list"] or drops["parts"]))
                ]
                if len(values) > 1:
                    yield Statement("schedule.milestones", values, drops.start(), drops.end())
    bias = _BIAS.search(text)
    if bias:
        yield Statement(
            "init.bias", float(bias["to"].replace("zero", "0").replace("one", "1")), bias.start(), bias.end()
        )
    if re.search(r"initiali[sz]", lower):
        gauss = _GAUSSIAN.search(text)
        deviation = gauss or _STD.search(text)
        if gauss:
            yield Statement("init.scheme", "normal", gauss.start(), gauss.end())
        if deviation:
            yield Statement("init.std", float(deviation["std"]), deviation.start(), deviation.end())
    if re.search(r"warm", lower) and re.search(r"\d\s?%", text):
        share = re.search(
            r"(?P<n>\d+(?:\.\d+)?\s?%)\s+of\s+(?:the\s+)?(?:total\s+)?(?:training|steps|updates|iterations)", text
        )
        if share:
            value = parse_number(share["n"])
            if value is not None:
                yield Statement("schedule.warmup_ratio", value, share.start(), share.end())
