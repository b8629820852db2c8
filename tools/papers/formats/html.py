"""Papers as LaTeXML writes them in HTML: arXiv's own HTML pages and ar5iv."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from paper_implementer.tools.errors import NotFound, TooLarge, Unreadable

from ..paper import Block, BlockKind, Paper, PaperWarning, Role
from .cells import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Span, markdown, spread
from .links import code_links
from .outline import Outline
from .roles import role_of

MAX_BYTES = 60_000_000
MAX_BLOCKS = 20_000
MAX_DEPTH = 150
MAX_SPAN = 200
MAX_AUTHORS = 500

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
_SKIPPED_TAGS = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "nav",
        "footer",
        "header",
        "button",
        "iframe",
        "form",
        "svg",
        "object",
        "head",
    }
)
_SKIPPED = frozenset(
    ["ltx_page_navbar", "ltx_page_footer", "ltx_page_header", "ltx_page_logo", "ltx_TOC", "ltx_dates", "ltx_pagination", "ltx_rule", "ltx_role_footnotemark", "ltx_note_mark", "ltx_tag_note", "ltx_listing_data", "ltx_ERROR", "ltx_author_notes", "ltx_authors", "ltx_title_document", "package-alerts", "ltx_role_newpage", "ltx_classification", "ltx_keywords", "ltx_tag_item", "ltx_tag_listingline", "ltx_role_institutetext", "ltx_figure_panel_break"]
)  # fmt: skip
_BLOCKY = frozenset(
    {
        "p",
        "div",
        "section",
        "figure",
        "table",
        "ul",
        "ol",
        "dl",
        "li",
        "pre",
        "blockquote",
        "tr",
        "dd",
        "dt",
        "article",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "figcaption",
    }
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2061-\u2064\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_BREAK = "\x15"
_STYLED = re.compile(r"^\\(displaystyle|textstyle|scriptstyle)(?![A-Za-z])\s*")


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
    article = next((e for e in tree.iter("article", "div") if "ltx_document" in _classes(e)), None)
    if article is None:
        raise Unreadable(
            f"'{file.name}' is not a paper in LaTeXML's HTML.", "Give arXiv's HTML, the LaTeX source or the PDF."
        )
    return _Reader(article).paper()


def _encoding(data: bytes) -> str:
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4000])
    name = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def _classes(element: HtmlElement) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def _children(element: HtmlElement) -> Iterator[HtmlElement]:
    return (child for child in element if isinstance(child.tag, str))


class _Reader:
    """Walks the article once."""

    def __init__(self, article: HtmlElement) -> None:
        self.article = article
        self.outline = Outline()
        self.warnings: list[PaperWarning] = []
        self.appendix = False
        self.notes: list[Block] = []
        self.hidden = 0
        self.errors: dict[str, None] = {}

    def paper(self) -> Paper:
        title = next(self._with_class(self.article, "ltx_title_document"), None)
        self._walk(self.article, 0)
        if self.hidden:
            self._warn("hidden_text", f"{self.hidden} parts of the page are not shown to a reader; they were left out.")
        if self.errors:
            names = ", ".join(list(self.errors)[:5])
            self._warn("conversion_error", f"The page was made without understanding these commands: {names}.")
        blocks = self.outline.blocks
        abstract = [b.text for b in blocks if b.role == "abstract" and b.kind in ("paragraph", "list")]
        return Paper(
            title=self._text(title) if title is not None else "",
            authors=self._authors(),
            abstract="\n\n".join(abstract),
            source_format="html",
            blocks=blocks,
            code_links=code_links(f"{b.text} {b.caption or ''}" for b in blocks if b.kind != "reference"),
            warnings=self.warnings,
        )

    def _warn(self, kind: str, message: str) -> None:
        self.warnings.append(PaperWarning(kind=kind, message=message))

    def _with_class(self, element: HtmlElement, name: str) -> Iterator[HtmlElement]:
        return (e for e in element.iter() if isinstance(e.tag, str) and name in _classes(e))

    # Structure

    def _walk(self, element: HtmlElement, depth: int) -> None:
        if depth > MAX_DEPTH or len(self.outline.blocks) > MAX_BLOCKS:
            self._cut()
            return
        loose: list[str] = [element.text or ""]
        for child in _children(element):
            if self._is_inline(child):
                loose.append(self._inline(child, depth + 1))
            else:
                self._paragraph(loose)
                self._block(child, depth + 1)
            loose.append(child.tail or "")
        self._paragraph(loose)

    def _cut(self) -> None:
        if not any(w.kind == "too_large" for w in self.warnings):
            self._warn(
                "too_large",
                f"The page is nested deeper than {MAX_DEPTH} or has more than {MAX_BLOCKS} parts; the rest was left out.",
            )

    def _is_inline(self, element: HtmlElement) -> bool:
        classes = _classes(element)
        if element.tag in _BLOCKY or "ltx_note" in classes:
            return "ltx_note" in classes
        return not any(e.tag in _BLOCKY for e in element.iter() if isinstance(e.tag, str)) or element.tag in (
            "math",
            "a",
            "cite",
        )

    def _paragraph(self, pieces: list[str], kind: BlockKind = "paragraph") -> None:
        text = _tidy("".join(pieces))
        pieces.clear()
        if re.search(r"\w", text):
            self.outline.blocks.append(self.outline.block(kind, text=text))
        self.outline.blocks += self.notes
        self.notes.clear()

    def _block(self, element: HtmlElement, depth: int) -> None:
        classes = _classes(element)
        if self._left_out(element, classes):
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
            self._equations(element)
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

    def _left_out(self, element: HtmlElement, classes: frozenset[str]) -> bool:
        if "ltx_ERROR" in classes:
            self.errors.setdefault(_tidy("".join(element.itertext()))[:40])
            return True
        if element.tag in _SKIPPED_TAGS or classes & _SKIPPED:
            return True
        if element.get("hidden") is not None or _HIDDEN_STYLE.search(element.get("style") or ""):
            self.hidden += 1
            return True
        return False

    def _heading(self, element: HtmlElement, name: str) -> None:
        title = next((c for c in _children(element) if "ltx_title" in _classes(c)), None)
        number, text = self._titled(title) if title is not None else (None, "")
        if text or number:
            role = role_of(text, self._parent_role(_LEVELS[name]), appendix=self.appendix)
            block = self.outline.open_section(text or number or "", number, _LEVELS[name], role)
            block.label = element.get("id")

    def _parent_role(self, level: int) -> Role | None:
        return next((s.role for s in reversed(self.outline.sections) if (s.level or 1) < level), None)

    def _titled(self, title: HtmlElement) -> tuple[str | None, str]:
        """The number in a heading or caption, without its word, and the rest of the text."""
        tag = next((e for e in title.iter() if isinstance(e.tag, str) and "ltx_tag" in _classes(e)), None)
        printed = _tidy("".join(tag.itertext())) if tag is not None else ""
        text = self._text(title)
        if printed and text.startswith(printed):
            text = text[len(printed) :].lstrip(" .:—–-")
        number = re.search(r"([A-Z]?[\dIVXLC]+(?:[.\-][\w]+)*|[A-Z](?:\.\d+)*)\W*$", printed)
        return (number.group(1) if number else None), text

    def _aside(self, element: HtmlElement, name: str, depth: int) -> None:
        """A section without a place in the numbering; what follows it belongs to the section before."""
        before = list(self.outline.sections)
        title = next((c for c in _children(element) if "ltx_title" in _classes(c)), None)
        text = (self._text(title).rstrip(".:") if title is not None else "") or name
        self.outline.open_section(text, None, 1, role_of(name))
        self._walk(element, depth)
        self.outline.sections = before

    def _bibliography(self, element: HtmlElement, depth: int) -> None:
        title = next(self._with_class(element, "ltx_title_bibliography"), None)
        self.outline.open_section(
            (self._text(title) if title is not None else "") or "References", None, 1, "references"
        )
        for count, item in enumerate(self._with_class(element, "ltx_bibitem"), 1):
            tag = next(self._with_class(item, "ltx_tag_bibitem"), None)
            printed = re.fullmatch(r"\[?(\d+)\]?\.?", _tidy("".join(tag.itertext())) if tag is not None else "")
            pieces = (
                [self._inline(c, depth + 1) for c in _children(item) if c is not tag]
                if tag is not None
                else [self._inline(item, depth + 1)]
            )
            text = _tidy(" ".join(pieces + ([tag.tail or ""] if tag is not None else [])))
            if text and len(self.outline.blocks) <= MAX_BLOCKS:
                number = printed.group(1) if printed else str(count)
                self.outline.blocks.append(self.outline.block("reference", number, text=text, label=item.get("id")))
        self.notes.clear()

    # Parts

    def _equations(self, element: HtmlElement) -> None:
        """A display: the rows of a group without a number belong to the next that has one, or to the one before."""
        rows = list(self._with_class(element, "ltx_eqn_row")) or [element]
        groups: list[tuple[str, list[str], str | None]] = []
        waiting: list[str] = []
        covered = 0
        for row in rows:
            latex = self._row_latex(row)
            tag = next(self._with_class(row, "ltx_tag_equation"), None)
            if tag is None and covered > 0 and groups:
                groups[-1][1].append(latex)
                covered -= 1
            elif tag is None:
                waiting.append(latex)
            else:
                cell = next((a for a in tag.iterancestors("td") if "ltx_eqn_eqno" in _classes(a)), None)
                covered = _span(cell, "rowspan") - 1 if cell is not None else 0
                groups.append((_tidy("".join(tag.itertext())).strip("()[] "), [*waiting, latex], _identity(row)))
                waiting = []
        if waiting and groups:
            groups[-1][1].extend(waiting)
        elif waiting:
            groups.append(("", waiting, _identity(rows[0])))
        for number, parts, label in groups:
            lines = [part for part in parts if part]
            if not lines:
                continue
            latex = lines[0] if len(lines) == 1 else "\\begin{aligned} " + " \\\\ ".join(lines) + " \\end{aligned}"
            block = self.outline.block("equation", number or None, text=f"$${latex}$$", latex=latex, label=label)
            self.outline.blocks.append(block)

    def _row_latex(self, row: HtmlElement) -> str:
        formulas = [self._latex(math) for math in row.iter("math")]
        if formulas:
            return " ".join(f for f in formulas if f)
        # Some pages leave formulas to a script, between dollars.
        cells = [c for c in self._with_class(row, "ltx_eqn_cell") if "ltx_eqn_eqno" not in _classes(c)]
        return _tidy(" ".join("".join(c.itertext()) for c in cells)).strip("$ ")

    def _latex(self, math: HtmlElement) -> str:
        source = math.get("alttext") or next(
            ("".join(a.itertext()) for a in math.iter("annotation") if a.get("encoding") == "application/x-tex"), ""
        )
        return _STYLED.sub("", re.sub(r"(?<!\\)%\s*", "", _CONTROL.sub("", source)).strip().replace("\n", " "))

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
            for t in self._with_class(element, "ltx_tabular")
            if not any("ltx_tabular" in _classes(a) for a in t.iterancestors())
        ]
        lines = self._lines(element, depth)
        kind: BlockKind = "figure"
        if "ltx_table" in classes:
            kind = "table"
        elif any("algorithm" in c for c in classes) or (
            captions and re.match(r"\s*Algorithm", "".join(captions[0].itertext()))
        ):
            kind = "algorithm"
        elif lines and not images:
            kind = "code"
        rows = [row for t in tables for row in self._rows(t, depth)]
        texts = [markdown(rows)] if rows else []
        texts += [self._sub_caption(c) for f in inner for c in f.iter("figcaption")]
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

    def _sub_caption(self, caption: HtmlElement) -> str:
        return self._text(caption)

    def _table(self, element: HtmlElement, depth: int) -> None:
        rows = self._rows(element, depth)
        if rows:
            self.outline.blocks.append(
                self.outline.block("table", text=markdown(rows), rows=rows, label=element.get("id"))
            )

    def _rows(self, table: HtmlElement, depth: int) -> list[list[str]]:
        grid: list[list[tuple[str, Span]]] = []
        for row in table.iter():
            if not isinstance(row.tag, str) or (row.tag != "tr" and "ltx_tr" not in _classes(row)):
                continue
            if next(a for a in row.iterancestors() if a is table or "ltx_tabular" in _classes(a)) is not table:
                continue
            cells = [c for c in _children(row) if c.tag in ("td", "th") or "ltx_td" in _classes(c)]
            grid.append(
                [(_tidy(self._inline(c, depth + 1)), (_span(c, "colspan"), _span(c, "rowspan"))) for c in cells]
            )
        return spread(_with_covered_cells(grid))

    def _lines(self, element: HtmlElement, depth: int) -> list[str]:
        lines: list[str] = []
        for line in self._with_class(element, "ltx_listingline"):
            text = self._inline(line, depth + 1).removeprefix(" ").strip("\n")
            indent = len(text) - len(text.lstrip(" \xa0\u2003\u2002"))
            lines.append(" " * indent + _tidy(text))
        return [line for line in lines if line.strip()]

    def _listing(self, element: HtmlElement, classes: frozenset[str], depth: int) -> None:
        language = next(
            (c.removeprefix("ltx_lst_language_").lower() for c in classes if c.startswith("ltx_lst_language_")), ""
        )
        text = _embedded(element) or "\n".join(self._lines(element, depth)) or "".join(element.itertext())
        text = _CONTROL.sub("", text).strip("\n")
        if text.strip():
            self.outline.blocks.append(
                self.outline.block("code", text=f"```{language}\n{text}\n```", label=element.get("id"))
            )

    def _theorem(self, element: HtmlElement, classes: frozenset[str], depth: int) -> None:
        title = next(self._with_class(element, "ltx_title"), None)
        heading = self._text(title).rstrip(". ") if title is not None else ("Proof" if "ltx_proof" in classes else "")
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
            self._cut()
            return
        for count, item in enumerate((c for c in _children(element) if c.tag in ("li", "dd")), 1):
            tag = next((_tidy("".join(t.itertext())) for t in _children(item) if "ltx_tag_item" in _classes(t)), "")
            bullet = (
                tag if re.fullmatch(r"\(?\w{1,4}[.)]", tag) else f"{count}." if element.tag == "ol" and not tag else "-"
            )
            nested = [e for e in item.iter("ul", "ol") if next(a for a in e.iterancestors("li", "dd")) is item]
            text = _tidy(self._inline(item, depth + 1, without=nested))
            named = f"{tag} " if tag and bullet == "-" and re.search(r"\w", tag) else ""
            if text or named:
                lines.append("  " * level + f"{bullet} {named}{text}".rstrip())
            for inner in nested:
                self._items(inner, depth + 1, level + 1, lines)

    # Text

    def _text(self, element: HtmlElement) -> str:
        """The text of a heading: without notes."""
        text = _tidy(self._inline(element, 0, top=True))
        self.notes.clear()
        return re.sub(r"\s*\[\^[^\]]*\]", "", text)

    def _inline(
        self, element: HtmlElement, depth: int, *, without: list[HtmlElement] | None = None, top: bool = False
    ) -> str:
        """An element as Markdown in one line."""
        if depth > MAX_DEPTH:
            self._cut()
            return ""
        if without and element in without:
            return ""
        classes = _classes(element)
        if element.tag == "math":
            latex = self._latex(element)
            display = element.get("display") == "block"
            return f" $${latex}$$ " if latex and display else f"${latex}$" if latex else ""
        if not top and self._left_out(element, classes):
            return ""
        if "ltx_note" in classes:
            return self._note(element, classes, depth)
        if element.tag == "br":
            return " "
        inner = element.text or ""
        for child in _children(element):
            inner += self._inline(child, depth + 1, without=without) + (child.tail or "")
        if element.tag == "sup" and inner.strip():
            return f"^{{{inner.strip()}}}"
        if element.tag == "sub" and inner.strip():
            return f"_{{{inner.strip()}}}"
        if element.tag == "a":
            return _link(inner, element.get("href") or "")
        return f" {inner} " if element.tag in _BLOCKY else inner

    def _note(self, element: HtmlElement, classes: frozenset[str], depth: int) -> str:
        content = next(self._with_class(element, "ltx_note_content"), None)
        if content is None or ("ltx_role_footnote" not in classes and "ltx_role_footnotetext" not in classes):
            return ""
        mark = next((_tidy("".join(m.itertext())) for m in self._with_class(element, "ltx_note_mark")), "")
        text = _tidy(
            "".join([content.text or "", *(self._inline(c, depth + 1) + (c.tail or "") for c in _children(content))])
        )
        text = re.sub(r"^(footnotetext|footnotemark): ", "", text)
        if not text:
            return ""
        self.notes.append(self.outline.block("footnote", mark or None, text=text))
        return f"[^{mark}]" if mark else ""

    def _authors(self) -> list[str]:
        """The first line of names of each author."""
        names: dict[str, None] = {}
        for creator in self._with_class(self.article, "ltx_personname"):
            for line in "".join(_lines_of(creator)).split(_BREAK):
                found = [part for part in _parts(line) if 2 <= len(part.split()) <= 6 and part[:1].isupper()]
                names |= dict.fromkeys(found)
                if found:
                    break
        return list(names)[:MAX_AUTHORS]


def _parts(line: str) -> list[str]:
    """The names that stand in one line."""
    if "@" in line:
        return []
    return [_tidy(part) for part in re.split(r"[,&;]|\band\b|\s{3,}", re.sub(r"\$[^$]*\$|[*†‡§¶∗]|\d+", ",", line))]


def _lines_of(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in _children(element):
        if child.tag == "br":
            yield _BREAK
        elif child.tag not in ("math", "sup") and "ltx_note" not in _classes(child):
            yield "".join(child.itertext())
        yield child.tail or ""


def _with_covered_cells(grid: list[list[tuple[str, Span]]]) -> list[list[tuple[str, Span]]]:
    """HTML leaves out the cells that a cell above covers; put empty ones there."""
    full: list[list[tuple[str, Span]]] = []
    covered: set[tuple[int, int]] = set()
    for r, cells in enumerate(grid[:MAX_ROWS]):
        row: list[tuple[str, Span]] = []
        column = 0
        for text, (columns, rows) in cells:
            while (r, column) in covered and column < MAX_COLUMNS:
                row.append(("", (1, 1)))
                column += 1
            covered |= (
                {(r + k, column + c) for k in range(1, rows) for c in range(columns)}
                if len(covered) < MAX_CELLS
                else set()
            )
            row.append((text, (columns, rows)))
            column += columns
        full.append(row)
    return full


def _embedded(listing: HtmlElement) -> str:
    """The exact text of a listing, which LaTeXML puts into a link."""
    for link in listing.iter("a"):
        href = link.get("href") or ""
        if href.startswith("data:text/plain;base64,") and len(href) < 2_000_000:
            try:
                return base64.b64decode(href.partition(",")[2], validate=False).decode("utf-8", errors="replace")
            except (binascii.Error, ValueError):
                return ""
    return ""


def _link(text: str, href: str) -> str:
    target = href.strip()
    if not re.match(r"https?://", target) or not text.strip() or re.sub(r"^https?://", "", target).rstrip("/") in text:
        return text
    return f"[{text.strip()}]({target})" if not re.search(r"[()\s]", target) else text


def _identity(row: HtmlElement) -> str | None:
    """The nearest id around a row."""
    return row.get("id") or next((a.get("id") for a in row.iterancestors() if a.get("id")), None)


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name) or "1"
    return min(int(value), MAX_SPAN) if value.isdecimal() and len(value) < 5 and int(value) > 0 else 1


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", _CONTROL.sub("", text).replace("\xa0", " ")).strip()
    return re.sub(r" ([,;.:)\]])(?=\s|$)", r"\1", text)
