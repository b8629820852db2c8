"""Numbers and units of `siunitx`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .tokens import Token

if TYPE_CHECKING:
    from .reader import Handler, Reader


_UNITS = {
    "second": "s", "seconds": "s", "s": "s", "minute": "min", "hour": "h", "day": "d", "metre": "m", "meter": "m", "gram": "g", "ampere": "A", "kelvin": "K",
    "hertz": "Hz", "watt": "W", "joule": "J", "volt": "V", "byte": "B", "bit": "bit", "percent": "%", "degree": "°", "celsius": "°C", "degreeCelsius": "°C",
    "pixel": "px", "newton": "N", "pascal": "Pa", "mole": "mol", "electronvolt": "eV", "eV": "eV", "litre": "L", "liter": "L", "radian": "rad",
    "milli": "m", "micro": "µ", "nano": "n", "pico": "p", "femto": "f", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E",
    "centi": "c", "deci": "d", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "per": "/", "squared": "²", "cubed": "³", "square": "²", "cubic": "³",
    "ms": "ms", "us": "µs", "ns": "ns", "km": "km", "cm": "cm", "mm": "mm", "um": "µm", "nm": "nm", "kg": "kg", "GHz": "GHz", "MHz": "MHz", "kHz": "kHz", "Hz": "Hz",
}  # fmt: skip


def _number(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(_printed_number(reader.ex.name()))


def _quantity(reader: Reader) -> None:
    reader.ex.optional()
    value = _printed_number(reader.ex.name())
    reader.ex.optional()
    unit = _printed_unit(reader.ex.argument())
    reader.out.append(f"{value}{'' if unit in ('%', '°') else ' '}{unit}".strip())


def _unit(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(_printed_unit(reader.ex.argument()))


def _number_range(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(f"{_printed_number(reader.ex.name())}–{_printed_number(reader.ex.name())}")


def _quantity_range(reader: Reader) -> None:
    _number_range(reader)
    reader.out.append(" " + _printed_unit(reader.ex.argument()))


def _number_list(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(", ".join(_printed_number(part) for part in reader.ex.name().split(";")))


def _printed_number(text: str) -> str:
    """A number as `siunitx` prints it, powers of ten as a formula."""
    text = text.strip().replace("+-", " ± ").replace("\\pm", " ± ")
    power = re.fullmatch(r"([+-]?[\d.,]*)\s*[eEdD]\s*([+-]?\d+)", text)
    if power is None:
        return re.sub(r"^-", "−", text)
    mantissa, exponent = power.group(1), power.group(2).lstrip("+")
    return f"${mantissa} \\times 10^{{{exponent}}}$" if mantissa else f"$10^{{{exponent}}}$"


def _printed_unit(tokens: list[Token]) -> str:
    return "".join(
        _UNITS.get(t[1:], t[1:]) if t[0] == "\\" else t.replace("~", " ").replace(".", "·") for t in tokens
    ).strip()


HANDLERS: dict[Token, Handler] = {
    "\\num": _number,
    "\\SI": _quantity,
    "\\qty": _quantity,
    "\\si": _unit,
    "\\unit": _unit,
    "\\ang": _number,
    "\\numrange": _number_range,
    "\\SIrange": _quantity_range,
    "\\qtyrange": _quantity_range,
    "\\numlist": _number_list,
}
