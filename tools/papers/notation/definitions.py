"""Definitions that a sentence gives: of which symbol, with which meaning and shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .formula import Subject
from .phrases import ANY, cleaned, determined, one_of_many, phrase_after, phrase_before, shared_out
from .prose import F, Sentence
from .words import is_counted, is_noun, is_stop, is_verb, may_follow, singular

LIST = rf"{F}(?:(?:\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+){F}){{0,9}}"
_BEFORE_SUBJECT = re.compile(
    r"(?:^|[.,;:(\n•—–-]|\b(?:where|and|here|with|that|let|while|again|now|respectively|moreover|above|or|notation|variables?|symbols?|parameters?|terms?|Require|Input|Output|Ensure))\s*[-•*]?\s*$",
    re.IGNORECASE,
)
_COPULA = re.compile(
    rf"(?P<list>{LIST}|{F}\s?/\s?{F})\s*(?:\([^()]{{0,60}}\))?,?\s*(?:each\s|here\s|also\s|simply\s|then\s|again\s|now\s|all\s|both\s|still\s)?"
    r"(?P<verb>is used to (?:denote|represent|indicate)|are used to (?:denote|represent|indicate)|is defined (?:as|to be)|are defined (?:as|to be)|is called|are called|is known as"
    r"|is|are|denotes?|denoting|represents?|representing|indicates?|indicating|refers? to|stands? for|corresponds? to|means|describes?|signif(?:y|ies)|being|will denote|will be|to be|to denote|to represent|gives|measures?|counts?|serves? as)\s+"
)
_ROLE = re.compile(
    rf"(?P<list>{LIST})\s+(?:is a (?:hyper-?parameter|parameter|coefficient|constant|scalar|factor|weight) (?:that|which|to|for)\s+)?(?P<np>(?:controls?|controlling|determines?|governs?|specif(?:y|ies)|balances?|regulates?)\s+(?:the|how|whether)\s[^.;:]+)"
)
_LET = re.compile(rf"\b(?:[Ll]et|[Ss]uppose|[Aa]ssume|[Cc]onsider|[Dd]efine|[Gg]iven|[Dd]enote)(?: that)?(?: us (?:denote|define|write|call))?(?: by| with)?\s+(?P<list>{LIST})\s*,?\s*(?:be|to be|denote|denotes|represent|is|are|as|to denote|to represent|stand for|being|indicate)\s+")  # fmt: skip
_LET_DENOTE = re.compile(rf"\b(?:[Dd]enote|[Dd]enoting|[Ww]rite)\s+(?:(?:by|with)\s+)?(?P<list>{LIST})\s+(?=(?:the|a|an|our|its|all)\s)")  # fmt: skip
_USE = re.compile(rf"\b(?:[Uu]se|[Uu]sing|[Ww]rite|[Ll]et|[Ii]ntroduce|[Ee]mploy|[Tt]ake)\s+(?:the (?:symbols?|notations?|letters?)\s+)?(?P<list>{LIST})\s+(?:to|for)\s+(?:(?:refer to|denote|represent|indicate|mean|describe|express|stand for|be)\s+|(?=the\s))")  # fmt: skip
_WITH = re.compile(rf"\b(?:[Ww]ith|[Bb]y)\s+(?P<list>{LIST})\s*,?\s*we\s+(?:denote|indicate|mean|describe|represent|refer to)\s+")  # fmt: skip
_ELLIPTIC = re.compile(rf"(?:\bwhere|\bwith|,|\band)\s+(?P<list>{F})\s+(?:as\s+|being\s+)?(?=(?:the|a|an)\s)")
_COLON = re.compile(rf"(?:^\s*(?:[-•*]\s*|\d+[.)]\s*)?(?:(?:\*\*)?(?:Require|Input|Inputs|Output|Ensure|Data|Result|Parameters?|Given|Hyper-?parameters?|Notation)s?(?:\*\*)?\s*:?\s*)?|[;,.]\s*|\bRequire:\s*|\bInput:\s*)(?P<list>{LIST})\s*(?::|–|—|\s-\s|∈[^:]{{1,24}}:)\s*(?!=)")  # fmt: skip
_AS = re.compile(rf"\s(?:(?:is|are|be|was|were)\s)?(?:(?P<said>denoted|represented|symboli[sz]ed|written|abbreviated|parameteri[sz]ed|indicated|referred to|called|labell?ed|given|specified|expressed)\s)?(?P<by>by|as|with)\s+(?P<list>{LIST})")  # fmt: skip
_SAYS_AS = re.compile(r"\b(?:denot(?:es?|ed|ing)|call(?:s|ed)?|writ(?:e|es|ten|ing)|represent(?:s|ed|ing)?|refer(?:red)? to|defin(?:e|es|ed|ing)|express(?:ed)?|abbreviated?|notation)\b", re.IGNORECASE)  # fmt: skip
_LISTED = re.compile(LIST)
_DIMENSIONAL = re.compile(rf"(?P<list>{F})\s?-\s?dimensional\s+(?P<np>(?:[\w-]+\s?){{1,3}})")
_ORDINAL = re.compile(rf"\b(?:the|each|every|at|in|of|an?|for)\s+(?P<list>{F})\s?(?:-\s?|\^\{{)?(?:th|st|rd|nd)\}}?\s+(?P<np>[a-z][\w-]+(?:\s[a-z][\w-]+){{0,3}})")  # fmt: skip
_IS = re.compile(
    rf"\s(?:is|are)\s(?:then\s)?(?:set to\s|given as\s|equal to\s)?(?P<list>{F})(?=\s*[.,;)]|\s(?:and|where|with|for)\b|$)"
)
_SIZED = re.compile(rf"\s*(?:\w+\s)?(?:of|with|has|have|having)\s(?:size|shape|dimensions?|dimensionality)\s+(?P<size>{ANY}(?:\s*[×x]\s*{ANY})*)")  # fmt: skip
_VALUE = re.compile(r"^[\d.,\\times\s^{}/-]+$")
_GENERIC = {
    "vector", "matrix", "set", "function", "value", "parameter", "parameters", "constant", "variable", "scalar", "term",
    "number", "element", "integer", "index", "point", "data", "quantity", "operator", "symbol", "size", "tensor", "sequence",
    "vectors", "matrices", "functions", "weights", "step", "object", "case", "dimension", "dimensions", "component",
}  # fmt: skip


# Nouns that alone do not say of what.
_UNSAID = {"number", "power", "powers", "order", "form", "amount", "interval", "degree", "level", "variance", "mean", "time", "times", "type", "root", "limit", "line", "length", "equation", "product", "norm", "sum", "result", "part", "version"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """One symbol with the meaning that a text gives it, and how sure that reading is."""

    subject: Subject
    meaning: str
    sentence: Sentence
    confidence: float
    shape: str | None = None
    place: int = 0


def _listed(sentence: Sentence, text: str) -> list[Subject]:
    """The subjects of a list of formulas, a name once."""
    found: list[Subject] = []
    for char in re.findall(F, text):
        found.extend(s for s in sentence.about[char] if s.name not in [f.name for f in found])
    # What the last of a list says of its set holds for those before it ("b_1 and b_2 ∈ [0, 1)").
    for place in range(len(found) - 2, -1, -1):
        if found[place].shape is None and found[place].value is None:
            found[place] = replace(found[place], shape=found[place + 1].shape)
    return found


def _shape(meaning: str, sentence: Sentence, after: str) -> str | None:
    if sized := _SIZED.match(after):
        return _readable(sentence, sized["size"])
    inside = re.search(rf"\bof\s(?:size|shape|dimensions?)\s(?P<size>{ANY}(?:\s*×\s*{ANY})*)", meaning)
    if inside:
        return _readable(sentence, inside["size"])
    if dimensional := re.search(rf"({ANY})\s?-\s?dimensional\b", meaning):
        return _readable(sentence, dimensional[1])
    words = re.split(r"\s(?:of|for|in|from|that|to|with|between|on)\s", re.sub(ANY, "", meaning))[0].split()
    head = words[-1].lower() if words else ""
    return {"vector": "vector", "matrix": "matrix", "scalar": "scalar", "tensor": "tensor", "vectors": "vector", "matrices": "matrix"}.get(head)  # fmt: skip


def _readable(sentence: Sentence, masked: str) -> str:
    text = "".join(sentence.formulas.get(c, c) for c in masked)
    text = re.sub(r"\\times\b|×", " × ", text)
    text = re.sub(r"\\(?:text|mathrm|mathit)\s*|[{}$]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _make(sentence: Sentence, listed: str, meaning: str, confidence: float, place: int, after: str = "") -> Iterator[Definition]:  # fmt: skip
    """A definition for each subject of a list, their meanings shared out where there is one for each."""
    found = _listed(sentence, listed)
    shares: list[str] | None = None
    alternatives = bool(re.search(rf"{F}\s+or\s+{F}", listed))
    if len(found) > 1 and not alternatives:
        shares = shared_out(meaning, len(found))
        if re.search(r",?\s*respectively", meaning + after) and shares is None:
            return
        if (
            shares is None
            and re.search(r",|\band\b", meaning.split(" of ")[0])
            and not re.search(r"respectively", meaning)
        ):
            # One phrase that names several things, and not one for each symbol: which is which is not said.
            return
    for number, subject in enumerate(found):
        said = shares[number] if shares else (one_of_many(cleaned(meaning)) if len(found) > 1 else cleaned(meaning))
        said = re.sub(r",?\s*respectively\b.*", "", said)
        said = re.sub(r"^.*?\b(?:hyper-?parameter|parameter|coefficient|constant|factor|quantity|value|function|variable|term) (?:called|named|known as) (?:the )?", "", said)  # fmt: skip
        if not _says_something(said) or (confidence < 0.8 and re.sub(ANY, "", said).strip().lower() in _UNSAID):
            continue
        shape = subject.shape or _shape(said, sentence, after)
        sure = confidence - (0.25 if said.lower() in _GENERIC else 0)
        yield Definition(subject, sentence.shown(said), sentence, round(sure, 2), shape, place)


def _says_something(meaning: str) -> bool:
    words = re.sub(rf"{ANY}|\b(?:log|exp|min|max|softmax|sup|inf|arg|sin|cos|tanh)\b", " ", meaning)
    if re.search(r"\bet al\b|https?:", words):
        return False
    if not re.search(r"[A-Za-z]{3}", words) and not re.search(r"[\u4e00-\u9fff]", words):
        return False
    return not re.match(r"(?:that|it|not|to|in|as|on|by|of|(?:used|set|chosen|equal|defined|given|computed|trained|obtained)(?=\s(?:by|with|on|as|to|from|in|using|via|over|for|at|so|such)\b|$)|one|same|following|such|more|less|only|also|very|now|no|there|what|how|when|if|for|with|from|at|then|thus|so)\b", words.strip(), re.IGNORECASE)  # fmt: skip


_CONDITIONS = re.compile(r"\b(?:if|when|whether|unless|whenever|since|because|than|until)\s*$", re.IGNORECASE)


_SINGULAR = re.compile(r"(?:is|denotes|represents|indicates|refers|stands|corresponds|means|describes)\b")


def _copulas(sentence: Sentence) -> Iterator[Definition]:
    masked = sentence.masked
    for match in _COPULA.finditer(masked):
        verb, listed, begin = match["verb"], match["list"], match.start()
        if _SINGULAR.match(verb) and re.search(rf"{F}\s*,\s*{F}$", listed):
            begin, listed = match.end("list") - 1, listed[-1]  # "indexed by x, f is the network": two clauses
        lead = masked[:begin]
        if _CONDITIONS.search(lead):
            continue
        if not _BEFORE_SUBJECT.search(lead):
            named = phrase_before(masked, begin)
            if named is None or named.inside or re.search(r"\bof(?:\s(?:a|an|the))?$", masked[: named.start].rstrip()):
                continue
        plural = len(_listed(sentence, listed)) > 1
        rest = masked[match.end() :]
        listing = plural and "respectively" in rest[:260]
        phrase = phrase_after(masked, match.end(), listing=listing or (plural and _even(rest)))
        if phrase is None:
            continue
        if plural and not listing and re.match(rf"\s*,\s*{ANY}", masked[phrase.end :]):
            continue  # "be the values of x, y, z": one for each, and the first alone was read
        weak = verb in ("is", "are", "being", "to be", "will be", "gives", "measures", "measure", "means")
        if weak and not determined(phrase.text):
            continue
        if verb in ("corresponds to", "correspond to") and not determined(phrase.text):
            continue
        tail = masked[phrase.end : phrase.end + 16]
        sure = 0.9 if re.match(r"(?:denot|represent|is used|are used|is def|refer|stand)", verb) else 0.85
        sure -= 0.1 if verb in ("corresponds to", "means", "gives", "describes", "measures", "serves as") else 0
        yield from _make(sentence, listed, phrase.text + (", respectively" if listing else ""), sure, match.start(), tail)  # fmt: skip


def _even(rest: str) -> bool:
    """Whether "the A, B and C" with one verb may be shared out though "respectively" is not said."""
    return bool(re.match(r"(?:the\s)?[\w-]+(?:\s[\w-]+){0,2}(?:,\s[\w-]+(?:\s[\w-]+){0,2})+,?\sand\s", rest))


def _verbs(sentence: Sentence) -> Iterator[Definition]:
    masked = sentence.masked
    for pattern, sure in ((_LET, 0.9), (_USE, 0.9), (_WITH, 0.9), (_LET_DENOTE, 0.9)):
        for match in pattern.finditer(masked):
            listing = "respectively" in masked[match.end() : match.end() + 240]
            phrase = phrase_after(masked, match.end(), listing=listing)
            if (
                phrase
                and re.match(rf"\s*,\s*{ANY}", masked[phrase.end :])
                and len(_listed(sentence, match["list"])) > 1
            ):
                continue
            if phrase and (pattern is not _LET or determined(phrase.text) or phrase.text[:1].isalpha()):
                strict = re.match(r"\b(?:[Gg]iven|[Aa]ssume|[Ss]uppose|[Cc]onsider|[Dd]efine|[Ll]et)", match[0]) and re.search(r"\b(?:is|are|as|be)\s+$", match[0])  # fmt: skip
                if strict and not determined(phrase.text):
                    continue
                yield from _make(sentence, match["list"], phrase.text + (", respectively" if listing else ""), sure, match.start())  # fmt: skip
    if re.search(r"\b(?:where|with|let)\b", masked, re.IGNORECASE):
        for match in _ELLIPTIC.finditer(masked):
            opened = re.search(r"\b(?:where|with|[Ll]et)\b[^.;]*$", masked[: match.end()])
            if opened and (phrase := phrase_after(masked, match.end())):
                yield from _make(sentence, match["list"], phrase.text, 0.75, match.start())
    for match in _ROLE.finditer(masked):
        phrase = phrase_after(masked, match.start("np"))
        lead = masked[: match.start()].split()
        if phrase and (_BEFORE_SUBJECT.search(masked[: match.start()]) or (lead and not is_stop(lead[-1]))):
            yield from _make(sentence, match["list"], re.sub(r"^controlling", "controls", phrase.text), 0.7, match.start())  # fmt: skip
    for match in _IS.finditer(masked):
        before = phrase_before(masked, match.start())
        said = sentence.about[match["list"]]
        if (
            before
            and before.determined
            and not before.inside
            and is_noun(before.text.split()[-1])
            and not said[0].name.applied
        ):
            yield from _make(sentence, match["list"], before.text, 0.68, before.start)
    if _SAYS_AS.search(masked):
        for match in _AS.finditer(masked):
            if not match["said"] and match["by"] == "by" and "denot" not in masked[: match.start()]:
                continue
            if not match["said"] and (match["by"] == "with" or not _SAYS_AS.search(masked[: match.start()])):
                continue
            if match["said"] in ("given", "parameterized", "parameterised", "specified", "expressed") and match["by"] != "as":  # fmt: skip
                continue
            end = match.start()
            before = phrase_before(masked, end - 1 if match["said"] and masked[end - 1 : end] == "," else end + 1)
            if before and before.inside and (of := re.search(r"\s(?=of\s(?:the|an?)\s$)", masked[: before.start])):
                owner = phrase_before(masked, of.start())  # "the parameters of the network by w"
                before = replace(owner, text=masked[owner.start : before.end]) if owner else None
            if before and not re.search(r"\bsame\b", masked[max(0, before.start - 12) : match.start()]):
                yield from _make(sentence, match["list"], before.text, 0.85, before.start)


_SIGN = re.compile(r"[{}]|:=|\\(?:triangleq|coloneqq|equiv|in)\b|[≜=∈]")
_STATED = re.compile(rf"(?:\b(?:let|where|with|denote|define|set|and|here|as|by|for|that)\s|[:,(]\s?|^)(?P<list>{F})(?=\s*[.,;:)]|\s(?:and|as|for|be|with|where|is|to|in)\b|$)", re.IGNORECASE)  # fmt: skip


def _last_side(latex: str) -> str:
    """What stands behind the last equality of a formula, without the set that it is in."""
    depth, start, end = 0, 0, len(latex)
    for sign in _SIGN.finditer(latex):
        if sign[0] in "{}":
            depth += 1 if sign[0] == "{" else -1
        elif depth == 0 and sign[0] in ("\\in", "∈"):
            end = sign.start()
            break
        elif depth == 0:
            start = sign.end()
    return latex[start:end].strip(" ,.")


def _equalities(sentence: Sentence) -> Iterator[Definition]:
    """Symbols that a formula of the sentence sets equal to an expression ("Let $e = x - y$")."""
    if sentence.block.kind == "algorithm":
        return  # assignments
    for match in _STATED.finditer(sentence.masked):
        said = sentence.about[match["list"]]
        if len(said) != 1 or said[0].sequence:
            continue
        subject, value = said[0], _last_side(sentence.formulas[match["list"]])
        if (
            re.search(r"[A-Za-z]", re.sub(r"\\[a-z]+", "", value))
            and len(value) <= 160
            and value.count("{") == value.count("}")
            and subject.value
        ):
            yield Definition(subject, f"defined as ${value}$", sentence, 0.45, subject.shape, match.start())


# Chinese: "其中 $x$ 表示输入" (where x denotes the input).
_CHINESE = re.compile(
    rf"(?P<list>{F})\s*(?:分别)?(?:表示|代表|是指|指的是|为|是)\s*(?P<np>(?=[^，。；、,;：:]{{0,20}}[\u4e00-\u9fff])[^，。；、,;：:()（）]{{2,40}})"
)


def _chinese(sentence: Sentence) -> Iterator[Definition]:
    for match in _CHINESE.finditer(sentence.masked):
        yield from _make(sentence, match["list"], match["np"].strip(), 0.8, match.start())


def _colons(sentence: Sentence) -> Iterator[Definition]:
    masked = sentence.masked
    for match in _COLON.finditer(masked):
        phrase = phrase_after(masked, match.end())
        if phrase is None:
            continue
        words = phrase.text.split()
        if re.search(ANY, words[0]) or is_verb(words[0]) or (is_stop(words[0]) and not determined(phrase.text)):
            continue
        yield from _make(sentence, match["list"], phrase.text, 0.85, match.start())


def _appositions(sentence: Sentence) -> Iterator[Definition]:
    masked = sentence.masked
    outer, outer_end = "", 0
    for match in _LISTED.finditer(masked):
        start, end = match.span()
        opened = re.search(r"\s\(\s*(?:i\.e\.,?\s|denoted\s(?:as|by)\s|e\.g\.,?\s)?$", masked[:start])
        closes = re.match(r"\s*\)", masked[end:])
        bracketed = bool(opened and closes)
        if opened and not closes and not re.match(r"\s*[,;]|\s(?:in|see|denotes)\b", masked[end:]):
            continue
        anchor = opened.start() if opened and bracketed else start
        after = masked[end:]
        if not bracketed and not _ends_here(after):
            continue
        phrase = phrase_before(masked, anchor)
        sure = 0.75
        if phrase is None and not bracketed and re.search(r"\bof\s+$", masked[:start]):
            of = re.search(r"\b(?P<art>an?|with|and|,)\s+(?P<np>(?:[\w-]+\s){0,2}(?:rate|size|length|dimension|dimensionality|rank|probability|factor|temperature|width|radius|budget|threshold|ratio|coefficient|decay))\s+of\s+$", masked[:start])  # fmt: skip
            if of and not is_verb(of["np"].split()[0]) and not is_stop(of["np"].split()[0]):
                yield from _make(sentence, match[0], of["np"], 0.75, of.start("np"))
            continue
        if phrase is None:
            continue
        last = phrase.text.split()[-1].lower()
        if bracketed and singular(last) != last and re.match(rf"\s*\)\s*(?:,|and|or|to)\s*\({F}", after):
            continue  # "panels (a) and (b)"
        valued = bracketed and any(s.value and not s.defined for s in sentence.about[match[0][0]])
        if valued and not phrase.determined and (singular(last) != last or not is_noun(last)):
            continue  # "a model with hard targets ($\\alpha = 0$)"
        several = len(_listed(sentence, match[0])) > 1
        if several and singular(last) == last and not re.search(r"\b(?:pair|tuple|triple|triplet|data|matrices|indices|queries)$", phrase.text):  # fmt: skip
            # "the matrix Q and K": only the first is named by what stands before; "width and height w, h" names both.
            first, second = _listed(sentence, match[0])[:2]
            both = re.search(r"(?:^|\s)([A-Za-z-]+)\s+and\s+(?:the\s)?$", masked[: phrase.start])
            if both and is_noun(both[1]) and len(_listed(sentence, match[0])) == 2:
                yield Definition(first, cleaned(both[1]), sentence, sure - 0.05, first.shape, phrase.start)
                yield Definition(second, cleaned(phrase.text), sentence, sure - 0.05, second.shape, phrase.start)
            elif not both and not bracketed and (head := re.match(F, match[0])):
                yield from _make(sentence, head[0], phrase.text, sure - 0.1, phrase.start)
            continue
        text = phrase.text
        if outer and re.fullmatch(r"[\s)]*,?\s*(?:and|or)?\s*(?:the|a|an)?\s*", masked[outer_end : phrase.start]):
            text = f"{outer} {text}"  # "averages of the gradient (m) and the squared gradient (v)"
        else:
            within = re.match(
                r"(.*?\b(?:averages?|means?|variances?|estimates?|moments?|norms?)\sof\s(?:the|a)\s)", text
            )
            outer = within[1].strip() if within else ""
        outer_end = end
        sure -= 0 if phrase.determined or bracketed else 0.08
        if phrase.inside and any(s.name.style or s.name.sup or s.name.accent for s in _listed(sentence, match[0])):
            continue  # "the output at the current depth h"
        yield from _make(sentence, match[0], text, sure, phrase.start, after[:60])


def _ends_here(after: str) -> bool:
    """Whether what follows a symbol leaves it the end of its phrase."""
    following = re.match(r"\s*(\S+)", after)
    if following is None or re.match(r"\s*[.,;:)\]!?]", after):
        return True
    if re.match(r"\s*(?:\(|\[)", after):
        return True
    if re.match(r"\s*[-=<>≤≥+−×·/^_|’']", after):
        return bool(re.match(r"\s*(?:=|<|>|≤|≥|—|-\s(?!\d))", after))
    word = re.match(r"\s+([A-Za-z][\w.-]*)", after)
    return bool(word and may_follow(word[1].rstrip(".,")))


_COUNTS_AFTER = re.compile(r"[,;:.(]$|^(?:first|last|next|top|previous|additional|remaining|following|subsequent|consecutive|nearest)$", re.IGNORECASE)  # fmt: skip


def _counts(sentence: Sentence) -> Iterator[Definition]:
    masked = sentence.masked
    for match in re.finditer(rf"(?<![\w-])({F})\s+((?:[a-z][\w-]*\s){{0,3}}?)([a-z][a-z-]+s|data)\b", masked):
        said = sentence.about[match[1]]
        if len(said) != 1 or said[0].shape or said[0].name.applied or said[0].name.accent or said[0].name.style:
            continue
        subject = said[0]
        if re.search(r"[-+−×*/=·]\s*$", masked[: match.start()]):
            continue
        if subject.value and re.search(r"(?:pixels|bits|dimensions|degrees|points)$", match[3]):
            continue
        numeric = bool(subject.value and _VALUE.match(subject.value))
        if not (numeric or (subject.value is None and re.match(r"[A-Za-z]$", subject.name.base))):
            continue
        words = [*match[2].split(), match[3]]
        if any(is_stop(w) or is_verb(w) or re.search(r"ly$", w) for w in words) or not is_counted(words[-1]):
            continue
        before = masked[: match.start()].split()
        if before and not (numeric or _COUNTS_AFTER.search(before[-1]) or is_stop(before[-1]) or is_verb(before[-1])):
            continue
        yield from _make(sentence, match[1], "number of " + " ".join(words), 0.75, match.start())
    for match in _DIMENSIONAL.finditer(masked):
        words = []
        for word in match["np"].split():
            if is_stop(word) or is_verb(word):
                break
            words.append(word)
        if words and is_noun(words[-1]):
            yield from _make(sentence, match["list"], "dimension of " + " ".join(words), 0.7, match.start())
    for match in _ORDINAL.finditer(masked):
        words = []
        for word in match["np"].split():
            if is_stop(word) or is_verb(word):
                break
            words.append(word)
        said = sentence.about[match["list"]]
        if words and is_noun(words[-1]) and len(said) == 1 and not said[0].name.sub and said[0].name.base.islower():
            yield from _make(sentence, match["list"], "index of the " + " ".join(words), 0.6, match.start())


def definitions(sentence: Sentence) -> list[Definition]:
    """All definitions that a sentence gives, in its order; the surest for each place and symbol first."""
    if not sentence.about or not re.search(F, sentence.masked):
        return []
    found = [
        d
        for reader in (_copulas, _verbs, _colons, _appositions, _counts, _equalities, _chinese)
        for d in reader(sentence)
    ]
    return sorted(found, key=lambda d: (-d.confidence, d.place))
