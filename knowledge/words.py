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
    "a an the of to in on at for from by with as is are was were be do does did what which how many much when where why and or "
    "per used use uses using value values default defaults set setting settings should i my it its this that if not no any "
    "there s paper official code literature standard usual typical common hyperparameter hyperparameters parameter".split()
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
    "recipe": ("optimizer.", "schedule.", "training.", "dropout.", "loss.", "data.", "init.", "eval."),
    "sizes": ("model.", "attention.", "position."),
    "augmentation": ("data.",),
    "preprocessing": ("data.",),
    "regularisation": ("dropout.", "loss.label_smoothing", "optimizer.weight_decay", "data.mixup", "data.cutmix"),
    "evaluation": ("eval.",),
    "everything": ("",),
}
"""Questions that ask for many keys, and the beginnings of the keys that they ask for."""

_BUNDLE_NAMES = {
    "recipe": "recipe",
    "training": "recipe",
    "hyperparameters": "recipe",
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
    "defaults": "everything",
    "default": "everything",
    "config": "everything",
    "configuration": "everything",
    "settings": "everything",
}


@dataclass(frozen=True)
class Question:
    """What a query asks for.

    **Arguments:**

    - `keys`: keys of the vocabulary that it names, in order.
    - `bundles`: names of `BUNDLES` that it asks for.
    - `words`: its content words, for facts that name the thing in words of their own.
    """

    keys: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    words: frozenset[str] = field(default_factory=frozenset)

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
def _phrases() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    names = [
        (term.key, name) for term in terms().values() for name in (term.key, term.key.split(".")[1].replace("_", " "))
    ]
    names += [
        (term.key, name) for term in terms().values() for name in (term.title, *term.paper_names, *term.code_names)
    ]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    asked = yaml.load(resources.files(__package__).joinpath("asked.yaml").read_text(encoding="utf-8"), Loader=loader)
    names = [(key, name) for key, listed in asked.items() for name in listed] + names
    for key, name in names:
        phrase = tokens(re.sub(r"\(.*?\)", "", name))
        if phrase and not (len(phrase) == 1 and len(phrase[0]) < 2):
            found.setdefault(phrase, key)
    return found


def keys_of(text: str) -> list[str]:
    """The keys that a text names, longest names first where names overlap, in the order of the text."""
    words, phrases, found, at = tokens(text), _phrases(), [], 0
    longest = max(map(len, phrases))
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            key = phrases.get(words[at : at + length])
            if key:
                if key not in found:
                    found.append(key)
                at += length - 1
                break
        at += 1
    return found


def question(text: str) -> Question:
    """Read a query: a key, a usual name, several of them, a bundle, or a sentence."""
    keys = [text.strip()] if text.strip() in terms() else keys_of(text)
    plain = [word for word in re.findall(r"[a-z]+", text.lower()) if word in _BUNDLE_NAMES]
    bundles = () if keys else tuple(dict.fromkeys(_BUNDLE_NAMES[word] for word in plain))
    if "recipe" in plain or ("defaults" in plain and len(text.split()) <= 2):
        bundles = tuple(dict.fromkeys(_BUNDLE_NAMES[word] for word in plain))
    return Question(tuple(keys), bundles, content(text))
