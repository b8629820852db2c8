"""The values of constant expressions, without running anything."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Final, TypeGuard

from pydantic import JsonValue

MAX_ITEMS = 256
MAX_TEXT = 2_000


class Unknown:
    """The value of an expression that is not constant."""


UNKNOWN: Final = Unknown()
Value = JsonValue | Unknown
Names = Mapping[str, JsonValue]

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_CALLS: dict[str, Callable[[float], float]] = {
    "int": int,
    "float": float,
    "abs": abs,
    "round": round,
    "sqrt": math.sqrt,
}
_CONSTANTS = {"math.pi": math.pi, "np.pi": math.pi, "math.inf": None, "np.inf": None}


def evaluate(node: ast.expr | None, names: Names) -> Value:
    """The value of an expression of literals, arithmetic and known names; `UNKNOWN` for any other.

    **Arguments:**

    - `names`: constants that are in scope.
    """
    try:
        return _value(node, names)
    except (ArithmeticError, ValueError, TypeError, RecursionError):
        return UNKNOWN


def _value(node: ast.expr | None, names: Names) -> Value:
    match node:
        case ast.Constant(value=bool() | int() | None as value):
            return value if abs(value or 0) < 10**30 else UNKNOWN
        case ast.Constant(value=float() as value):
            return value if math.isfinite(value) else UNKNOWN
        case ast.Constant(value=str() as value):
            return value if len(value) <= MAX_TEXT else UNKNOWN
        case ast.Name(id=name):
            return names.get(name, UNKNOWN)
        case ast.Attribute():
            return _CONSTANTS.get(ast.unparse(node)) or names.get(ast.unparse(node), UNKNOWN)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            negated = _value(operand, names)
            return -negated if _is_number(negated) else UNKNOWN
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            truth = _value(operand, names)
            return not truth if isinstance(truth, bool) else UNKNOWN
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(_value(left, names), op, _value(right, names))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            values = [_value(item, names) for item in items[: MAX_ITEMS + 1]]
            known: list[JsonValue] = [v for v in values if not isinstance(v, Unknown)]
            return known if len(known) == len(values) <= MAX_ITEMS else UNKNOWN
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _CALLS:
            converted = _value(argument, names)
            return _CALLS[name](converted) if _is_number(converted) else UNKNOWN
        case ast.Call(func=ast.Attribute(attr="sqrt"), args=[argument], keywords=[]):
            square = _value(argument, names)
            return math.sqrt(square) if _is_number(square) else UNKNOWN
    return UNKNOWN


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _binary(left: Value, op: ast.operator, right: Value) -> Value:
    if isinstance(left, list) and isinstance(right, int) and isinstance(op, ast.Mult):
        return left * right if 0 <= len(left) * right <= MAX_ITEMS else UNKNOWN
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return UNKNOWN
    result: float | None
    if isinstance(op, ast.LShift):
        result = left << right if isinstance(left, int) and isinstance(right, int) and 0 <= right <= 64 else None
    elif isinstance(op, ast.Pow):
        result = left**right if abs(left) < 10**6 and abs(right) <= 64 else None
    else:
        result = _BINARY[type(op)](left, right) if type(op) in _BINARY else None
    return result if isinstance(result, int | float) and abs(result) < 1e30 else UNKNOWN
