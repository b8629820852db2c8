"""`RawSetting`: a value that code gives to a name, before anybody knows what the name means."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Origin = Literal[
    "shell",  # a flag in a launch script
    "yaml",
    "json",
    "toml",
    "gin",
    "option",  # argparse, click, typer, absl: the default of a command-line option
    "field",  # of a dataclass, attrs, pydantic or named-tuple class, or a constant of any class
    "config",  # default of a constructor parameter of a configuration class
    "constant",  # of a module
    "dict",  # an entry of a dict, ConfigDict or CfgNode
    "argument",  # passed to a known constructor or function
    "parameter",  # default of a parameter of any other function
]


class RawSetting(BaseModel):
    """One value given to one name.

    **Arguments:**

    - `name`: the last part of `path`: `warmup`, `betas`.
    - `path`: dotted, from the class, section or callee inward: `Optimizer.betas`, `run.warmup`, `AdamW.lr`.
    - `value`: a literal as JSON; tuples are lists, `1/8` is 0.125.
    - `file`, `line`: relative to the root; `symbol`: the enclosing class or function (`Trainer.__init__`).
    - `overridden_by`: "file:line" of the setting of the same code base that wins over this one; None where none does,
      and where several alternatives (configs, launch scripts) each could.
    - `alternative`: the config or script that has to be chosen for this value to hold; None where no choice is needed.
    - `key`: of the vocabulary, by its name, its place and what it is used for; None where these do not tell.
    - `part`: which element of the key's list it is: 0 for beta1, 1 for beta2; None for the whole.
    - `overrides`: what this value replaces, each as "settings.py:31 = 2000".
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    path: str
    value: JsonValue
    file: str
    line: int
    symbol: str | None = None
    origin: Origin
    overridden_by: str | None = None
    alternative: str | None = None
    key: str | None = None
    part: int | None = None
    overrides: list[str] = Field(default_factory=list)

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"
