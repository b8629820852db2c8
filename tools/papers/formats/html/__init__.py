"""Papers as LaTeXML writes them in HTML: arXiv's own HTML pages and ar5iv."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from paper_implementer.tools.errors import NotFound, TooLarge, Unreadable

from ...paper import Paper
from .reader import Reader
from .text import classes_of

__all__ = ["parse"]

MAX_BYTES = 60_000_000
_ASCII = bytes(range(32, 127))


def parse(path: str) -> Paper:
    """Read an HTML page that LaTeXML made.

    **Arguments:**

    - `path`: of the file.

    **Raises:** `NotFound` when it is not there, `TooLarge` over the limit of size, `Unreadable` when it is no such page.
    """
    file = Path(path)
    if not file.is_file():
        raise NotFound(f"There is no HTML file at '{path}'.", "Give a file that exists.")
    if file.stat().st_size > MAX_BYTES:
        raise TooLarge(f"'{file.name}' is larger than {MAX_BYTES} bytes.", "Read the PDF of this paper.")
    data = file.read_bytes()
    parser = HTMLParser(
        encoding=_encoding(data), no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        tree = document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(
            f"'{file.name}' is not HTML that can be read: {error}.", "Read the PDF of this paper."
        ) from error
    article = next((e for e in tree.iter("article", "div") if "ltx_document" in classes_of(e)), None)
    if article is None:
        raise Unreadable(
            f"'{file.name}' is not a paper in LaTeXML's HTML.", "Give arXiv's HTML, the LaTeX source or the PDF."
        )
    reader = Reader(article)
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        reader.warn("too_large", "The page is nested too deep, or a text in it is too long: what follows was not read.")
    return reader.paper()


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4000])
    name = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        known = _ASCII.decode(name) == _ASCII.decode("ascii")
        HTMLParser(encoding=name)  # libxml2 knows fewer names than Python
    except (LookupError, ValueError):
        known = False
    # As browsers do: what says in ASCII that it is something else than a superset of ASCII is not that.
    return name if known else "utf-8"
