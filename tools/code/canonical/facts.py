"""`CodeFact`: one thing that code does, in a form in which two ways of writing it are equal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .evaluate import Result
from .expression import Expr, Where, bare


@dataclass(frozen=True, eq=False)
class CodeFact:
    """One fact.

    **Arguments:**

    - `slot`: what it is about; facts of one slot of two units are compared with each other.
    - `value`: equal where the code does the same.
    - `role`: where in the unit it holds ("qkv", "before gelu"); facts of different roles are not compared.
    - `says`: the value for a person.
    - `guard`: it holds only where an option is set.
    """

    slot: str
    category: str
    value: Hashable
    where: Where
    says: str
    role: str = ""
    guard: bool = False
    confidence: float = 0.8


@dataclass
class View:
    """A unit's expressions with who uses what."""

    result: Result
    name: str = ""
    file: str = ""
    is_class: bool = False

    @cached_property
    def nodes(self) -> list[Expr]:
        """All expressions, in the order of evaluation."""
        return self.result.trace

    @cached_property
    def users(self) -> dict[int, list[Expr]]:
        """Expressions by the id of what they use."""
        found: dict[int, list[Expr]] = {}
        for node in self.nodes:
            for child in node.children():
                found.setdefault(id(child), []).append(node)
        return found

    def of(self, *ops: str) -> Iterator[Expr]:
        """The expressions with one of these operations."""
        wanted = set(ops)
        return (n for n in self.nodes if n.op in wanted)

    def consumers(self, node: Expr, depth: int = 8) -> Iterator[Expr]:
        """What uses a value, through views and casts."""
        for user in self.users.get(id(node), []):
            if depth and (
                bare(user) is not user or user.op in ("phi", "item", "tuple", "return", "chunk", "split", "unbind")
            ):
                yield from self.consumers(user, depth - 1)
            else:
                yield user


Detector = Callable[[View], Iterator[CodeFact]]


def number_text(value: float | int | str | bool | None) -> str:
    """A number as people write it."""
    return f"{value:g}" if isinstance(value, float) else str(value)
