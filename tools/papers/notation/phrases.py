"""Noun phrases beside a symbol: the one that ends before it, and the one that begins after a verb."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .prose import EXPRESSION, FIRST
from .words import ends_a_name, is_group, is_measure, is_noun, is_stop, is_verb, is_verb_form, singular

ANY = f"[{FIRST}-\uf7ff]"
_DETERMINERS = {
    "the",
    "a",
    "an",
    "our",
    "its",
    "each",
    "every",
    "any",
    "their",
    "some",
    "this",
    "another",
    "one",
    "all",
}
_BREAK = re.compile(r"[.,;:!?()\[\]“”\"|•*{}\n<>=∈→←/&]|\s[-–—]\s|—")
_LONGEST_PHRASE = 7
_GERUNDS = {"by", "of", "for", "from", "in", "after", "before", "without", "when", "while", "then", "and", "first"}
_SUBJECTS = {"we", "it", "they", "which", "that", "authors", "i", "also", "then", "and"}
# What is taken of something and keeps its symbol: "the mean of the gradient m".
_MOMENTS = {"function", "average", "averages", "mean", "variance", "norm", "sum", "estimate", "estimates", "moment", "moments", "covariance", "expectation", "gradient", "derivative", "jacobian", "hessian", "inverse"}  # fmt: skip
_WORD = re.compile(r"[^\W_][\w’'-]*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase; `start` and `end` are places in the masked sentence, `determined` tells of an article.

    `inside` tells that it stands within a longer phrase ("the output at *the current depth*"), so that a symbol behind
    it may be that of the whole.
    """

    text: str
    start: int
    end: int
    determined: bool = True
    inside: bool = False


def _last_break(masked: str, end: int) -> int:
    start = max(0, end - 160)
    places = [m.end() + start for m in _BREAK.finditer(masked[start:end])]
    return max(places, default=start)


def phrase_before(masked: str, end: int) -> Phrase | None:
    """The noun phrase that stands directly before a place and names a quantity, without its article."""
    trimmed = len(masked[:end].rstrip())
    begin = _last_break(masked, trimmed)
    words = list(re.finditer(r"\S+", masked[begin:trimmed]))
    kept: list[re.Match[str]] = []
    determined = inside = False
    stopped = ""
    while words and len(kept) < _LONGEST_PHRASE:
        match = words.pop()
        stopped = word = match[0].lower()
        if re.search(ANY, word) and not re.fullmatch(rf"{ANY}-dimensional", word):
            ordinal = bool(re.search(rf"{ANY}.{{0,3}}(?:th|st|nd|rd)\}}?$", word))
            if (
                ordinal
                and len(words) > 2
                and words[-2][0].lower() in ("of", "at", "in", "on", "for")
                and words[-1][0] in ("the", "each", "every")
            ):
                return None  # "the state of the t-th token h": of the state, or of the token?
            break
        if word in _DETERMINERS:
            determined = True
            while words and words[-1][0].lower() in ("all", "both"):
                words.pop()
            inner = words[-1][0].lower() if words else ""
            outer = words[-2][0].lower() if len(words) > 1 else ""
            whole = is_measure(outer) and (word in ("a", "an", "each", "every", "any") or outer == "number")
            if kept and inner == "of" and (whole or outer in _MOMENTS):
                kept = [*words[-2:], match, *kept]
                words, determined = words[:-2], outer in _MOMENTS
                continue
            inside = (
                inner in ("of", "at", "in", "on", "within", "from")
                and bool(outer)
                and not is_stop(outer)
                and not is_verb(outer)
            )
            break
        if word == "of" and kept and words:
            outer = words[-1][0]
            if kept[0][0] in ("value", "strength", "magnitude") and len(kept) == 1:
                kept = []  # "smoothing of value ϵ": the symbol is that of the smoothing
                trimmed = begin + match.start()
                continue
            if (
                is_measure(kept[0][0])
                and len(kept) == 1
                and not is_measure(outer)
                and not is_stop(outer)
                and not is_verb(outer)
            ):
                return _measured(masked, begin, words, kept[0])
            if (is_group(outer) or is_measure(outer)) and not re.search(r"(?:ed|ing)$", kept[0][0]):
                kept.insert(0, match)
                continue
            break
        if is_stop(word) or is_verb(word) or not _WORD.fullmatch(word):
            break
        kept.insert(0, match)
    while (kept and re.search(r"(?:ly)$", kept[0][0])) or (kept and kept[0][0] == "of"):
        kept.pop(0)
    if len(kept) > 1 and re.search(r"ed$", kept[0][0]) and stopped in _SUBJECTS:
        kept.pop(0)  # "we employed label smoothing"
    third = max(
        (
            place
            for place, w in enumerate(kept[:-1])
            if w[0].endswith("s") and is_verb_form(w[0]) and kept[place + 1][0] != "of"
        ),
        default=-1,
    )
    if third >= 0 and (determined or third == 0):
        kept, determined = kept[third + 1 :], False  # "the algorithm updates averages"
    adverb = max((place for place, w in enumerate(kept[:-1]) if w[0].endswith("ly") and w[0] != "only"), default=-1)
    kept = kept[adverb + 1 :]
    if len(kept) > 1 and not determined and stopped == "to" and not is_noun(kept[0][0]):
        kept.pop(0)  # "to tokenize images"
    if len(kept) > 1 and not determined and kept[0][0].endswith("ing") and stopped in _GERUNDS:
        kept.pop(0)  # "by sampling tokens"
    if len(kept) == 1 and not determined and is_verb_form(kept[0][0]) and stopped in _SUBJECTS - {"and"}:
        return None  # "which maps g to ..."
    if len(kept) == 1 and not determined and kept[0][0].endswith("ing"):
        return None
    if not kept or not ends_a_name(kept[-1][0], determined=determined):
        return None
    if (
        not determined
        and len(kept) == 1
        and kept[0][0][0].isupper()
        and begin + kept[0].start() > 0
        and not is_noun(kept[0][0])
    ):
        return None
    start = begin + kept[0].start()
    trimmed = len(masked[:trimmed].rstrip())
    return Phrase(masked[start:trimmed], start, trimmed, determined, inside)


def _measured(masked: str, begin: int, words: list[re.Match[str]], measure: re.Match[str]) -> Phrase | None:
    """ "vectors of dimension d" is the dimension of vectors."""
    kept: list[re.Match[str]] = []
    while words and len(kept) < 5:
        match = words.pop()
        word = match[0].lower()
        joins = word in ("and", "or") and kept and words and is_noun(words[-1][0])
        if (is_stop(word) and not joins) or (is_verb(word) and kept) or re.search(ANY, word):
            break
        kept.insert(0, match)
    if not kept or not is_noun(kept[-1][0]) or not _WORD.fullmatch(kept[-1][0]):
        return Phrase(measure[0], begin + measure.start(), begin + measure.end(), False)
    owner = masked[begin + kept[0].start() : begin + kept[-1].end()]
    return Phrase(f"{measure[0]} of {owner}", begin + kept[0].start(), begin + measure.end(), False)


_CUT = re.compile(
    rf"[;:!?•|\n]|\.(?=\s|$)|,?\s(?:which|where|whereas|while|whose|such that|so that|so as|when|if|because|since|but|although|though|"
    rf"i\.e\.|e\.g\.|we|then|hence|thus|so|is|are|was|were|has|have|can|will|may|respectively)(?=[\s,.]|$)|,?\s(?:and|or)\s(?={ANY}[\s,]*(?:{ANY}[\s,]*)?"
    rf"(?:is|are|the|a|an|its|their|our|denotes?|represents?|indicates?|refers?|being|∈|:|=|\())|\s(?:Require|Ensure|Input|Output)s?:|\s(?={ANY}\s(?:denotes?|represents?)\b)|,?\sand\s(?=(?:we|it(?!’|')|they|then|is|are|has|can|will|let|use|to)\b)"
)
_RELATIVE = re.compile(r",?\sthat\s")
_LONGEST_MEANING = 26


def phrase_after(masked: str, start: int, *, listing: bool = False) -> Phrase | None:
    """The noun phrase that begins at a place, up to where its clause ends.

    **Arguments:**

    - `listing`: whether commas join its parts ("the query, key and value matrices, respectively").
    """
    end = len(masked)
    if cut := _CUT.search(masked, start):
        end = cut.start()
    if flat := re.search(rf"\s{ANY}\s(?:[\d(←]|{ANY})", masked[start:end]):
        end = start + flat.start()  # lines of an algorithm that were run together
    relative = _RELATIVE.search(masked, start, end)
    if relative and not re.search(
        r"(?:\b(?:at|in|of|for|to|by|on|with|from)|probability|likelihood|event|fact|chance)$",
        masked[start : relative.start()],
    ):
        end = relative.start()
    if not listing:
        depth = 0
        for place in range(start, end):
            depth += (masked[place] in "([") - (masked[place] in ")]")
            if (masked[place] == "," and depth <= 0) or depth < 0:
                end = place
                break
    text = masked[start:end].strip(" ,")
    text = re.sub(rf"\s*\((?:[^()]*(?:Eq|Fig|Sec|App|see|cf|Tab|\d{{4}})[^()]*|{ANY})?\)|\s*\[[\d,\s–-]+\]", "", text)
    words = text.split()
    if len(words) > _LONGEST_MEANING:
        words = words[:_LONGEST_MEANING]
        while words and (is_stop(words[-1]) or (re.search(ANY, words[-1]) is None and not is_noun(words[-1]))):
            words.pop()
    while words and (is_stop(words[-1]) or words[-1].lower() in ("used", "as", "respectively")):
        words.pop()
    return Phrase(" ".join(words), start, end) if words else None


_ARTICLE = re.compile(r"^(?:(?:the|a|an|our|its|their|each|every|any|some|this|these|both|another|all)\s+|(?:simply|just|also|now|then|again|thus|here|usually|typically|often)\s+)+", re.IGNORECASE)  # fmt: skip


def determined(text: str) -> bool:
    """Whether a phrase begins with an article or with a noun, so that it says what something is."""
    if re.match(r"(?:the|a|an|our|its|their|another|some|one of the|any|each)\s", text, re.IGNORECASE):
        return not re.match(r"(?:the|a|an|one)\s(?:same|best|only|case|following|most|least|more|less|key|main|function of|result|consequence|reason|special|good|natural|common|valid|generali[sz]ation|above|first|one)\b", text, re.IGNORECASE)  # fmt: skip
    words = text.split()
    if not words or re.search(r"(?:ed|ly|ing|ive|ous|ble)$", words[0]) or is_stop(words[0]) or is_verb(words[0]):
        return False
    head = next((place for place, w in enumerate(words) if is_stop(w)), len(words))
    return 0 < head <= 4 and ends_a_name(words[head - 1], determined=False)


def cleaned(text: str) -> str:
    """A phrase as a meaning: without article, stray marks and doubled blanks."""
    text = re.sub(r"\s+", " ", re.sub(r"\*\*|(?<=[A-Za-z])-\s(?=[a-z])", "", text)).strip(" ,.;:-–")
    text = _ARTICLE.sub("", text)
    if text.count("(") != text.count(")"):
        text = text.split("(")[0].strip() if "(" in text else text.replace(")", "")
    return text


def one_of_many(text: str) -> str:
    """A plural phrase for one of the things that it names ("weight matrices of layers": weight matrix of layers)."""
    words = text.split()
    head = next((place for place, w in enumerate(words) if w.lower() in ("of", "for", "in", "from", "to", "that", "with", "on", "at", "used", "by")), len(words))  # fmt: skip
    if head and words[head - 1].isascii() and words[head - 1].isalpha() and len(words[head - 1]) > 3:
        last = words[head - 1]
        words[head - 1] = singular(last) if last.islower() else last
    return " ".join(words)


# "the i-th and j-th columns of Q and K"
_CROSSED = re.compile(
    r"(?:the )?(?P<a>[^\s,]+) and (?:the )?(?P<b>[^\s,]+) (?P<thing>[a-z-]+(?: [a-z-]+)?) of (?:the )?(?P<c>[^\s,]+) and (?:the )?(?P<d>[^\s,]+)"
)
_JOINT = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+|\s+as well as\s+|/")


def shared_out(text: str, count: int) -> list[str] | None:
    """What each of several symbols means where a phrase names them "respectively"; None where it does not part so."""
    text = re.sub(r",?\s*respectively\s*$", "", cleaned(text))
    crossed = _CROSSED.fullmatch(text)
    if crossed and count == 2:
        thing = one_of_many(crossed["thing"])
        return [f"{crossed['a']} {thing} of {crossed['c']}", f"{crossed['b']} {thing} of {crossed['d']}"]
    parts = [p for p in _JOINT.split(text) if p]
    if len(parts) > count:
        parts = [p for p in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+(?=the\s|an?\s)", text) if p]
    if len(parts) != count or count < 2:
        return None
    tail = re.search(r"\s(?:of|for)\s.*$", parts[-1])
    if (
        tail
        and not any(re.search(r"\s(?:of|for)\s", p) for p in parts[:-1])
        and not re.match(r"(?:the|a|an)\s", parts[-1])
        and is_noun(parts[0].split()[-1])
    ):
        return [
            one_of_many(cleaned(p if p is parts[-1] else p + tail[0])) for p in parts
        ]  # "mean and variance of the batch"
    first, last = parts[0].split(), parts[-1].split()
    owner = re.match(r"(.*?\b(?:numbers?|dimensions?|sizes?|lengths?|ranks?|sets?|outputs?|inputs?|embeddings?|representations?|features?|probabilit(?:y|ies)|means?|weights?|indices|vectors?|matrices|rates?)\s(?:of|for)\s(?:the\s)?)", parts[0])  # fmt: skip
    if owner and not re.match(r"(?:the|a|an)\s", parts[1], re.IGNORECASE) and " of " not in parts[1]:
        head = one_of_many(owner[1].strip())
        return [cleaned(one_of_many_head(parts[0])), *(f"{head} {cleaned(p)}" for p in parts[1:])]
    if (
        " of " in parts[0]
        and " of " not in parts[-1]
        and re.match(r"(?:the|a|an)\s", parts[1])
        and singular(first[0]) != first[0].lower()
    ):
        head = one_of_many(parts[0]).rpartition(" of ")[0]  # "outputs of the student and the teacher"
        return [one_of_many(parts[0]), *(f"{head} of {p}" for p in parts[1:])]
    if (len(last) > len(first) and not is_noun(first[-1])) or (
        len(last) > len(first) and _plural_tail(last, len(first))
    ):
        rest = " ".join(last[len(first) :])
        parts = [*(f"{p} {rest}" for p in parts[:-1]), parts[-1]]
    elif len(first) > 1 and len(last) == 1 and len(parts) == 2 and not re.match(r"(?:the|a|an)\s", parts[1]) and first[-1].endswith("-" + last[-1]):  # fmt: skip
        return None
    return [one_of_many(cleaned(p)) for p in parts]


def one_of_many_head(text: str) -> str:
    """ "numbers of experts" as "number of experts"."""
    words = text.split()
    place = next((i for i, w in enumerate(words) if w in ("of", "for")), len(words))
    return " ".join([*words[: place - 1], singular(words[place - 1]), *words[place:]]) if place else text


def _plural_tail(words: list[str], at: int) -> bool:
    rest = words[at:]
    head = next((i for i, w in enumerate(rest) if is_stop(w)), len(rest))
    return head > 0 and singular(rest[head - 1]) != rest[head - 1].lower() and is_noun(rest[head - 1])


__all__ = ["ANY", "EXPRESSION", "Phrase", "cleaned", "determined", "one_of_many", "phrase_after", "phrase_before", "shared_out"]  # fmt: skip
