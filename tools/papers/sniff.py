"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

FileKind = Literal["pdf", "gzip", "zip", "tar", "postscript", "html", "tex", "empty", "unknown"]

_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b[^<>]*>",
    re.I | re.S,
)
_TEX = re.compile(rb"\\(?:documentclass|documentstyle|begin\s*\{|input\b|def\\|section|title|bye\b)|^%", re.M)


def file_kind(path: Path) -> FileKind:
    """Tell what a file is.

    A PDF may begin with up to 1,024 bytes of junk, as readers allow; one whose beginning is damaged is known by its end.
    """
    with path.open("rb") as file:
        head = file.read(16384)
        file.seek(max(0, path.stat().st_size - 2048))
        tail = file.read(2048)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    if head.startswith(b"%!PS"):
        return "postscript"
    if _HTML.match(head):
        return "html"
    if b"\x00" not in head and _TEX.search(head):
        return "tex"
    if b"startxref" in tail and b"%%EOF" in tail:
        return "pdf"
    return "unknown" if (head + tail).strip(b"\x00\r\n\t ") else "empty"
