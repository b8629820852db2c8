"""PDF: glyphs and geometry from PyMuPDF, structure from how a page is set."""

from __future__ import annotations

from .document import parse

__all__ = ["parse"]
