"""What a stated value holds for: a model size, a data set, a phase of training, as far as the text says."""

from __future__ import annotations

import re

from .mentions import find_names, word_set
from .sentences import Sentence

_SIZE = r"(?:base|big|large|small|tiny|medium|huge|giant|xl|xxl|mini)"
_NAME = r"(?:[A-Z][\w.+/]*[A-Z0-9][\w.+/-]*|[A-Z]\w*-[A-Z0-9][\w.+-]*|(?<=[a-z,] )[A-Z][a-z]+(?=[\s-](?:dataset|data set|corpus|model|models|task|benchmark|experiments?)))"
_TITLE_NAME = re.compile(
    r"(?<!\w)(?:[A-Za-z][\w.+/]*[a-z0-9][A-Z][\w.+/-]*|[A-Z]{2,}[\w.+/-]*(?:-\d+\w*)?|[A-Z]\w+-\d+\w*)"
)
_NAMES = rf"{_NAME}(?:[ -](?:{_SIZE}|[A-Z0-9][\w.+/-]*|only|only setting))*"
_NOT_SCOPES = re.compile(
    r"^(?:GPUs?|TPUs?|CPUs?|NVIDIA|[PVAH]\d{2,3}0|FP\d+|BF16|MoE|BLEU|ReLUs?|GELU|SGD|Adam\w*|LSTM|RNN|CNN|MLP|BN|LN|BPE|LR|LM|FFN|AI|NLP|K|N|L2|L1|RoPE|Our|We|The|This|[A-Z]|BooksCorpus|PyTorch|TensorFlow|JAX|TPUv\d|AdamW|LayerNorm\w*|SwiGLU|ReLUs|PReLU)(?:\s(?:GPU|NVIDIA).*)?$"
)
_PATTERNS = [
    re.compile(
        rf"\b({_SIZE})[\s-]+(?:models?|configurations?|variants?|versions?|transformers?|settings?)\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?:[Ff]or|[Oo]n|[Ii]n|of|[Uu]sing|with|[Tt]rain(?:ed|ing)?|[Ff]ine-?tun(?:ed?|ing)|to)\s+(?:the\s+|our\s+|both\s+|all\s+)?({_NAMES})"
    ),
    re.compile(r"\b(?:for|in|with) (?:the |our )?([a-z]+(?:-[a-z]+)+) (?:setting|experiments?|case|regime)\b"),
    re.compile(r"\bon (?:the )?(?:[A-Z]?[\w-]+ ){1,6}\(([A-Z][A-Za-z0-9-]{1,10})\)"),
    re.compile(rf"\b({_NAMES})\s+(?:models?|experiments?|datasets?|training|fine-?tuning|tasks?)\b"),
]
_PHASE = re.compile(
    r"\b(pre-?train(?:ing|ed)|fine-?tun(?:ing|ed|e)|finetun(?:ing|ed|e)|distillation|inference|test time|linear evaluation|evaluation)\b",
    re.IGNORECASE,
)
_PHASES = {"pre": "pre-training", "fin": "fine-tuning", "dis": "distillation", "inf": "inference", "tes": "inference", "lin": "linear evaluation", "eva": "evaluation"}  # fmt: skip


_BESIDE = re.compile(rf"({_NAMES})\s*(?:\[[\d, ]+\]\s*)?\([^()]{{0,60}}$")


def _candidates(text: str) -> list[tuple[int, str]]:
    found = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = match[1].strip(" .,-_")
            if not _NOT_SCOPES.match(name):
                found.append((match.start(1), name.lower() if re.fullmatch(_SIZE, name, re.IGNORECASE) else name))
    return found


def phase_of(text: str) -> str | None:
    """The phase of training that a text speaks of ("fine-tuning"), or None."""
    match = _PHASE.search(text)
    return _PHASES[match[1][:3].lower()] if match else None


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
    return title.lower() if title.isupper() else title


_OTHER_CLAUSE = re.compile(r"\b(?:while|whereas|but)\b|;")


def _distance(text: str, start: int, end: int, place: int) -> float:
    """How far a name is from a statement: names behind it are nearer, those of another clause farther."""
    between = text[end:place] if place >= end else text[place:start]
    return len(between) * (1.0 if place >= end else 1.2) + (60 if _OTHER_CLAUSE.search(between) else 0)


def scope_of(sentence: Sentence, start: int, end: int, section: str | None, experimental: bool = False) -> str | None:
    """The scope of a value at a span of a sentence: named beside it, by its paragraph's heading, or by its section.

    **Arguments:**

    - `experimental`: whether the section reports experiments; then its topic is a scope.
    """
    beside = _BESIDE.search(sentence.text[max(0, start - 110) : start])
    if beside and not _NOT_SCOPES.match(beside[1]):
        return beside[1]
    found = _candidates(sentence.text)
    if found:
        distance, name = min((_distance(sentence.text, start, end, place), name) for place, name in found)
        if distance < 110:
            return name
    phase = _PHASE.search(sentence.text)
    if phase and abs(phase.start() - start) < 90:
        return _PHASES[phase[1][:3].lower()]
    for heading in (sentence.lead, section or ""):
        if heading.isupper():
            continue
        names = [n for n in _TITLE_NAME.findall(heading) if not _NOT_SCOPES.match(n)]
        if names or phase_of(heading):
            return str(names[0]) if names else phase_of(heading)
    return topic_of(section) if experimental else None
