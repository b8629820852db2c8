"""The identifier that the field's Python code would give to a symbol."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from .mathematics import LETTERS
from .names import Name
from .words import singular

_RESERVED = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)
_LONGEST = 48


class Convention(BaseModel):
    """A conventional name and what it takes for it to fit; see `code_names.yaml`."""

    model_config = ConfigDict(extra="forbid")

    name: str
    meaning: str | None = None
    symbol: str | None = None
    context: str | None = None


@cache
def _conventions() -> list[tuple[Convention, re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None]]:
    text = resources.files(__package__).joinpath("code_names.yaml").read_text(encoding="utf-8")
    entries = TypeAdapter(list[Convention]).validate_python(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # fmt: skip
    return [
        (
            entry,
            re.compile(entry.meaning) if entry.meaning else None,
            re.compile(entry.symbol) if entry.symbol else None,
            re.compile(entry.context) if entry.context else None,
        )
        for entry in entries
    ]


def conventional(symbol: str, meaning: str | None, context: str) -> str | None:
    """The name that the field gives to such a quantity, or None."""
    said = re.sub(r"\$[^$]*\$", " ", (meaning or "").lower())
    said = re.sub(r"\s+", " ", said).strip(" ,.")
    for entry, by_meaning, by_symbol, by_context in _conventions():
        if by_meaning and not (said and by_meaning.fullmatch(said)):
            continue
        if by_symbol and not by_symbol.fullmatch(symbol):
            continue
        if by_context and not by_context.search(context[:600]):
            continue
        return entry.name
    return None


def spelled(name: Name) -> str:
    """A symbol as an identifier: `\\hat{y}` is y_hat, `W^{(l)}` w_l, `\\theta_{t-1}` theta_t_minus_1."""
    base = name.base.replace("Δ", "delta_") if name.base.startswith("Δ") else name.base
    parts = [base if len(base) > 1 else base.lower()]
    parts += [name.accent] if name.accent and name.accent != "underline" else []
    parts += ["prime"] if name.primes else []
    # W_i^Q is the W of the queries, whichever i.
    scripts = (name.sup,) if name.sup and not name.sup_counts and re.fullmatch(r"[ijtnlm]", name.sub) else (name.sub, name.sup)  # fmt: skip
    for script in scripts:
        parts += _spelled_script(script)
    parts = ["num", *parts] if name.sized else parts
    joined = "_".join(p for p in parts if p)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", joined) if not joined.isupper() else joined
    return _valid(snake.lower())


def _spelled_script(script: str) -> list[str]:
    text = re.sub(r"\\(?:mathrm|text|mathit|mathbf|mathsf|mathcal|mathbb|mathtt)\b", "", script)
    text = re.sub(r"\\prime|′", " prime ", re.sub(r"\\(?:star|ast)\b|\*", " star ", text))
    text = (
        re.sub(r"\+", " plus ", re.sub(r"[-−](?=\s*\w)", " minus ", text)) if re.search(r"\w\s*[-−+]", text) else text
    )
    text = re.sub(r"^\s*\+\s*$", " pos ", re.sub(r"^\s*[-−]\s*$", " neg ", text))
    text = re.sub(r"<|\\lt\b", " before ", text)
    return re.findall(r"[A-Za-z0-9]+", "".join(LETTERS_NAMES.get(c, c) for c in text))


LETTERS_NAMES = {char: f" {name} " for name, char in LETTERS.items()}


def _valid(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"_+", "_", re.sub(r"\W+", "_", plain)).strip("_")[:_LONGEST].strip("_")
    if not plain:
        return "symbol"
    if plain[0].isdigit():
        plain = "n_" + plain
    # PEP 8: one underscore behind a word that Python keeps for itself.
    return plain + "_" if plain in _RESERVED else plain


_LABELS = re.compile(r"[A-Za-z0-9]+")


def code_name(name: Name, meaning: str | None, context: str, used: set[str]) -> str:
    """A valid identifier that is not in `used`, and is added to it.

    **Arguments:**

    - `meaning`: in the paper's words, None where it is not defined.
    - `context`: the sentence that defines it, for symbols that one word alone does not tell.
    """
    usual = conventional(name.text, meaning, context)
    chosen = _valid(usual) if usual else spelled(name)
    if chosen in used and usual:
        # Several quantities of one kind are told apart by what they carry below and above, else by their letter.
        labels = [part for script in (name.sub, name.sup) for part in _spelled_script(script)]
        chosen = _valid("_".join([usual, *(labels or [spelled(name.bare)])]).lower())
    if chosen in used and meaning:
        head = re.split(r"\s(?:of|for|in|from|to|that|with|at)\s", re.sub(r"\$[^$]*\$", " ", meaning.lower()))[0]
        nouns = [singular(w) for w in re.findall(r"[a-z]+", head) if len(w) > 2][-2:]
        chosen = _valid("_".join(nouns)) if len(nouns) == 2 else _valid("_".join([spelled(name), *nouns]))
    if chosen in used and len(name.base) == 1 and name.base.isupper():
        chosen = f"big_{chosen}"
    base, number = chosen, 2
    while chosen in used:
        chosen = f"{base}_{number}"
        number += 1
    used.add(chosen)
    return chosen
