"""What a stated value holds for: a model size, a data set, a phase of training, as far as the text says."""

from __future__ import annotations

import re

from .mentions import find_names, word_set
from .sentences import Sentence

_SIZE = r"(?:base|big|large|small|tiny|medium|huge|giant|xl|xxl|mini)"
_INDEXED = r"[A-Z][A-Za-z-]+_\{{1,2}[A-Z][\w.+-]*\}{1,2}"
_NAME = rf"(?:{_INDEXED}|[A-Z][\w.+/]*[A-Z0-9][\w.+/-]*|[A-Z]\w*-[A-Z0-9][\w.+-]*|(?<=[a-z,] )[A-Z][a-z]+(?=[\s-](?:dataset|data set|corpus|model|models|task|benchmark|experiments?)))"
_TITLE_NAME = re.compile(
    r"(?<!\w)(?:[A-Za-z][\w.+/]*[a-z0-9][A-Z][\w.+/-]*|[A-Z]{2,}[\w.+/-]*(?:-\d+\w*)?|[A-Z]\w+-\d+\w*)(?:\s[vV]\d(?:\.\d+)?)?"
)
_NAMES = rf"{_NAME}(?:[ -](?:{_SIZE}|[A-Z0-9][\w.+/-]*|only|only setting))*"
_NOT_SCOPES = re.compile(
    r"^(?:GPUs?|TPUs?|CPUs?|NVIDIA|[PVAH]\d{2,3}0|FP\d+|BF16|MoE|BLEU|ReLUs?|GELU|SGD|Adam\w*|LSTM|RNN|CNN|MLP|BN|LN|BPE|LR|LM|FFN|AI|NLP|K|N|L2|L1|RoPE|Our|We|The|This|[A-Z]|BooksCorpus|PyTorch.*|TensorFlow.*|Keras.*|JAX|CUDA.*|RMS[Pp]rop|AdaGrad|Adagrad|[IVX]+(?:-[A-Z])?(?:\.\d)?|TPUv\d|AdamW|LayerNorm\w*|SwiGLU|ReLUs|PReLU)(?:\s(?:GPU|NVIDIA).*)?$"
)
_PATTERNS = [
    re.compile(
        rf"\b({_SIZE})[\s-]+(?:models?|configurations?|variants?|versions?|transformers?|settings?)\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?:[Ff]or|[Oo]n|[Ii]n|of|[Uu]sing|with|[Tt]rain(?:ed|ing)?|[Ff]ine-?tun(?:ed?|ing)|to)\s+(?:the\s+|our\s+|both\s+|all\s+)?({_NAMES})"
    ),
    re.compile(r"\b(?:[Ff]or|[Ii]n) (?:the |our |all )?(baselines?(?: [A-Z]\w+)?)\b"),
    re.compile(r"\b(?:for|in|with) (?:the |our )?([a-z]+(?:-[a-z]+)+) (?:setting|experiments?|case|regime)\b"),
    re.compile(r"\bon (?:the )?(?:[A-Z]?[\w-]+ ){1,6}\(([A-Z][A-Za-z0-9-]{1,10})\)"),
    re.compile(rf"\b({_NAMES})\s+(?:models?|experiments?|datasets?|training|fine-?tuning|tasks?)\b"),
]
_PHASE = re.compile(
    r"(?<!\bas )(?<!than )(?<!like )\b(pre-?train(?:ing|ed)?|fine-?tun(?:ing|ed|e)|finetun(?:ing|ed|e)|distillation|inference|test time|linear evaluation|evaluation)\b"
    r"(?!\s+(?:\w+[\s-]+){0,2}(?:models?|weights|checkpoints?|networks?|backbones?|encoders?|embeddings|parameters|initiali[sz]ation)\b)",
    re.IGNORECASE,
)
"""A phase as something that is done; "a pre-trained model" is something that is used."""
_PHASES = {"pre": "pre-training", "fin": "fine-tuning", "dis": "distillation", "inf": "inference", "tes": "inference", "lin": "linear evaluation", "eva": "evaluation"}  # fmt: skip


_BESIDE = re.compile(
    rf"({_NAMES}|[A-Z][\w+-]*(?:\s[A-Z][\w+-]*)*(?=\s*\[))\s*(?:\[[\d, ]+\]\s*)?(?:\([^()]{{0,60}}$|\([^()]{{0,40}}\)\s*(?:with|at|using)\s+$)"
)


def _candidates(text: str) -> list[tuple[int, str]]:
    found = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = match[1].strip(" .,-_")
            if not _NOT_SCOPES.match(name) and not re.search(r"\bincluding (?:the )?$", text[: match.start(1)]):
                found.append((match.start(1), name.lower() if re.fullmatch(_SIZE, name, re.IGNORECASE) else name))
    return found


def phase_of(text: str) -> str | None:
    """The phase of training that a text speaks of ("fine-tuning"); None where it speaks of none or of several."""
    match = _PHASE.search(text)
    several = re.search(r"\btraining (?:&|and|/) ", text, re.IGNORECASE)
    return _PHASES[match[1][:3].lower()] if match and not several else None


_GENERAL = word_set(
    """
    further other more all full complete remaining extra supplementary material list values tasks task datasets dataset
    baselines metrics measures
    model models training train data batching hardware schedule optimizer optimization optimisation regularization
    regularisation architecture implementation experiment experiments experimental setup setups details detail
    hyperparameters hyper parameters appendix settings setting method methods approach results introduction and of
    the for our configuration on in with to procedure a b c d e overview discussion conclusion evaluation main
    abstract reproducibility recipe network networks proposed learning used specifications specification additional
    initialization preprocessing hyperparameter general common design protocol implementing section further other more
    remaining full complete tasks
    """
)
"""Words of headings that name no experiment of its own."""


def topic_of(section: str | None) -> str | None:
    """The experiment that a heading names ("English Constituency Parsing"), or None where its words are general."""
    title = re.sub(r"^(?:[A-Z]|\d+)(?:\.\d+)*\.?\s+", "", section or "")
    title = re.sub(
        r"^(?:experiments?|ablation|case study|evaluation|appendix)\s*[:–-]\s*", "", title, flags=re.IGNORECASE
    ).strip()
    words = re.findall(r"[a-z]+", title.lower())
    if not words or all(word in _GENERAL for word in words):
        return None
    if any(m.end - m.start > 0.6 * len(title) for m in find_names(title)):
        return None
    return (
        phase_of(title) if _PHASE.fullmatch(title) else title.lower() if title.isupper() and len(title) > 8 else title
    )


_OTHER_CLAUSE = re.compile(r"\b(?:while|whereas|but)\b|;")


def _distance(text: str, start: int, end: int, place: int) -> float:
    """How far a name is from a statement: names behind it are nearer, those of another clause farther."""
    between = text[end:place] if place >= end else text[place:start]
    return len(between) * (1.0 if place >= end else 1.2) + (60 if _OTHER_CLAUSE.search(between) else 0)


_REACH = 200
"""How far from a value, in characters, a name can stand that says what it holds for."""
_HEADED = re.compile(
    rf"^(?:[\s•▪◦‣*-]*({_NAMES})|\s*(?:[•▪◦‣]|[-*]\s)\s*([A-Z][\w-]*(?:\s[\w-]+){{0,4}}))\s*(?:\([^()]{{0,40}}\)\s*)?:\s"
)
_OPENING = re.compile(rf"(?:^|[.!?]\s)(?:For|On|In)\s+(?:the\s+|our\s+)?({_NAMES})")
_WHOLE = re.compile(r"\b(?:all|both|every|each|any|otherwise|always|throughout)\b", re.IGNORECASE)
_TRAINED_IN = {"pre-training", "fine-tuning", "distillation", "linear evaluation"}


def _shown(name: str) -> str:
    """A name with its index beside it: "BERT_{BASE}" as "BERT BASE"."""
    return re.sub(r"_\{{1,2}([\w.+-]*)\}{1,2}", r" \1", name)


def _named(sentence: Sentence, start: int, end: int) -> str | None:
    """The model or data set that a sentence gives to its span: in a bracket's front, at its own front, or nearest."""
    text = sentence.text
    beside = _BESIDE.search(text[max(0, start - 110) : start])
    if beside and not _NOT_SCOPES.match(beside[1]):
        return _shown(beside[1])
    headed = _HEADED.match(text)
    title = (headed[1] or headed[2]) if headed else ""
    if headed and start >= headed.end(headed.lastindex or 0) and topic_of(title) and not _NOT_SCOPES.match(title):
        return _shown(title)
    found = _candidates(text)
    if found:
        distance, name = min((_distance(text, start, end, place), name) for place, name in found)
        if distance < _REACH:
            return _shown(name)
    return None


def _with_phase(name: str, phase: str | None) -> str:
    said = phase is None or phase not in _TRAINED_IN or phase_of(name) or phase.split("-")[0] in name.lower()
    return name if said else f"{name} {phase}"


def scope_of(sentence: Sentence, start: int, end: int, section: str | None, experimental: bool = False) -> str | None:
    """The scope of a value at a span of a sentence: named beside it, by its paragraph, or by its section.

    A name and a phase of training belong together ("SQuAD fine-tuning").

    **Arguments:**

    - `experimental`: whether the section reports experiments; then its topic is a scope.
    """
    text = sentence.text
    phases = list(_PHASE.finditer(text))
    near = min(phases, key=lambda m: abs(m.start() - start), default=None)
    reach = _REACH if len({m[1][:3].lower() for m in phases}) == 1 else 90
    phase = _PHASES[near[1][:3].lower()] if near and abs(near.start() - start) < reach else None
    name = _named(sentence, start, end)
    if name is not None:
        return _with_phase(name, phase)
    opened = _OPENING.findall(sentence.before) if experimental and not _WHOLE.search(text) else []
    if opened and not _NOT_SCOPES.match(opened[-1]):
        return _with_phase(_shown(opened[-1]), phase)
    for heading in (sentence.lead, section or ""):
        if heading.isupper():
            continue
        names = [n for n in _TITLE_NAME.findall(heading) if not _NOT_SCOPES.match(n)]
        if names:
            return _with_phase(str(names[0]), phase or phase_of(heading))
        if phase is None and phase_of(heading):
            return phase_of(heading)
    topic = topic_of(section) if experimental else None
    return _with_phase(topic, phase) if topic else phase
