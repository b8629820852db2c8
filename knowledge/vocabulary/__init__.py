"""The vocabulary: every key that a fact can have, with the names that papers and code give it.

One YAML file a family beside this one; a new kind of fact is one entry there. `families.yaml` says which words of a
paper tell that a family of methods fits it, `known.yaml` has the names of data sets and metrics.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

ValueKind = Literal["number", "integer", "fraction", "text", "boolean", "list", "choice"]
Need = Literal["required", "usual", "optional"]
Severity = Literal["high", "medium", "low"]


class Term(BaseModel):
    """One key of the vocabulary.

    **Arguments:**

    - `title`: how a person reads it.
    - `kind`: what its values are; `fraction` accepts percentages; `choice` has its values in `choices`, each with the
      spellings that mean it.
    - `range`: least and greatest value that is not a misreading.
    - `category`: the finding category of the comparison that a difference in it belongs to.
    - `severity`: what a difference in it does to results, as a rule.
    - `need`: does a reimplementation need it? `why` says what goes wrong when it is guessed.
    - `paper_names`: phrases as papers write them, lower case ("learning rate").
    - `symbols`: its symbols where papers agree on them ("d_model", "P_drop"); subscripts after `_`.
    - `counted`: nouns that follow the value ("8 attention heads").
    - `code_names`: identifiers as code writes them, lower case with underscores ("lr", "n_embd").
    - `paper_parts`, `code_parts`: of a list that is also given element by element (beta1, beta2), the names of each.
    - `families`: method families for which it matters; empty means all.
    """

    model_config = ConfigDict(extra="forbid")

    key: str
    title: str
    kind: ValueKind
    unit: str | None = None
    range: tuple[float, float] | None = None
    category: str | None = None
    severity: Severity = "medium"
    need: Need = "optional"
    why: str = ""
    paper_names: list[str] = Field(default_factory=list)
    symbols: list[str] = Field(default_factory=list)
    counted: list[str] = Field(default_factory=list)
    code_names: list[str] = Field(default_factory=list)
    paper_parts: list[list[str]] = Field(default_factory=list)
    code_parts: list[list[str]] = Field(default_factory=list)
    choices: dict[str, list[str]] = Field(default_factory=dict)
    families: list[str] = Field(default_factory=list)


def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=loader)
    return content


@cache
def terms() -> dict[str, Term]:
    """All keys, in the order of the files."""
    found: dict[str, Term] = {}
    names = (f.name for f in resources.files(__package__).iterdir() if f.name.endswith(".yaml"))
    for name in sorted(n for n in names if n not in ("families.yaml", "known.yaml")):
        for key, entry in _read(name).items():
            if key in found:
                raise ValueError(f"{name}: the key {key!r} is in another file of the vocabulary already")
            found[key] = Term(key=key, **entry)
    return found


@cache
def families() -> dict[str, list[str]]:
    """Families of methods, each with the words that tell that a paper belongs to it."""
    return _read("families.yaml")


@cache
def known() -> dict[str, list[str]]:
    """Names of data sets and of metrics that papers use without saying what they are."""
    return _read("known.yaml")


@cache
def _by_code_name() -> dict[str, tuple[str, int | None]]:
    names: dict[str, tuple[str, int | None]] = {}
    for term in terms().values():
        for name in term.code_names:
            names.setdefault(name, (term.key, None))
        for index, part in enumerate(term.code_parts):
            for name in part:
                names.setdefault(name, (term.key, index))
    return names


def _as_identifier(name: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name) if not name.isupper() else name
    return snake.strip("-").lower().replace("-", "_")


def key_of_code_name(identifier: str) -> str | None:
    """The key that an identifier of code stands for, by its exact name (case and dashes aside)."""
    names = _by_code_name()
    found = names.get(identifier.lower().replace("-", "_")) or names.get(_as_identifier(identifier))
    return found[0] if found else None


def part_of_code_name(identifier: str) -> int | None:
    """Which element of its list an identifier sets: 0 for `adam_beta1`, 1 for `b2`; None where it sets the whole."""
    found = _by_code_name().get(_as_identifier(identifier))
    return found[1] if found else None
