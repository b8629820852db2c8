"""Figures, tables and algorithms that float: captions, labels, pictures, numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..cells import markdown
from .algorithms import algorithm_lines
from .characters import tidy
from .counters import alph
from .stream import END
from .tokens import PAR, Token, detokenize

if TYPE_CHECKING:
    from ...paper import BlockKind
    from .reader import Handler, Reader

_FLOATS: dict[str, BlockKind] = {
    "figure": "figure", "wrapfigure": "figure", "SCfigure": "figure", "sidewaysfigure": "figure", "floatingfigure": "figure", "teaserfigure": "figure",
    "marginfigure": "figure", "table": "table", "wraptable": "table", "SCtable": "table", "sidewaystable": "table", "margintable": "table",
    "algorithm": "algorithm", "algorithm2e": "algorithm", "Algorithm": "algorithm", "listing": "code", "figwindow": "figure", "program": "code",
}  # fmt: skip
_COUNTERS = {"code": "listing"}
MAX_PICTURES = 3
"""How many of a figure's pictures are looked for, until one is there."""
_SUBFLOATS = ("subfigure", "subtable", "subfloat", "subcaptionblock")


@dataclass
class Parts:
    """What a float holds, in the order of the source.

    **Arguments:**

    - `kind`: of the block that it becomes; a `\\captionof` may say otherwise.
    - `items`: (`caption`, `label`, `sublabel`, `image`, `rows`, `code`, `text`) with their values.
    - `sub`: how many subfigures there were; `in_sub`: whether one is open.
    """

    kind: BlockKind
    items: list[tuple[str, object]] = field(default_factory=list)
    sub: int = 0
    in_sub: bool = False


@dataclass
class Piece:
    """One numbered part of a float."""

    kind: BlockKind
    caption: str | None = None
    number: str | None = None
    labels: list[str] = field(default_factory=list)
    sublabels: list[tuple[str, int]] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def _float(name: str) -> Handler:
    kind = _FLOATS[name.rstrip("*")]

    def handle(reader: Reader) -> None:
        ex = reader.ex
        ex.optional()
        for _ in range(2 if name.rstrip("*").startswith("wrap") else 0):
            ex.optional()
            ex.argument()
            ex.optional()
        outer = reader.float_parts
        if (outer is None and reader.is_inline) or (outer is not None and outer.kind == kind):
            reader.run(f"\\end{{{name}}}")
            return
        before, reader.out = reader.out, []
        lists, reader.list_stack = reader.list_stack, []
        reader.float_parts = parts = Parts(kind)
        was_inline, reader.is_inline = reader.is_inline, True
        if kind == "algorithm":
            _algorithm_body(reader, f"\\end{{{name}}}")
        else:
            reader.run(f"\\end{{{name}}}")
        _take_text(reader)
        reader.float_parts, reader.is_inline, reader.out, reader.list_stack = outer, was_inline, before, lists
        emit(reader, parts)

    return handle


def _algorithm_body(reader: Reader, end: Token) -> None:
    """An algorithm's lines may stand in it directly (`algorithm2e`) or in an environment of their own."""
    lines = algorithm_lines(reader, end)
    if lines:
        assert reader.float_parts is not None
        reader.float_parts.items.append(("code", "\n".join(lines)))


def _take_text(reader: Reader) -> None:
    assert reader.float_parts is not None
    text = tidy("".join(reader.out))
    reader.out.clear()
    if re.search(r"\w", text):
        reader.float_parts.items.append(("text", text))


def _caption(reader: Reader) -> None:
    ex = reader.ex
    star = ex.star()
    ex.optional()
    _captioned(reader, ex.argument(), numbered=not star)


def _caption_of(reader: Reader) -> None:
    ex = reader.ex
    star = ex.star()
    kind = ex.name()
    ex.optional()
    tokens = ex.argument()
    if reader.float_parts is None:
        # A caption outside of any float: the table or the pictures right before it are taken for what it describes.
        reader.float_parts = Parts(_FLOATS.get(kind, "figure"))
        _captioned(reader, tokens, numbered=not star)
        parts, reader.float_parts = reader.float_parts, None
        ex.skip_blanks()
        while ex.peek() in ("\\label", "\\vspace", " "):
            token = ex.pop()
            if token == "\\label":
                parts.items.append(("label", ex.name()))
            elif token == "\\vspace":
                ex.argument()
        images, reader.loose_images = reader.loose_images, []
        parts.items[:0] = [("image", image) for image in images]
        blocks = reader.outline.blocks
        table = blocks[-1] if blocks and not "".join(reader.out).strip() else None
        if table is not None and table.kind == parts.kind == "table" and table.caption is None and table.rows:
            blocks.pop()
            parts.items.insert(0, ("rows", table.rows))
        emit(reader, parts)
        return
    reader.float_parts.items.append(("kind", _FLOATS.get(kind, reader.float_parts.kind)))
    _captioned(reader, tokens, numbered=not star)


def _captioned(reader: Reader, tokens: list[Token], *, numbered: bool) -> None:
    parts = reader.float_parts
    if parts is None:
        reader.out.append(reader.inline(tokens))
        return
    outer = parts.items
    inner: list[tuple[str, object]] = []
    parts.items = inner
    text = re.sub(r"\s*\[\^[^\]]*\]", "", reader.inline(tokens))
    parts.items = outer
    if parts.in_sub:
        parts.items.append(("text", f"({alph(parts.sub)}) {text}"))
    else:
        parts.items.append(("caption", (text, numbered)))
    parts.items += [item for item in inner if item[0] in ("label", "sublabel")]


def _sub_float(name: str) -> Handler:
    def handle(reader: Reader) -> None:
        ex = reader.ex
        ex.optional()
        ex.argument()
        parts = reader.float_parts
        if parts is not None:
            _take_text(reader)
            parts.sub += 1
            parts.in_sub = True
        reader.run(f"\\end{{{name}}}")
        if parts is not None:
            parts.in_sub = False

    return handle


def _sub_command(reader: Reader) -> None:
    ex = reader.ex
    first, second = ex.optional(), ex.optional()
    caption = second if second is not None else first
    body = ex.argument()
    parts = reader.float_parts
    if parts is None:
        ex.push(body)
        return
    _take_text(reader)
    parts.sub += 1
    parts.in_sub = True
    text = reader.inline(body)
    title = reader.inline(caption) if caption else ""
    parts.in_sub = False
    if title or re.search(r"\w", text):
        parts.items.append(("text", f"({alph(parts.sub)}) {title} {text}".strip()))


def _sub_caption(reader: Reader) -> None:
    ex = reader.ex
    ex.star()
    text = reader.inline(ex.argument())
    if reader.float_parts is not None:
        if not reader.float_parts.in_sub:
            reader.float_parts.sub += 1
        reader.float_parts.items.append(("text", f"({alph(reader.float_parts.sub)}) {text}"))
    else:
        reader.out.append(text)


def _image(reader: Reader) -> None:
    ex = reader.ex
    ex.star()
    ex.optional()
    ex.optional()
    name = ex.name()
    if reader.float_parts is not None:
        reader.float_parts.items.append(("image", name))
    else:
        reader.loose_images.append(name)
        del reader.loose_images[:-20]


def _floating_row_box(reader: Reader) -> None:
    r"""`\ffigbox{\caption{..}}{\includegraphics..}`: two arguments, both read."""
    first, second = reader.ex.argument(), reader.ex.argument()
    reader.ex.push([*first, *second])


def _continued(reader: Reader) -> None:
    reader.continued_float = True


def emit(reader: Reader, parts: Parts) -> None:
    """Number what a float holds, and add a block for each of its captions."""
    for piece in _pieces(parts):
        has_content = piece.images or piece.rows or piece.code or piece.texts
        if piece.caption is None and not has_content:
            continue
        if piece.number == "numbered":
            counter = _COUNTERS.get(piece.kind, piece.kind)
            if not (reader.continued_float and reader.last_float_had_caption.get(counter)):
                reader.counters.step(counter)
            piece.number = reader.printed(counter)
        for label in piece.labels:
            reader.define_label(label, piece.kind, piece.number)
        for label, sub in piece.sublabels:
            reader.define_label(label, piece.kind, f"{piece.number or ''}{alph(sub)}")
        _add(reader, piece)
    reader.last_float_had_caption[_COUNTERS.get(parts.kind, parts.kind)] = any(w == "caption" for w, _ in parts.items)
    reader.continued_float = False


def _pieces(parts: Parts) -> list[Piece]:
    """Cut a float with several captions into one piece for each."""
    captions = [i for i, (what, _) in enumerate(parts.items) if what == "caption"]
    content = [i for i, (what, _) in enumerate(parts.items) if what in ("image", "rows", "code")]
    above = bool(captions) and bool(content) and captions[0] < content[0]
    pieces = [Piece(parts.kind)]
    for index, (what, value) in enumerate(parts.items):
        starts_new = pieces[-1].caption is not None and (
            what == "caption"
            or (not above and what in ("image", "rows", "code", "kind") and any(c > index for c in captions))
        )
        if starts_new:
            pieces.append(Piece(parts.kind))
        piece = pieces[-1]
        if what == "caption":
            assert isinstance(value, tuple)
            piece.caption = value[0]
            piece.number = "numbered" if value[1] else None
        elif what == "kind":
            piece.kind = value  # type: ignore[assignment]
        elif what == "rows":
            assert isinstance(value, list)
            piece.rows += [row for row in value if row]
        elif what == "sublabel":
            assert isinstance(value, tuple)
            piece.sublabels.append(value)
        else:
            {"label": piece.labels, "image": piece.images, "code": piece.code, "text": piece.texts}[what].append(
                str(value)
            )
    return pieces


def _add(reader: Reader, piece: Piece) -> None:
    was_inline, reader.is_inline = reader.is_inline, False
    rows = _even(piece.rows) if piece.kind == "table" else []
    texts = list(piece.texts)
    if piece.rows:
        texts.insert(
            0, markdown(_even(piece.rows)) if max(map(len, piece.rows)) > 1 else " ".join(r[0] for r in piece.rows)
        )
    texts += [code if piece.kind == "algorithm" else f"```\n{code}\n```" for code in piece.code]
    reader.add(
        piece.kind,
        piece.number,
        title=piece.caption if piece.kind == "algorithm" else None,
        caption=piece.caption,
        text="\n\n".join(t for t in texts if t),
        rows=rows or None,
        label=piece.labels[0] if piece.labels else None,
        image=next(filter(None, map(reader.tree.picture, piece.images[:MAX_PICTURES])), None),
        floating=True,
    )
    reader.is_inline = was_inline


def _even(rows: list[list[str]]) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _graphics_path(reader: Reader) -> None:
    for folder in re.findall(r"\{([^{}]*)\}", detokenize(reader.ex.argument())):
        reader.tree.picture_folders.append(folder)
        del reader.tree.picture_folders[20:]


def _overpic(reader: Reader) -> None:
    _image(reader)
    while (token := reader.ex.next()) is not None and token not in (END, PAR):
        if token == "\\end{overpic}":
            return


def _sub_box(reader: Reader) -> None:
    ex = reader.ex
    ex.star()
    caption = ex.argument()
    ex.optional()
    ex.optional()
    ex.push(["[", *caption, "]", "{", *ex.argument(), "}"])
    _sub_command(reader)


def _epsfig(reader: Reader) -> None:
    options = detokenize(reader.ex.argument())
    name = re.search(r"(?:file|figure)\s*=\s*([^,\s]+)", options)
    if name and reader.float_parts is not None:
        reader.float_parts.items.append(("image", name.group(1)))


HANDLERS: dict[Token, Handler] = {
    **{f"\\begin{{{name}{star}}}": _float(name + star) for name in _FLOATS for star in ("", "*")},
    **{f"\\begin{{{name}}}": _sub_float(name) for name in _SUBFLOATS},
    "\\caption": _caption,
    "\\captionof": _caption_of,
    "\\subfloat": _sub_command,
    "\\subfigure": _sub_command,
    "\\subtable": _sub_command,
    "\\subcaptionbox": _sub_box,
    "\\subcaption": _sub_caption,
    "\\includegraphics": _image,
    "\\includesvg": _image,
    "\\epsfig": _epsfig,
    "\\psfig": _epsfig,
    "\\begin{overpic}": _overpic,
    "\\ContinuedFloat": _continued,
    "\\ffigbox": _floating_row_box,
    "\\ttabbox": _floating_row_box,
    "\\capbtabbox": _floating_row_box,
    "\\graphicspath": _graphics_path,
    "\\tablecaption": _caption,
}
