"""A file is told by what is in it, not by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.papers.sniff import file_kind
from tests.support import packing


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n...", "pdf"),
        (b"junk before\n%PDF-1.4\n...", "pdf"),
        (bytes(20000) + b"stream\nstartxref\n1\n%%EOF\n", "pdf"),
        (packing.tar_gz({"a.tex": b"x"}), "gzip"),
        (packing.tar({"a.tex": b"x"}), "tar"),
        (packing.zipped({"a.tex": b"x"}), "zip"),
        (b"%!PS-Adobe-3.0\n", "postscript"),
        (b"  <!DOCTYPE html>\n<html>", "html"),
        (b"\xef\xbb\xbf<!-- saved --><HTML lang='en'>", "html"),
        (b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "x">', "html"),
        (b"% a comment\n\\documentclass{article}", "tex"),
        (b"\\section{A}", "tex"),
        (b"Zo\xeb says \\begin{document}", "tex"),
        (b"%auto-ignore\nwithdrawn", "tex"),
        (b"", "empty"),
        (b"\r\n \x00\x00\t", "empty"),
        (bytes(50000), "empty"),
        (b"hello", "unknown"),
        (b"<html in the middle of words", "unknown"),
        (b"\\section{A}\x00\x01", "unknown"),
        (b"\x89PNG\r\n\x1a\n", "unknown"),
    ],
)
def test_kinds(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "file.pdf").write_bytes(content)
    assert file_kind(tmp_path / "file.pdf") == kind
