"""From what people type to what the knowledge base calls it: words, keys and bundles of keys in a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from .vocabulary import terms

_SPLIT = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "from",
        "by",
        "with",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "do",
        "does",
        "did",
        "what",
        "which",
        "how",
        "many",
        "much",
        "when",
        "where",
        "why",
        "and",
        "or",
        "per",
        "used",
        "use",
        "uses",
        "using",
        "value",
        "values",
        "default",
        "defaults",
        "set",
        "setting",
        "settings",
        "should",
        "i",
        "my",
        "it",
        "its",
        "this",
        "that",
        "if",
        "not",
        "no",
        "any",
        "there",
        "s",
        "paper",
        "official",
        "code",
        "literature",
        "standard",
        "usual",
        "typical",
        "common",
        "hyperparameter",
        "hyperparameters",
        "parameter",
    ]
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
    "dropout": ("dropout.", "lora.dropout"),
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
class Part:
    """One thing that a query asks for.

    **Arguments:**

    - `keys`: keys of the vocabulary that it may mean, in the order of the text.
    - `bundles`: names of `BUNDLES` that it asks for.
    - `words`: its content words, for facts that name the thing in words of their own.
    - `rest`: words that name neither key nor bundle: they may narrow the scope ("fine-tuning learning rate").
    - `phrase`: all its words, in order.
    """

    keys: tuple[str, ...]
    bundles: tuple[str, ...]
    words: frozenset[str]
    rest: frozenset[str] = frozenset()
    phrase: tuple[str, ...] = ()

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The beginnings of the keys that its bundles stand for."""
        return tuple(prefix for bundle in self.bundles for prefix in BUNDLES[bundle])


@dataclass(frozen=True)
class Question:
    """What a query asks for: its parts ("lr, batch size" has two), and whether it wants what a framework does by default."""

    parts: tuple[Part, ...]
    wants_default: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Every key that it names."""
        return frozenset(key for part in self.parts for key in part.keys)

    @property
    def bundles(self) -> tuple[str, ...]:
        """Every bundle that it asks for."""
        return tuple(dict.fromkeys(bundle for part in self.parts for bundle in part.bundles))

    @property
    def words(self) -> frozenset[str]:
        """Its content words."""
        return frozenset().union(*(part.words for part in self.parts))


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):
        return word[:-1]
    return word


@cache
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in one spelling: lower case, singular, digits apart from letters."""
    spaced = re.sub(r"([a-z0-9])([A-Z][a-z])", r"\1 \2", text).lower()
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


def _read(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The keys that a text names, longer names first where names overlap, and the words that name none."""
    phrases = _phrases()
    longest = max(map(len, phrases))
    words, at = tokens(text), 0
    rest: list[str] = []
    found: dict[str, None] = {}
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = words[at : at + length]
            alone = len(words) == 1
            if (
                phrase in phrases
                and (alone or len("".join(phrase)) > 1)
                and not (length == 1 and phrase[0] in _bundle_words())
            ):
                found.update(dict.fromkeys(phrases[phrase]))
                rest.extend(word for word in phrase[-1:] if _completes(word, phrases[phrase]))
                at += length
                break
        else:
            rest.append(words[at])
            at += 1
    return tuple(found), rest


def _completes(word: str, keys: tuple[str, ...]) -> bool:
    """Does a name of a key end in the word for the bundle of that key, as "learning rate schedule" does?"""
    bundle = _bundle_words().get(word)
    return bundle is not None and any(key.startswith(BUNDLES[bundle[0]]) for key in keys)


@cache
def _bundle_words() -> dict[str, tuple[str, bool]]:
    """Words in their one spelling, to the bundle that they ask for and whether they do so only for want of better."""
    return {tokens(word)[0]: (bundle, word in _WEAK) for word, bundle in _BUNDLE_NAMES.items()}


def keys_of(text: str) -> list[str]:
    """The keys that a text may name."""
    return list(dict.fromkeys(key for part in question(text).parts for key in part.keys))


def names_a_key(text: str) -> bool:
    """Is this text, as a whole, the name of a key or of a bundle?"""
    return tokens(text) in _phrases() or (len(tokens(text)) == 1 and tokens(text)[0] in _bundle_words())


def _part(text: str) -> Part:
    keys, rest = _read(text)
    asked = [_bundle_words()[word] for word in rest if word in _bundle_words()]
    fitting = [
        bundle
        for bundle, weak in asked
        if not keys or (not weak and any(key.startswith(BUNDLES[bundle]) for key in keys))
    ]
    bundles = tuple(dict.fromkeys(fitting))
    spare = frozenset(word for word in rest if word not in _bundle_words() and word in content(text))
    words = content(text) - set(_bundle_words()) if bundles else content(text)
    return Part(keys, bundles, words, spare, tokens(text))


def question(text: str) -> Question:
    """Read a query: a key, a usual name, several of them, a bundle, or a sentence."""
    if text.strip() in terms():
        return Question((Part((text.strip(),), (), content(text)),))
    pieces = [piece for piece in re.split(r"[,;/+&]| and | vs\.? | or ", text) if tokens(piece)]
    return Question(tuple(_part(piece) for piece in pieces), "default" in text.lower())
