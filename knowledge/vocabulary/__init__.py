"""The vocabulary: every key that a fact can have, with the names that papers and code give it.

One YAML file a family beside this one; a new kind of fact is one entry there.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

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
    - `category`: the finding category of the comparison that a difference in it belongs to.
    - `severity`: what a difference in it does to results, as a rule.
    - `need`: does a reimplementation need it? `why` says what goes wrong when it is guessed.
    - `paper_names`: phrases and symbols as papers write them, lower case ("learning rate", "β_1", "warmup_steps").
    - `code_names`: identifiers as code writes them, lower case with underscores ("lr", "adam_beta1", "n_embd").
    - `families`: method families for which it matters; empty means all.
    """

    model_config = ConfigDict(extra="forbid")

    key: str
    title: str
    kind: ValueKind
    unit: str | None = None
    category: str | None = None
    severity: Severity = "medium"
    need: Need = "optional"
    why: str = ""
    paper_names: list[str] = Field(default_factory=list)
    code_names: list[str] = Field(default_factory=list)
    choices: dict[str, list[str]] = Field(default_factory=dict)
    families: list[str] = Field(default_factory=list)


@cache
def terms() -> dict[str, Term]:
    """All keys, in the order of the files."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Term] = {}
    files = (f for f in resources.files(__package__).iterdir() if f.name.endswith(".yaml"))
    for file in sorted(files, key=lambda f: f.name):
        for key, entry in yaml.load(file.read_text(encoding="utf-8"), Loader=loader).items():
            if key in found:
                raise ValueError(f"{file.name}: the key {key!r} is in another file of the vocabulary already")
            found[key] = Term(key=key, **entry)
    return found


@cache
def _by_code_name() -> dict[str, str]:
    return {name: term.key for term in reversed(terms().values()) for name in term.code_names}


def key_of_code_name(identifier: str) -> str | None:
    """The key that an identifier of code stands for, by its exact name (case and dashes aside)."""
    return _by_code_name().get(identifier.lower().replace("-", "_"))
