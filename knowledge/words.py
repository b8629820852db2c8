"""From what people type to what the knowledge base calls it: words, keys and bundles of keys in a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import yaml

from .vocabulary import terms

_SPLIT = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_STOP = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "at", "for", "from", "by", "with", "as", "is", "are", "was", "were", "be", "do", "does", "did", "what", "which", "how", "many", "much", "when", "where", "why", "and", "or", "per", "used", "use", "uses", "using", "value", "values", "default", "defaults", "set", "setting", "settings", "should", "i", "my", "it", "its", "this", "that", "if", "not", "no", "any", "there", "s", "paper", "official", "code", "literature", "standard", "usual", "typical", "common", "hyperparameter", "hyperparameters", "parameter"]
)

_SAME = {
    "lr": "learning rate",
    "wd": "weight decay",
    "bs": "batch size",
    "eps": "epsilon",
    "init": "initialisation",
    "initializer": "initialisation",
    "initialiser": "initialisation",
    "initialization": "initialisation",
    "optimiser": "optimizer",
    "normalization": "normalisation",
    "regularization": "regularisation",
    "width": "hidden size",
    "dim": "size",
    "depth": "layers",
    "ffn": "feedforward",
    "clip": "clipping",
    "fine": "finetuning",
    "tuning": "",
    "hf": "transformers",
    "huggingface": "transformers",
    "pytorch": "torch",
    "t2t": "tensor2tensor",
    "tf": "tensorflow",
}
"""Spellings that mean the same, so that a question and a fact meet in one."""

BUNDLES: dict[str, tuple[str, ...]] = {
    "recipe": ("optimizer.", "schedule.", "training.", "dropout.", "loss.", "data.", "lora."),
    "sizes": ("model.", "attention."),
    "augmentation": ("data.",),
    "preprocessing": ("data.", "eval.crop", "eval.resize"),
    "regularisation": ("dropout.", "loss.label_smoothing", "optimizer.weight_decay", "data.mixup", "data.cutmix"),
    "evaluation": ("eval.",),
    "initialisation": ("init.",),
    "schedule": ("schedule.", "training.steps", "training.epochs"),
    "dropout": ("dropout.",),
    "optimizer": ("optimizer.",),
    "everything": ("",),
}
"""Questions that ask for many keys, and the beginnings of the keys that they ask for."""

_BUNDLE_NAMES = {
    "recipe": "recipe",
    "training": "recipe",
    "hyperparameters": "recipe",
    "hyperparameter": "recipe",
    "sizes": "sizes",
    "size": "sizes",
    "dimensions": "sizes",
    "architecture": "sizes",
    "augmentation": "augmentation",
    "augmentations": "augmentation",
    "preprocessing": "preprocessing",
    "transforms": "preprocessing",
    "regularisation": "regularisation",
    "regularization": "regularisation",
    "evaluation": "evaluation",
    "decoding": "evaluation",
    "init": "initialisation",
    "initialisation": "initialisation",
    "initialization": "initialisation",
    "initializer": "initialisation",
    "schedule": "schedule",
    "dropout": "dropout",
    "optimizer": "optimizer",
    "optimiser": "optimizer",
    "defaults": "everything",
    "config": "everything",
    "configuration": "everything",
    "settings": "everything",
}
_WEAK = frozenset(
    {"training", "size", "hyperparameter", "hyperparameters", "config", "configuration", "settings", "defaults"}
)
"""Words that ask for a bundle only where nothing more precise is asked for."""


@dataclass(frozen=True)
class Question:
    """What a query asks for.

    **Arguments:**

    - `keys`: keys of the vocabulary that it names, in order.
    - `bundles`: names of `BUNDLES` that it asks for.
    - `words`: its content words, for facts that name the thing in words of their own.
    - `wants_default`: does it ask for what a framework does by default?
    """

    keys: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    words: frozenset[str] = field(default_factory=frozenset)
    wants_default: bool = False

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The beginnings of the keys that its bundles stand for."""
        return tuple(prefix for bundle in self.bundles for prefix in BUNDLES[bundle])


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):
        return word[:-1]
    return word


@cache
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in one spelling: lower case, singular, digits apart from letters."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()
    out: list[str] = []
    for word in _SPLIT.findall(spaced):
        out.extend(_stem(part) for part in _SAME.get(word, word).split())
    return tuple(out)


def content(text: str) -> frozenset[str]:
    """The words of a text that carry meaning."""
    return frozenset(word for word in tokens(text) if word not in _STOP and (len(word) > 1 or word.isdigit()))


@cache
def _phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    """What names a key: words to every key that they may mean, likeliest first."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    asked = yaml.load(resources.files(__package__).joinpath("asked.yaml").read_text(encoding="utf-8"), Loader=loader)
    names = [(key, name) for key, listed in asked.items() for name in listed]
    for term in terms().values():
        own = (term.key, term.key.split(".")[1].replace("_", " "), term.title, *term.paper_names, *term.code_names)
        names.extend((term.key, name) for name in own)
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for key, name in names:
        phrase = tokens(re.sub(r"\(.*?\)", "", name))
        if phrase:
            found.setdefault(phrase, {})[key] = None
    return {phrase: tuple(keys) for phrase, keys in found.items()}


def keys_of(text: str) -> list[str]:
    """The keys that a text may name, in its order; longer names win, and a lone letter only counts by itself."""
    phrases = _phrases()
    longest = max(map(len, phrases))
    found: dict[str, None] = {}
    for part in re.split(r"[,;/+&]| and | vs\.? |\bor\b", text):
        words, at = tokens(part), 0
        while at < len(words):
            for length in range(min(longest, len(words) - at), 0, -1):
                phrase = words[at : at + length]
                if phrase in phrases and (len("".join(phrase)) > 1 or len(words) == 1):
                    found.update(dict.fromkeys(phrases[phrase]))
                    at += length - 1
                    break
            at += 1
    return list(found)


def question(text: str) -> Question:
    """Read a query: a key, a usual name, several of them, a bundle, or a sentence."""
    if text.strip() in terms():
        return Question((text.strip(),), (), content(text))
    plain = [word for word in re.findall(r"[a-z]+", text.lower()) if word in _BUNDLE_NAMES]
    keys = keys_of(re.sub(rf"\b({'|'.join(_WEAK)})\b", " ", text, flags=re.IGNORECASE)) if plain else keys_of(text)
    precise = keys_of(
        " ".join(re.sub(r"[a-z]+", lambda m: "" if m[0] in _BUNDLE_NAMES else m[0], text.lower()).split())
    )
    named = [word for word in plain if word not in _WEAK or not precise]
    several = tuple(dict.fromkeys(_BUNDLE_NAMES[word] for word in named))
    whole = {"recipe", "sizes", "everything", "augmentation", "preprocessing", "regularisation", "evaluation"}
    return Question(
        tuple(keys if not whole & set(several) else precise), several, content(text), "default" in text.lower()
    )
