"""Names of glyphs: what a character of a font is, where the file's own Unicode for it is wrong or missing."""

from __future__ import annotations

import re
from typing import Any

Names = dict[str, dict[str, str]]
"""Font, without the prefix of its subset -> character as read -> name of its glyph."""

MAX_FONT_BYTES = 400_000
MAX_MAP_BYTES = 200_000
_OF_FORMULAS = re.compile(r"CM(?:MI|SY|EX|R\d|BX|BSY)|MSAM|MSBM|EUFM|EUSM|rsfs|MT(?:MI|SY|EX)|[tp]x(?:mi|sy|ex|r)|NewTX|LMMath|Math|Symbol|dsrom|bbm|bbold|esint|stmary|fourier|mdb|XCharter|Pazo", re.IGNORECASE)  # fmt: skip
_BUILT_IN = re.compile(rb"dup\s+(\d{1,3})\s*/([\w.-]+)\s+put")
_DIFFERENCE = re.compile(r"(\d+)|/([^\s/\[\]<>()]+)")
_RANGE = re.compile(rb"<([0-9a-fA-F]{2,4})>\s*<([0-9a-fA-F]{2,4})>\s*<([0-9a-fA-F]{4})>")


def glyph_names(document: Any, page: int, known: dict[int, tuple[str, dict[str, str]]]) -> Names:
    """The names of the glyphs of the fonts of formulas on a page.

    **Arguments:**

    - `document`: of PyMuPDF; `page` counts from 0.
    - `known`: fonts that were read before, by their object number.
    """
    names: Names = {}
    for reference, _, kind, base, *_ in document.get_page_fonts(page):
        if kind != "Type1" or not _OF_FORMULAS.search(base):
            continue
        if reference not in known:
            known[reference] = (base.split("+", 1)[-1], _names_of(document, reference))
        font, found = known[reference]
        names.setdefault(font, {}).update(found)
    return names


def _names_of(document: Any, reference: int) -> dict[str, str]:
    """Character -> name of glyph of one font: by the codes that its encoding names and the Unicode that they are read as."""
    import pymupdf

    by_code = _built_in(document, reference) | _differences(document, reference)
    unicode = _to_unicode(document, reference)
    found: dict[str, str] = {}
    for code, name in by_code.items():
        if unicode.get(code, "\0") != "\0":
            found[unicode[code]] = name
            continue
        value = pymupdf.mupdf.fz_unicode_from_glyph_name(name)
        found.setdefault(chr(value) if value not in (0, 0xFFFD) else chr(code), name)
    return found


def _built_in(document: Any, reference: int) -> dict[int, str]:
    """The encoding that a Type 1 font program itself has."""
    kind, descriptor = document.xref_get_key(reference, "FontDescriptor")
    if kind != "xref":
        return {}
    kind, program = document.xref_get_key(_number(descriptor), "FontFile")
    data = _stream(document, program, MAX_FONT_BYTES) if kind == "xref" else b""
    return {int(code): name.decode("ascii", "replace") for code, name in _BUILT_IN.findall(data[:40_000])}


def _differences(document: Any, reference: int) -> dict[int, str]:
    """The names that the file gives to codes of a font."""
    kind, value = document.xref_get_key(reference, "Encoding/Differences")
    if kind != "array":
        return {}
    found, code = {}, 0
    for number, name in _DIFFERENCE.findall(value[:20_000]):
        if number:
            code = int(number[:4])
        else:
            found[code] = name
            code += 1
    return found


def _to_unicode(document: Any, reference: int) -> dict[int, str]:
    kind, value = document.xref_get_key(reference, "ToUnicode")
    if kind != "xref":
        return {}
    data = _stream(document, value, MAX_MAP_BYTES)
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.DOTALL):
        for first, last, start in _RANGE.findall(block):
            for i in range(min(int(last, 16) - int(first, 16) + 1, 256)):
                found[int(first, 16) + i] = chr(int(start, 16) + i)
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL):
        for code, point in re.findall(rb"<([0-9a-fA-F]{2,4})>\s*<([0-9a-fA-F]{4})>", block):
            found[int(code, 16)] = chr(int(point, 16))
    return found


def _stream(document: Any, reference: str, limit: int) -> bytes:
    """A stream of the file; nothing where it is long."""
    number = _number(reference)
    kind, length = document.xref_get_key(number, "Length")
    if kind == "int" and int(length) > limit:
        return b""
    return bytes(document.xref_stream(number) or b"")


def _number(reference: str) -> int:
    return int(reference.split()[0])
