"""The blocks of a LaTeXML page."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from ...paper import BlockKind, Paper, Role
from ..cells import markdown
from ..links import code_links
from ..roles import role_of, settle_roles
from .authors import authors_of
from .cells import embedded_text, listing_lines, table_rows
from .equations import equations
from .text import BLOCK_TAGS, CONTROL, MAX_BLOCKS, MAX_DEPTH, Text, children_of, classes_of, tidy, with_class

_LEVELS = {
    "part": 1,
    "chapter": 1,
    "section": 1,
    "appendix": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}


class Reader(Text):
    """Walks an article once."""

    def __init__(self, article: HtmlElement) -> None:
        super().__init__()
        self.article = article
        self.appendix = False

    def paper(self) -> Paper:
        """The whole page."""
        title = next(with_class(self.article, "ltx_title_document"), None)
        self._walk(self.article, 0)
        if self.hidden:
            self.warn("hidden_text", f"{self.hidden} parts of the page are not shown to a reader; they were left out.")
        if "Fatal error and exited abruptly" in self.article.getroottree().getroot().text_content():
            self.warn(
                "conversion_error", "The page says that its conversion broke off: the paper is not complete here."
            )
        if self.errors:
            names = ", ".join(list(self.errors)[:5])
            self.warn("conversion_error", f"The page was made without understanding these commands: {names}.")
        blocks = self.outline.blocks
        settle_roles(blocks)
        abstract = [b.text for b in blocks if b.role == "abstract" and b.kind in ("paragraph", "list")]
        return Paper(
            title=self.text(title) if title is not None else "",
            authors=authors_of(self.article),
            abstract="\n\n".join(abstract),
            source_format="html",
            blocks=blocks,
            code_links=code_links(f"{b.text} {b.caption or ''}" for b in blocks if b.kind != "reference"),
            warnings=self.warnings,
        )

    def _walk(self, element: HtmlElement, depth: int) -> None:
        if depth > MAX_DEPTH or len(self.outline.blocks) > MAX_BLOCKS:
            self.cut()
            return
        loose: list[str] = [element.text or ""]
        for child in children_of(element):
            if self._is_inline(child):
                loose.append(self.inline(child, depth + 1))
            else:
                self._paragraph(loose)
                self._block(child, depth + 1)
            loose.append(child.tail or "")
        self._paragraph(loose)

    def _is_inline(self, element: HtmlElement) -> bool:
        classes = classes_of(element)
        if element.tag in BLOCK_TAGS or "ltx_note" in classes:
            return "ltx_note" in classes
        return not any(e.tag in BLOCK_TAGS for e in element.iter() if isinstance(e.tag, str)) or element.tag in (
            "math",
            "a",
            "cite",
        )

    def _paragraph(self, pieces: list[str], kind: BlockKind = "paragraph") -> None:
        text = tidy("".join(pieces))
        pieces.clear()
        if re.search(r"\w", text):
            self.outline.blocks.append(self.outline.block(kind, text=text))
        self.outline.blocks += self.notes
        self.notes.clear()

    def _block(self, element: HtmlElement, depth: int) -> None:
        classes = classes_of(element)
        if self.left_out(element, classes):
            return
        section = next((n for n in _LEVELS if f"ltx_{n}" in classes), None)
        if "ltx_abstract" in classes or "ltx_acknowledgements" in classes:
            self._aside(element, "Abstract" if "ltx_abstract" in classes else "Acknowledgements", depth)
        elif "ltx_bibliography" in classes:
            self._bibliography(element, depth)
        elif section is not None and element.tag == "section":
            self.appendix = self.appendix or section == "appendix"
            self._heading(element, section)
            self._walk(element, depth)
        elif "ltx_title" in classes:
            return
        elif "ltx_equation" in classes or "ltx_equationgroup" in classes:
            equations(self, element)
        elif element.tag == "figure" or "ltx_figure" in classes or "ltx_float" in classes:
            self._figure(element, classes, depth)
        elif "ltx_tabular" in classes:
            self._table(element, depth)
        elif "ltx_listing" in classes or "ltx_verbatim" in classes:
            self._listing(element, classes, depth)
        elif "ltx_theorem" in classes or "ltx_proof" in classes:
            self._theorem(element, classes, depth)
        elif element.tag in ("ul", "ol", "dl"):
            self._list(element, depth)
        elif "ltx_p" in classes or element.tag == "p":
            self._walk(element, depth)
        else:
            self._walk(element, depth)

    def _heading(self, element: HtmlElement, name: str) -> None:
        title = next((c for c in children_of(element) if "ltx_title" in classes_of(c)), None)
        number, text = self._titled(title) if title is not None else (None, "")
        if text or number:
            role = role_of(text, self._parent_role(_LEVELS[name]), appendix=self.appendix)
            block = self.outline.open_section(text or number or "", number, _LEVELS[name], role)
            block.label = element.get("id")

    def _parent_role(self, level: int) -> Role | None:
        return next((s.role for s in reversed(self.outline.sections) if (s.level or 1) < level), None)

    def _titled(self, title: HtmlElement) -> tuple[str | None, str]:
        """The number in a heading or caption, without its word, and the rest of the text."""
        tag = next((e for e in title.iter() if isinstance(e.tag, str) and "ltx_tag" in classes_of(e)), None)
        printed = tidy("".join(tag.itertext())) if tag is not None else ""
        text = self.text(title)
        if printed and text.startswith(printed):
            text = text[len(printed) :].lstrip(" .:—–-")
        number = re.search(r"([A-Z]?[\dIVXLC]+(?:[.\-][\w]+)*|[A-Z](?:\.\d+)*)\W*$", printed)
        return (number.group(1) if number else None), text

    def _aside(self, element: HtmlElement, name: str, depth: int) -> None:
        """A section without a place in the numbering; what follows it belongs to the section before."""
        before = list(self.outline.sections)
        title = next((c for c in children_of(element) if "ltx_title" in classes_of(c)), None)
        text = (self.text(title).rstrip(".:") if title is not None else "") or name
        self.outline.open_section(text, None, 1, role_of(name))
        self._walk(element, depth)
        self.outline.sections = before

    def _bibliography(self, element: HtmlElement, depth: int) -> None:
        title = next(with_class(element, "ltx_title_bibliography"), None)
        self.outline.open_section(
            (self.text(title) if title is not None else "") or "References", None, 1, "references"
        )
        for count, item in enumerate(with_class(element, "ltx_bibitem"), 1):
            tag = next(with_class(item, "ltx_tag_bibitem"), None)
            printed = re.fullmatch(r"\[?(\d+)\]?\.?", tidy("".join(tag.itertext())) if tag is not None else "")
            pieces = (
                [self.inline(c, depth + 1) for c in children_of(item) if c is not tag]
                if tag is not None
                else [self.inline(item, depth + 1)]
            )
            text = tidy(" ".join(pieces + ([tag.tail or ""] if tag is not None else [])))
            if text and len(self.outline.blocks) <= MAX_BLOCKS:
                number = printed.group(1) if printed else str(count)
                self.outline.blocks.append(self.outline.block("reference", number, text=text, label=item.get("id")))
        self.notes.clear()

    def _figure(self, element: HtmlElement, classes: frozenset[str], depth: int) -> None:
        inner = [f for f in element.iter("figure") if f is not element]
        captions = [c for c in element.iter("figcaption", "caption") if not any(c in f.iter() for f in inner)]
        if not captions and inner:
            self._walk(element, depth)
            return
        number, caption = self._titled(captions[0]) if captions else (None, "")
        images = [i.get("src") for i in element.iter("img") if i.get("src")]
        tables = [
            t
            for t in with_class(element, "ltx_tabular")
            if not any("ltx_tabular" in classes_of(a) for a in t.iterancestors())
        ]
        lines = listing_lines(self, element, depth)
        kind: BlockKind = "figure"
        if "ltx_table" in classes:
            kind = "table"
        elif any("algorithm" in c for c in classes) or (
            captions and re.match(r"\s*Algorithm", "".join(captions[0].itertext()))
        ):
            kind = "algorithm"
        elif lines and not images:
            kind = "code"
        rows = [row for t in tables for row in table_rows(self, t, depth)]
        texts = [markdown(rows)] if rows else []
        texts += [self.text(c) for f in inner for c in f.iter("figcaption")]
        if lines:
            texts.append("\n".join(lines) if kind == "algorithm" else "```\n" + "\n".join(lines) + "\n```")
        self.outline.blocks.append(
            self.outline.block(
                kind, number, title=caption if kind == "algorithm" else None, caption=caption or None, text="\n\n".join(t for t in texts if t),
                rows=rows or None if kind == "table" else None, label=element.get("id"), image=images[0] if images and not str(images[0]).startswith("data:") else None,
            )
        )  # fmt: skip
        self.outline.blocks += self.notes
        self.notes.clear()

    def _table(self, element: HtmlElement, depth: int) -> None:
        rows = table_rows(self, element, depth)
        if rows:
            self.outline.blocks.append(
                self.outline.block("table", text=markdown(rows), rows=rows, label=element.get("id"))
            )

    def _listing(self, element: HtmlElement, classes: frozenset[str], depth: int) -> None:
        language = next(
            (c.removeprefix("ltx_lst_language_").lower() for c in classes if c.startswith("ltx_lst_language_")), ""
        )
        text = embedded_text(element) or "\n".join(listing_lines(self, element, depth)) or "".join(element.itertext())
        text = CONTROL.sub("", text).strip("\n")
        if text.strip():
            self.outline.blocks.append(
                self.outline.block("code", text=f"```{language}\n{text}\n```", label=element.get("id"))
            )

    def _theorem(self, element: HtmlElement, classes: frozenset[str], depth: int) -> None:
        title = next(with_class(element, "ltx_title"), None)
        heading = self.text(title).rstrip(". ") if title is not None else ("Proof" if "ltx_proof" in classes else "")
        first = len(self.outline.blocks)
        self._walk(element, depth)
        added = self.outline.blocks[first:]
        text_blocks = [b for b in added if b.kind in ("paragraph", "list")]
        if text_blocks and heading:
            text_blocks[0].text = f"{heading}. {text_blocks[0].text}"
        if "ltx_proof" in classes:
            return
        name = next((c.removeprefix("ltx_theorem_") for c in classes if c.startswith("ltx_theorem_")), "thm")
        number = re.search(r"([A-Z]?[\d.]*\d)", heading)
        for block in text_blocks:
            block.kind, block.title = "theorem", heading
            block.number = number.group(1) if number else None
            block.id = self.outline.unique_id(
                "theorem", block.number, f"{name}:{block.number}" if block.number else None
            )

    def _list(self, element: HtmlElement, depth: int, level: int = 0) -> None:
        lines: list[str] = []
        self._items(element, depth, level, lines)
        text = "\n".join(lines)
        if text.strip():
            self.outline.blocks.append(self.outline.block("list", text=text))
        self.outline.blocks += self.notes
        self.notes.clear()

    def _items(self, element: HtmlElement, depth: int, level: int, lines: list[str]) -> None:
        """The lines of a list; a display in an item goes into its line."""
        if depth > MAX_DEPTH:
            self.cut()
            return
        for count, item in enumerate((c for c in children_of(element) if c.tag in ("li", "dd")), 1):
            tag = next((tidy("".join(t.itertext())) for t in children_of(item) if "ltx_tag_item" in classes_of(t)), "")
            bullet = (
                tag if re.fullmatch(r"\(?\w{1,4}[.)]", tag) else f"{count}." if element.tag == "ol" and not tag else "-"
            )
            nested = [e for e in item.iter("ul", "ol") if next(a for a in e.iterancestors("li", "dd")) is item]
            text = tidy(self.inline(item, depth + 1, without=nested))
            named = f"{tag} " if tag and bullet == "-" and re.search(r"\w", tag) else ""
            if text or named:
                lines.append("  " * level + f"{bullet} {named}{text}".rstrip())
            for inner in nested:
                self._items(inner, depth + 1, level + 1, lines)
