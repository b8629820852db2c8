"""GPUs: memory and peak rates, each with the place that it was read from."""

from __future__ import annotations

import difflib
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, Field

from .facts import Source
from .words import tokens


class Read(BaseModel):
    """Where a number was read: a line of a file of a package."""

    model_config = ConfigDict(extra="forbid")

    code: str
    file: str
    line: int

    @property
    def source(self) -> Source:
        """The place as every fact names it."""
        return Source(kind="code", ref=self.code, file=self.file, line=self.line)


class Gpu(BaseModel):
    """One GPU.

    **Arguments:**

    - `memory_gib`: of one device.
    - `tflops`: peak rate by precision, dense (without sparsity), in 10^12 operations a second; `fp32` is without tensor cores.
    - `note`: what a reader should know of these numbers.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    aliases: list[str] = Field(default_factory=list)
    memory_gib: float
    tflops: dict[str, float]
    rates: Read
    memory: Read
    note: str | None = None


class NoSuchGpu(LookupError):
    """There is no GPU of this name in the table."""


@cache
def gpus() -> tuple[Gpu, ...]:
    """All GPUs of the table."""
    text = resources.files(__package__).joinpath("gpus.yaml").read_text(encoding="utf-8")
    return tuple(Gpu.model_validate(row) for row in yaml.load(text, Loader=yaml.CSafeLoader))


def find_gpu(asked: str) -> Gpu:
    """Find a GPU by any usual name ("H100", "A100-SXM4-80GB", "NVIDIA T4").

    **Raises:** `NoSuchGpu`, with the nearest names.
    """
    wanted = tokens(asked.lower().replace("nvidia", " ").replace("tesla", " "))
    named = {tokens(name.lower()): gpu for gpu in gpus() for name in (gpu.name, *gpu.aliases)}
    if wanted in named:
        return named[wanted]
    joined = {"".join(name): gpu for name, gpu in named.items()}
    if (one := "".join(wanted)) in joined:
        return joined[one]
    names = [gpu.name for gpu in gpus()]
    near = difflib.get_close_matches(asked.upper(), names, 3, 0.4) or names
    raise NoSuchGpu(f"there is no {asked!r} in the table of GPUs; there are {', '.join(near)}")
