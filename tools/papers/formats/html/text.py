"""The text of a LaTeXML page: elements as Markdown, formulas, notes, what is not shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ...paper import Block, PaperWarning
from ..outline import Outline

MAX_BLOCKS = 20_000
MAX_DEPTH = 150

_SKIPPED_TAGS_NAMES = "script style template noscript nav footer header button iframe form svg object head"
_SKIPPED_TAGS = frozenset(_SKIPPED_TAGS_NAMES.split())
_SKIPPED_NAMES = (
    "ltx_page_navbar ltx_page_footer ltx_page_header ltx_page_logo ltx_TOC ltx_dates ltx_pagination ltx_rule "
    "ltx_role_footnotemark ltx_note_mark ltx_tag_note ltx_listing_data ltx_ERROR ltx_author_notes ltx_authors "
    "ltx_title_document package-alerts ltx_role_newpage ltx_classification ltx_keywords ltx_tag_item "
    "ltx_tag_listingline ltx_role_institutetext ltx_figure_panel_break ar5iv-footer"
)
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_BLOCK_TAGS_NAMES = (
    "p div section figure table ul ol dl li pre blockquote tr dd dt article h1 h2 h3 h4 h5 h6 figcaption"
)
BLOCK_TAGS = frozenset(_BLOCK_TAGS_NAMES.split())
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_WHITE = re.compile(
    r"(?<![\w-])(?:--ltx-fg-)?color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgb\(\s*255\s*,\s*255\s*,\s*255)", re.IGNORECASE
)
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2061-\u2064\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_STYLED = re.compile(r"^\\(displaystyle|textstyle|scriptstyle)(?![A-Za-z])\s*")


def classes_of(element: HtmlElement) -> frozenset[str]:
    """The classes of an element."""
    return frozenset((element.get("class") or "").split())


def children_of(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements inside, without comments and the like."""
    return (child for child in element if isinstance(child.tag, str))


def with_class(element: HtmlElement, name: str) -> Iterator[HtmlElement]:
    """The elements of a class, in the order of the page, the given one among them."""
    return (e for e in element.iter() if isinstance(e.tag, str) and name in classes_of(e))


def _on_color(element: HtmlElement) -> bool:
    """Whether an element stands on a ground of its own, or in a cell that may have one."""
    around = (element, *element.iterancestors())
    return any(a.tag in ("td", "th") or re.search("background|--ltx-bg", a.get("style") or "") for a in around)


class Text:
    """Renders elements, and remembers what came up on the way.

    `notes` are the footnotes of the text since they were last taken; `warnings` what a reader must know.
    """

    def __init__(self) -> None:
        self.outline = Outline()
        self.warnings: list[PaperWarning] = []
        self.notes: list[Block] = []
        self.hidden = 0
        self.errors: dict[str, None] = {}

    def warn(self, kind: str, message: str) -> None:
        """Note something that a reader must know."""
        self.warnings.append(PaperWarning(kind=kind, message=message))

    def cut(self) -> None:
        """Say that the page is too large."""
        if not any(w.kind == "too_large" for w in self.warnings):
            self.warn(
                "too_large",
                f"The page is nested deeper than {MAX_DEPTH} or has more than {MAX_BLOCKS} parts; the rest was left out.",
            )

    def left_out(self, element: HtmlElement, classes: frozenset[str]) -> bool:
        """Whether an element is not for reading, or not shown."""
        if "ltx_ERROR" in classes:
            self.errors.setdefault(tidy("".join(element.itertext()))[:40])
            return True
        if element.tag in _SKIPPED_TAGS or classes & _SKIPPED:
            return True
        style = element.get("style") or ""
        if (
            element.get("hidden") is not None
            or _HIDDEN_STYLE.search(style)
            or (_WHITE.search(style) and not _on_color(element))
        ):
            self.hidden += 1
            return True
        return False

    def text(self, element: HtmlElement) -> str:
        """The text of a heading: without notes."""
        text = tidy(self.inline(element, 0, top=True))
        self.notes.clear()
        return re.sub(r"\s*\[\^[^\]]*\]", "", text)

    def inline(
        self, element: HtmlElement, depth: int, *, without: list[HtmlElement] | None = None, top: bool = False
    ) -> str:
        """An element as Markdown in one line."""
        if depth > MAX_DEPTH:
            self.cut()
            return ""
        if without and element in without:
            return ""
        classes = classes_of(element)
        if element.tag == "math":
            latex = self.latex(element)
            display = element.get("display") == "block"
            return f" $${latex}$$ " if latex and display else f"${latex}$" if latex else ""
        if not top and self.left_out(element, classes):
            return ""
        if "ltx_note" in classes:
            return self._note(element, classes, depth)
        if element.tag == "br":
            return " "
        inner = element.text or ""
        for child in children_of(element):
            inner += self.inline(child, depth + 1, without=without) + (child.tail or "")
        if element.tag == "sup" and inner.strip():
            return f"^{{{inner.strip()}}}"
        if element.tag == "sub" and inner.strip():
            return f"_{{{inner.strip()}}}"
        if element.tag == "a":
            return _link(inner, element.get("href") or "")
        return f" {inner} " if element.tag in BLOCK_TAGS else inner

    def _note(self, element: HtmlElement, classes: frozenset[str], depth: int) -> str:
        content = next(with_class(element, "ltx_note_content"), None)
        if content is None or ("ltx_role_footnote" not in classes and "ltx_role_footnotetext" not in classes):
            return ""
        mark = next((tidy("".join(m.itertext())) for m in with_class(element, "ltx_note_mark")), "")
        text = tidy(
            "".join([content.text or "", *(self.inline(c, depth + 1) + (c.tail or "") for c in children_of(content))])
        )
        text = re.sub(r"^(footnotetext|footnotemark): ", "", text)
        if not text:
            return ""
        self.notes.append(self.outline.block("footnote", mark or None, text=text))
        return f"[^{mark}]" if mark else ""

    def latex(self, math: HtmlElement) -> str:
        """A formula as LaTeX, from where LaTeXML keeps it."""
        source = math.get("alttext") or next(
            ("".join(a.itertext()) for a in math.iter("annotation") if a.get("encoding") == "application/x-tex"), ""
        )
        return _STYLED.sub("", re.sub(r"(?<!\\)%\s*", "", CONTROL.sub("", source)).strip().replace("\n", " "))


def _link(text: str, href: str) -> str:
    target = href.strip()
    if not re.match(r"https?://", target) or not text.strip() or re.sub(r"^https?://", "", target).rstrip("/") in text:
        return text
    return f"[{text.strip()}]({target})" if not re.search(r"[()\s]", target) else text


def tidy(text: str) -> str:
    """Collapse white space and remove what is not printed."""
    text = re.sub(r"\s+", " ", CONTROL.sub("", text).replace("\xa0", " ")).strip()
    return re.sub(r" ([,;.:)\]])(?=\s|$)", r"\1", text)
