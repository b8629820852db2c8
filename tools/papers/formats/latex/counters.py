"""Counters of LaTeX and how their values are printed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MARKS = "∗†‡§¶‖"


def arabic(value: int) -> str:
    """2 -> 2."""
    return str(value)


def alph(value: int) -> str:
    """2 -> b."""
    letters = ""
    while value > 0:
        value, rest = divmod(value - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters or "0"


def roman(value: int) -> str:
    """2 -> ii."""
    if not 0 < value < 4000:
        return str(value)
    text = ""
    for amount, letters in _ROMAN:
        while value >= amount:
            text, value = text + letters, value - amount
    return text


def mark(value: int) -> str:
    """2 -> †."""
    return _MARKS[(value - 1) % len(_MARKS)] * ((value - 1) // len(_MARKS) + 1) if 0 < value < 1000 else ""


STYLES = {
    "\\arabic": arabic,
    "\\alph": alph,
    "\\Alph": lambda value: alph(value).upper(),
    "\\roman": roman,
    "\\Roman": lambda value: roman(value).upper(),
    "\\fnsymbol": mark,
}


@dataclass
class Counters:
    """The counters of a document.

    **Arguments:**

    - `parents`: the counter whose step resets another.
    - `shown_with`: the counter whose printed value is put in front.
    - `styles`: how a counter's own part is printed, where it is not arabic.
    """

    values: dict[str, int] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    shown_with: dict[str, str] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)

    def within(self, counter: str, parent: str) -> None:
        """Reset a counter with its parent and print the parent's value in front."""
        if counter != parent:
            self.parents[counter] = self.shown_with[counter] = parent

    def step(self, counter: str) -> None:
        """Add one and reset what depends on it."""
        self.values[counter] = self.values.get(counter, 0) + 1
        stale = [counter]
        for _ in range(12):
            stale = [name for name, parent in self.parents.items() if parent in stale]
            for name in stale:
                self.values[name] = 0

    def default(self, counter: str) -> str:
        """The printed value unless the document says otherwise."""
        parts: list[str] = []
        name: str | None = counter
        while name is not None and len(parts) < 8:
            parts.append(STYLES[self.styles.get(name, "\\arabic")](self.values.get(name, 0)))
            name = self.shown_with.get(name)
        return ".".join(reversed(parts))


def document_counters(document_class: str) -> Counters:
    """The counters that a document class starts with."""
    counters = Counters()
    levels = ["chapter"] if has_chapters(document_class) else []
    levels += ["section", "subsection", "subsubsection", "paragraph", "subparagraph"]
    for parent, child in itertools.pairwise(levels):
        counters.within(child, parent)
    if levels[0] == "chapter":
        for name in ("equation", "figure", "table"):
            counters.within(name, "chapter")
    counters.styles["part"] = "\\Roman"
    if document_class.lower().startswith(("ieee", "revtex")):
        counters.styles |= {"section": "\\Roman", "subsection": "\\Alph"}
    return counters


def has_chapters(document_class: str) -> bool:
    """Whether the class is a book or a report."""
    return any(word in document_class.lower() for word in ("book", "report", "memoir", "thesis", "scrreprt"))
