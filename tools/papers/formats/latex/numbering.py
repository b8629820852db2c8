"""Commands that set, step and print counters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .counters import STYLES
from .tokens import Token, detokenize

if TYPE_CHECKING:
    from .reader import Handler, Reader


def _set_counter(reader: Reader) -> None:
    name = reader.ex.name()
    reader.counters.values[name] = _integer(reader, reader.ex.argument())


def _add_to_counter(reader: Reader) -> None:
    name = reader.ex.name()
    value = reader.counters.values.get(name, 0) + _integer(reader, reader.ex.argument())
    reader.counters.values[name] = max(-(10**6), min(value, 10**6))


def _integer(reader: Reader, tokens: list[Token]) -> int:
    text = reader.inline(tokens)
    return int(text.replace("−", "-")) if re.fullmatch(r"[-−]?\d{1,6}", text) else 0


def _value(reader: Reader) -> None:
    reader.out.append(str(reader.counters.values.get(reader.ex.name(), 0)))


def _step_counter(reader: Reader) -> None:
    name = reader.ex.name()
    reader.counters.step(name)
    reader.target(name, reader.printed(name))


def _new_counter(reader: Reader) -> None:
    name = reader.ex.name()
    reader.counters.values[name] = 0
    parent = reader.ex.optional()
    if parent:
        reader.counters.parents[name] = detokenize(parent)


def _number_within(reader: Reader) -> None:
    reader.ex.star()
    reader.ex.optional()
    reader.counters.within(reader.ex.name(), reader.ex.name())


def _counter_style(style: Callable[[int], str]) -> Handler:
    def handle(reader: Reader) -> None:
        reader.out.append(style(reader.counters.values.get(reader.ex.name().removeprefix("c@"), 0)))

    return handle


def _printed_counter(counter: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.out.append(reader.counters.default(counter))

    return handle


HANDLERS: dict[Token, Handler] = {
    "\\setcounter": _set_counter,
    "\\addtocounter": _add_to_counter,
    "\\value": _value,
    "\\stepcounter": _step_counter,
    "\\refstepcounter": _step_counter,
    "\\newcounter": _new_counter,
    "\\numberwithin": _number_within,
    "\\counterwithin": _number_within,
    **{name: _counter_style(style) for name, style in STYLES.items()},
    **{
        f"\\the{name}": _printed_counter(name)
        for name in [
            "chapter",
            "section",
            "subsection",
            "subsubsection",
            "equation",
            "figure",
            "table",
            "footnote",
            "page",
        ]
    },
}
