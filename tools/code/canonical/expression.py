"""`Expr`: what a piece of code computes, in one notation for every way of writing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Constant = str | int | float | bool | None


class Where(NamedTuple):
    """The place of an expression: file relative to the root, line from 1, enclosing symbol."""

    file: str
    line: int
    symbol: str


NOWHERE = Where("", 0, "")


@dataclass(eq=False)
class Expr:
    """One operation on other expressions.

    **Arguments:**

    - `op`: canonical name (`softmax`, `+`, `layer_norm`), `const`, `arg` (a parameter), `global`, `attr`, `item` ...
    - `args`, `kw`: operands; keywords are those of the canonical signature, defaults filled in.
    - `value`: of a `const`; the name of an `arg`, `attr` or `global`.
    - `site`: where the unit calls the helper that computes it.
    - `guard`: it is computed only under a condition.
    """

    op: str
    args: tuple[Expr, ...] = ()
    kw: dict[str, Expr] = field(default_factory=dict)
    value: Constant = None
    where: Where = NOWHERE
    guard: bool = False
    site: Where | None = None
    explicit: frozenset[str] = frozenset()
    _key: int | None = None

    @property
    def key(self) -> int:
        """Equal for expressions of the same structure."""
        if self._key is None:
            parts = tuple(a.key for a in self.args), tuple(sorted((k, v.key) for k, v in self.kw.items()))
            self._key = hash((self.op, repr(self.value), parts))
        return self._key

    def children(self) -> Iterator[Expr]:
        """Operands, then keywords."""
        yield from self.args
        yield from self.kw.values()

    def number(self) -> float | None:
        """The number that it is, parameters taken at their defaults; None where it is not one."""
        return number_of(self, 0)

    def constant(self) -> Constant:
        """The constant that it is, parameters taken at their defaults; None where it is not one."""
        if self.op == "const":
            return self.value
        if self.op == "arg" and self.args:
            return self.args[0].constant()
        return self.number()

    def __repr__(self) -> str:
        return text_of(self)


def const(value: Constant, where: Where = NOWHERE) -> Expr:
    """A constant."""
    return Expr("const", value=value, where=where)


def walk(expr: Expr, limit: int = 4000) -> Iterator[Expr]:
    """The expression and all below it, each once, nearest first."""
    seen: set[int] = set()
    queue = [expr]
    for node in queue:
        if id(node) in seen:
            continue
        seen.add(id(node))
        if len(seen) > limit:
            return
        yield node
        queue.extend(node.children())


_FOLD: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "neg": lambda x: -x,
    "float": float,
    "int": int,
    "cast": lambda x: x,
    "abs": abs,
    "rsqrt": lambda x: 1 / math.sqrt(x),
}


def number_of(expr: Expr, depth: int) -> float | None:
    """See `Expr.number`."""
    if depth > 12:
        return None
    if expr.op == "const":
        return float(expr.value) if isinstance(expr.value, int | float) else None
    if expr.op == "arg":
        return number_of(expr.args[0], depth + 1) if expr.args else None
    values = [number_of(a, depth + 1) for a in expr.args]
    known = [v for v in values if v is not None]
    if len(known) != len(values) or not values:
        return None
    try:
        if expr.op in _FOLD and len(known) == 1:
            return float(_FOLD[expr.op](known[0]))
        if len(known) == 2:
            a, b = known
            if expr.op == "**" and abs(b) < 64 and abs(a) < 1e6:
                return float(a**b)
            two = {"+": a + b, "-": a - b, "*": a * b}
            if expr.op in two:
                return two[expr.op]
            if expr.op in ("/", "//") and b:
                return a / b if expr.op == "/" else float(a // b)
    except (ArithmeticError, ValueError, TypeError):
        return None
    return None


TRANSPARENT = {
    "cast", "contiguous", "float", "clone", "detach", "to", "view", "reshape", "flatten", "unflatten", "transpose", "permute",
    "unsqueeze", "squeeze", "expand", "rearrange", "type_as", "int", "tensor", "identity", "swapaxes", "movedim", "half",
    "bfloat16", "double", "expand_as", "broadcast_to", "cpu", "cuda",
}  # fmt: skip
"""Operations that change the form of a tensor and none of its values."""


def bare(expr: Expr, keep: frozenset[str] = frozenset()) -> Expr:
    """The expression under all casts, views, permutations."""
    for _ in range(60):
        if expr.op in TRANSPARENT and expr.op not in keep and expr.args:
            expr = expr.args[0]
        elif expr.op == "phi" and len(expr.args) == 3:
            expr = expr.args[1] if expr.args[1].op != "const" else expr.args[2]
        else:
            break
    return expr


def under(expr: Expr) -> Expr:
    """The expression under all casts, views, permutations; a condition stays one."""
    while expr.op in TRANSPARENT and expr.args:
        expr = expr.args[0]
    return expr


@dataclass
class Product:
    """A coefficient times factors with exponents."""

    coefficient: float = 1.0
    factors: list[tuple[Expr, float]] = field(default_factory=list)

    def scaled(self, power: float) -> Product:
        """The product to a power."""
        if power == 1.0:
            return self
        base = self.coefficient
        value = base**power if base > 0 or (float(power).is_integer() and base) else math.copysign(abs(base), base)
        return Product(float(value), [(f, e * power) for f, e in self.factors])


def product(expr: Expr, depth: int = 0) -> Product:
    """Flatten multiplications, divisions, powers, roots and signs; shapes and casts are looked through."""
    expr = bare(expr)
    if depth > 40:
        return Product(1.0, [(expr, 1.0)])
    if expr.op == "const" and isinstance(expr.value, int | float) and not isinstance(expr.value, bool):
        return Product(float(expr.value))
    if expr.op in ("*", "/") and len(expr.args) == 2:
        a, b = product(expr.args[0], depth + 1), product(expr.args[1], depth + 1)
        if expr.op == "/":
            if b.coefficient == 0:
                return Product(1.0, [(expr, 1.0)])
            b = b.scaled(-1.0)
        return Product(a.coefficient * b.coefficient, a.factors + b.factors)
    if expr.op == "neg":
        a = product(expr.args[0], depth + 1)
        return Product(-a.coefficient, a.factors)
    powers = {"sqrt": 0.5, "rsqrt": -0.5, "square": 2.0, "reciprocal": -1.0}
    power = powers.get(expr.op)
    if expr.op == "**" and len(expr.args) == 2:
        power = expr.args[1].number() if expr.args[1].op != "arg" else None
    if power is not None and expr.args:
        inner = product(expr.args[0], depth + 1)
        if inner.coefficient > 0 or (power.is_integer() and inner.coefficient):
            return inner.scaled(power)
    return Product(1.0, [(expr, 1.0)])


def terms(expr: Expr, sign: float = 1.0, depth: int = 0) -> list[tuple[float, Expr]]:
    """Flatten sums and differences."""
    expr = under(expr)
    if depth < 40:
        if expr.op in ("+", "-") and len(expr.args) == 2:
            right = sign if expr.op == "+" else -sign
            return terms(expr.args[0], sign, depth + 1) + terms(expr.args[1], right, depth + 1)
        if expr.op == "neg":
            return terms(expr.args[0], -sign, depth + 1)
    return [(sign, expr)]


def text_of(expr: Expr, depth: int = 0) -> str:
    """A short reading of the expression, for people."""
    if depth > 5:
        return "…"
    if expr.op == "const":
        return repr(expr.value)
    if expr.op in ("arg", "global", "free"):
        return str(expr.value).rpartition(".")[2]
    if expr.op == "attr" and expr.args:
        return f"{text_of(expr.args[0], depth + 1)}.{expr.value}"
    if expr.op == "phi" and len(expr.args) == 3:
        return f"{text_of(expr.args[1], depth + 1)} or {text_of(expr.args[2], depth + 1)}"
    inner = [text_of(a, depth + 1) for a in expr.args]
    if expr.op in ("+", "-", "*", "/", "//", "**", "@", "%", ">", ">=", "<", "<=", "==", "!=") and len(inner) == 2:
        return f"({inner[0]} {expr.op} {inner[1]})"
    if expr.op == "neg":
        return f"-{inner[0]}"
    inner += [f"{k}={text_of(v, depth + 1)}" for k, v in expr.kw.items() if k in expr.explicit]
    return f"{expr.op}({', '.join(inner)})"
