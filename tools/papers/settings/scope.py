"""What a stated value holds for: a model size, a data set, a phase of training, as far as the text says."""

from __future__ import annotations

import re

from .sentences import Sentence

_SIZE = r"(?:base|big|large|small|tiny|medium|huge|giant|xl|xxl|mini)"
_NAME = r"(?:[A-Z][\w.+/]*[A-Z0-9][\w.+/-]*|[A-Z]\w*-[A-Z0-9][\w.+-]*|[A-Z][a-z]+(?=[\s-](?:dataset|data set|corpus|model|models|task|benchmark|experiments?)))"
_NAMES = rf"{_NAME}(?:[ -](?:{_SIZE}|[A-Z0-9][\w.+/-]*|only|only setting))*"
_NOT_SCOPES = re.compile(
    r"^(?:GPUs?|TPUs?|CPUs?|NVIDIA|P100|V100|A100|H100|BLEU|ReLUs?|GELU|SGD|Adam\w*|LSTM|RNN|CNN|MLP|BN|LN|BPE|LR|LM|FFN|AI|NLP|K|N|L2|L1|RoPE|[A-Z]|BooksCorpus|PyTorch|TensorFlow|JAX|TPUv\d|AdamW|LayerNorm\w*|SwiGLU|ReLUs|PReLU)$"
)
_PATTERNS = [
    re.compile(rf"\b({_SIZE})[\s-]+(?:models?|configurations?|variants?|versions?|transformers?|settings?)\b", re.IGNORECASE),
    re.compile(rf"\b(?:for|on|in|of|using|with|train(?:ed|ing)?|fine-?tun(?:ed?|ing)|to)\s+(?:the\s+|our\s+|both\s+|all\s+)?({_NAMES})"),
    re.compile(rf"\b({_NAMES})\s+(?:models?|experiments?|datasets?|training|fine-?tuning|tasks?)\b"),
]
_PHASE = re.compile(r"\b(pre-?train(?:ing|ed)|fine-?tun(?:ing|ed|e)|finetun(?:ing|ed|e)|distillation|inference|test time|linear evaluation|evaluation)\b", re.IGNORECASE)
_PHASES = {"pre": "pre-training", "fin": "fine-tuning", "dis": "distillation", "inf": "inference", "tes": "inference", "lin": "linear evaluation", "eva": "evaluation"}  # fmt: skip


def _candidates(text: str) -> list[tuple[int, str]]:
    found = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = match[1].strip(" .,-")
            if not _NOT_SCOPES.match(name):
                found.append((match.start(1), name.lower() if re.fullmatch(_SIZE, name, re.IGNORECASE) else name))
    return found


def phase_of(text: str) -> str | None:
    """The phase of training that a text speaks of ("fine-tuning"), or None."""
    match = _PHASE.search(text)
    return _PHASES[match[1][:3].lower()] if match else None


def scope_of(sentence: Sentence, start: int, end: int, section: str | None) -> str | None:
    """The scope of a value at a span of a sentence: named beside it, by its paragraph's heading, or by its section."""
    found = _candidates(sentence.text)
    if found:
        distance, name = min((place - end if place >= end else (start - place) * 1.2, name) for place, name in found)
        if distance < 110:
            return name
    phase = _PHASE.search(sentence.text)
    if phase and abs(phase.start() - start) < 90:
        return _PHASES[phase[1][:3].lower()]
    for heading in (sentence.lead, section or ""):
        names = [n for n in re.findall(_NAMES, heading) if not _NOT_SCOPES.match(n)]
        if names:
            return str(names[0])
        if phase_of(heading):
            return phase_of(heading)
    return None
