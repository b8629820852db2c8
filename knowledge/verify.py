"""Reopen the places that facts and pitfalls cite, and check that the line still holds what they quote.

Code is looked up under `roots`: a folder for each reference ("github:owner/name@commit", "pypi:name==version"). Papers are
checked where their text is given; a place that cannot be reopened is reported as such, not as right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .catalogue import body_of, methods
from .component import cited_by_component, components
from .facts import Source

_MAX_BYTES = 20_000_000


class Check(BaseModel):
    """What became of one place: it holds, it does not, or it could not be reopened."""

    model_config = ConfigDict(extra="forbid")

    method: str
    about: str
    source: Source
    verdict: Literal["holds", "differs", "not opened"]
    why: str = ""


def places(names: list[str] | None = None) -> Iterator[tuple[str, str, Source]]:
    """Every cited place, with its method or component and what it is cited for: a key, or how the text begins."""
    for name in names or dict.fromkeys((*methods(), *components())):
        if name in methods():
            yield from ((name, about, source) for about, source in _of_method(name))
        if name in components():
            yield from ((name, about, source) for about, source in cited_by_component(name))


def _of_method(name: str) -> Iterator[tuple[str, Source]]:
    body = body_of(name)
    for group in body.facts:
        for row in group.rows:
            yield row.key, body.source(group, row)
    for pitfall in body.pitfalls:
        for place in pitfall.sources:
            yield pitfall.statement[:60], body.source(place, place)


def installed_roots() -> dict[str, Path]:
    """The folders of the cited packages that are installed here in the cited version."""
    found: dict[str, Path] = {}
    for _, _, source in places():
        package, _, version = source.ref.removeprefix("pypi:").partition("==")
        if not source.ref.startswith("pypi:") or source.ref in found:
            continue
        try:
            distribution = metadata.distribution(package)
        except metadata.PackageNotFoundError:
            continue
        if distribution.version.partition("+")[0] == version:
            found[source.ref] = Path(str(distribution.locate_file("")))
    return found


def verify(
    roots: Mapping[str, Path],
    papers: Mapping[str, list[str]] | None = None,
    names: list[str] | None = None,
) -> list[Check]:
    """Check every cited place that can be reopened.

    **Arguments:**

    - `roots`: the folder that holds a reference's files at its pin.
    - `papers`: the text of a paper, a string a page, by reference ("arXiv:1706.03762").
    - `names`: only these methods.
    """
    checks = []
    for method, about, source in places(names):
        verdict: Literal["holds", "differs", "not opened"]
        if source.kind == "paper":
            pages = (papers or {}).get(source.ref)
            why = "no text of this paper was given" if pages is None else _in_paper(source, pages)
            verdict = "not opened" if pages is None else "differs" if why else "holds"
        else:
            root = roots.get(source.ref)
            why = "no folder was given for this reference" if root is None else _in_code(source, root)
            verdict = "not opened" if root is None else "differs" if why else "holds"
        checks.append(Check(method=method, about=about, source=source, verdict=verdict, why=why))
    return checks


def _in_code(source: Source, root: Path) -> str:
    """Why the line does not hold the quote; empty where it does."""
    file, line = root / (source.file or ""), source.line or 0
    if not file.is_file():
        return f"there is no file {source.file}"
    if file.stat().st_size > _MAX_BYTES:
        return f"{source.file} is larger than {_MAX_BYTES} bytes"
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    if not 1 <= line <= (source.end_line or line) <= len(lines):
        return f"{source.file} has {len(lines)} lines"
    if source.quote and _plain(source.quote) not in _plain(lines[line - 1]):
        return f"line {line} reads {lines[line - 1].strip()!r}"
    return ""


def _in_paper(source: Source, pages: list[str]) -> str:
    """Why the page does not hold the quote; empty where it does."""
    if source.page is not None and source.page > len(pages):
        return f"the paper has {len(pages)} pages"
    if not source.quote:
        return ""
    text = pages[source.page - 1] if source.page else " ".join(pages)
    return "" if _plain(source.quote) in _plain(text) else f"page {source.page or 'any'} does not hold the quote"


def _plain(text: str) -> str:
    """A text without what extraction changes: spaces, hyphens at line ends, ligatures, minus signs."""
    text = text.replace("-\n", "").replace("ﬁ", "fi").replace("ﬂ", "fl").replace("−", "-")
    return re.sub(r"[\s-]+", "", text).lower()
