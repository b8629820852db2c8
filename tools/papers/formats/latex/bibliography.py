"""References: `thebibliography` (in the text or in a `.bbl`), biblatex `.bbl`, or the cited entries of `.bib` files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paper_implementer.tools.errors import RefusedForSafety, TooLarge, Unreadable

from .bibtex import parse_bibtex, printed_entry
from .sections import open_section
from .stream import END
from .tokens import PAR, Token, detokenize, tokenize

if TYPE_CHECKING:
    from pathlib import Path

    from .reader import Handler, Reader

MAX_REFERENCES = 5000

_IN_ORDER = r"unsrt|ieee|acm-reference|vancouver|phys|naturemag|aip|elsarticle-num"
_BY_LABEL = r"(?<!unsrt)nat(bib)?$|icml|iclr|acl|apa|chicago|named|agsm|neurips|tmlr|aaai"
"""Author-year styles sort by the label: `Abe and Zed` stands before `Abe et al.`"""
_CLASSIC = rf"(?i)^(plain|abbrv|alpha|amsplain|siam|splncs\d*|is-.*|)$|{_IN_ORDER}"


@dataclass(frozen=True)
class Entry:
    """One reference: its number in the list, and its short names where the style gives them."""

    number: str
    authors: str = ""
    year: str = ""


def _the_bibliography(reader: Reader) -> None:
    reader.ex.optional()
    reader.ex.argument()
    _heading(reader)
    key, label, text = "", "", list[Token]()
    started = False
    while (token := reader.ex.next()) is not None and token not in (END, "\\end{thebibliography}", "\\end{document}"):
        if token in ("\\bibitem", "\\harvarditem"):
            if started:
                _add(reader, key, label, text)
            started, text = True, []
            given = reader.ex.optional()
            label = reader.inline(given) if given else ""
            key = reader.ex.name()
            if token == "\\harvarditem":
                label = f"{key}({reader.ex.name()})"
                key = reader.ex.name()
        elif started:
            if token in ("\\href", "\\url", "\\doi"):
                text += [token, "{", *reader.ex.argument(), "}"]
            elif token == "\\newblock" or token == PAR:
                text.append(" ")
            else:
                text.append(token)
    if token == "\\end{document}":
        reader.ex.push(["\\end", "{", "document", "}"])
    if started:
        _add(reader, key, label, text)
    _close(reader)


def _heading(reader: Reader) -> None:
    reader.flush()
    last = reader.outline.sections[-1] if reader.outline.sections else None
    if last is not None and last.role == "references" and reader.outline.blocks and reader.outline.blocks[-1] is last:
        return
    title = ["Bibliography"] if reader.has_chapters else ["References"]
    open_section(reader, title, None, 0 if reader.has_chapters else 1)


def _close(reader: Reader) -> None:
    """What follows the list without a heading is not part of it."""
    if reader.outline.sections and reader.outline.sections[-1].role == "references":
        reader.outline.sections.pop()


def _add(reader: Reader, key: str, label: str, tokens: list[Token]) -> None:
    text = reader.inline(tokens)
    if not text or len(reader.bibliography) >= MAX_REFERENCES:
        return
    short = re.match(r"(.*?)\s*\(?((?:19|20)\d\d[a-z]?|n\.d\.)\)?", label, re.DOTALL)
    number = str(len(reader.bibliography) + 1)
    entry = Entry(number, *((short.group(1).strip(" ,("), short.group(2)) if short else ("", "")))
    if key in reader.bibliography:
        return
    reader.bibliography[key or f"\0{number}"] = entry
    reader.add("reference", number, text=text, label=key or None)


def _bibliography(reader: Reader) -> None:
    r"""`\bibliography{...}`, `\printbibliography`: the `.bbl` beside the paper, else what it cites from its `.bib`."""
    if reader.ex.peek() == "{":
        names = [n.strip() for n in reader.ex.name().split(",")]
    else:
        reader.ex.optional()
        names = list(reader.bib_files)
    if reader.bibliography or not reader.in_body:
        return
    bbl = _compiled(reader)
    if bbl is not None:
        text = _read(reader, bbl)
        if "\\entry{" in text:
            _biblatex(reader, text)
        else:
            reader.ex.push(tokenize(text))
        return
    for name in names:
        try:
            path = reader.tree.resolve(name, reader.tree.root, (".bib",))
        except RefusedForSafety as error:
            reader.tree.warn("not_read", error.message)
            continue
        if path is None:
            reader.tree.warn("missing_file", f"The bibliography '{name}' is not in the source.")
        else:
            reader.bib_texts.append(_read(reader, path))
    if any(reader.bib_texts):
        # What the appendix cites counts too, so the list is made when the whole text has been read.
        reader.flush()
        reader.bibliography_place = len(reader.outline.blocks)
        _close(reader)


def _compiled(reader: Reader) -> Path | None:
    beside = reader.main.with_suffix(".bbl")
    if beside.is_file():
        return beside
    others = sorted(p for p in reader.main.parent.glob("*.bbl") if p.is_file())
    return others[0] if len(others) == 1 else None


def _read(reader: Reader, path: Path) -> str:
    try:
        return reader.tree.read(path)
    except (TooLarge, Unreadable) as error:
        reader.tree.warn("not_read", f"{error.message} It was left out.")
        return ""


def _add_resource(reader: Reader) -> None:
    reader.ex.optional()
    reader.bib_files += [n.strip() for n in reader.ex.name().split(",")][:20]


def complete(reader: Reader) -> None:
    """Print what is cited from `.bib` files; in the order of citation, or by name and year where the style sorts."""
    if reader.bibliography_place is None or reader.bibliography:
        return
    wanted = None if "*" in reader.cites else set(reader.cites)
    entries: dict[str, dict[str, str]] = {}
    for text in reader.bib_texts:
        entries |= parse_bibtex(text, wanted)
    behind = reader.outline.blocks[reader.bibliography_place :]
    del reader.outline.blocks[reader.bibliography_place :]
    cited = list(entries) if wanted is None else [key for key in dict.fromkeys(reader.cites) if key in entries]
    del cited[MAX_REFERENCES:]
    style = reader.bibliography_style
    if re.search(_BY_LABEL, style, re.IGNORECASE) or (_loads_natbib(reader) and not re.search(_CLASSIC, style)):
        cited.sort(key=lambda key: printed_entry(entries[key]).label_key)
    elif not re.search(_IN_ORDER, style, re.IGNORECASE):
        cited.sort(key=lambda key: printed_entry(entries[key]).sort_key)
    _heading(reader)
    for key in cited:
        printed = printed_entry(entries[key])
        _add(reader, key, reader.inline(tokenize(printed.label)), tokenize(printed.text))
    reader.outline.blocks += behind


def _loads_natbib(reader: Reader) -> bool:
    """Whether `natbib` is used: by itself, or through the style of a conference."""
    return any(re.match(r"natbib|neurips|nips|iclr|icml|acl|tmlr|jmlr", name) for name in reader.ex.packages)


def _biblatex(reader: Reader, text: str) -> None:
    _heading(reader)
    for match in re.finditer(r"\\entry\{([^{}]*)\}\{(\w*)\}.*?(?=\\endentry)", text, re.DOTALL):
        body = match.group(0)
        body = re.sub(r"\\bibrangedash\s*", "--", body)
        fields = {"ENTRYTYPE": match.group(2).lower()}
        for name, value in re.findall(r"\\field\{(\w+)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}", body):
            fields.setdefault(name, value)
        for name, value in re.findall(r"\\list\{(\w+)\}\{\d+\}\{\s*\{((?:[^{}]|\{[^{}]*\})*)\}", body):
            fields.setdefault(name, re.sub(r"%\s*", "", value))
        people = re.search(r"\\name\{author\}\{\d+\}\{[^{}]*\}\{(.*?)\n\s*\}\n", body, re.DOTALL)
        if people is not None:
            families = re.findall(r"family=\{((?:[^{}]|\{[^{}]*\})*)\}", people.group(1))
            given = re.findall(r"given=\{((?:[^{}]|\{[^{}]*\})*)\}", people.group(1))
            names = [f"{family}, {given[i]}" if i < len(given) else family for i, family in enumerate(families)]
            fields["author"] = " and ".join(names)
        for name, value in re.findall(r"\\verb\{(\w+)\}\s*\\verb\s+([^\n]*)\n\s*\\endverb", body):
            fields.setdefault(name, value.strip())
        fields.setdefault("journal", fields.get("journaltitle", ""))
        printed = printed_entry(fields)
        _add(reader, match.group(1), reader.inline(tokenize(printed.label)), tokenize(printed.text))
    _close(reader)


def _style(reader: Reader) -> None:
    reader.bibliography_style = detokenize(reader.ex.argument())


def _field(arguments: int) -> Handler:
    """Commands of citation styles inside entries: `\\bibinfo{year}{2017}` prints its last argument."""

    def handle(reader: Reader) -> None:
        for _ in range(arguments):
            reader.ex.argument()

    return handle


def _doi(reader: Reader) -> None:
    reader.out.append("doi:" + detokenize(reader.ex.argument()).strip())


HANDLERS: dict[Token, Handler] = {
    "\\begin{thebibliography}": _the_bibliography,
    "\\bibliography": _bibliography,
    "\\printbibliography": _bibliography,
    "\\addbibresource": _add_resource,
    "\\bibliographystyle": _style,
    "\\bibinfo": _field(1),
    "\\bibfield": _field(1),
    "\\bibnamefont": _field(0),
    "\\bibfnamefont": _field(0),
    "\\citenamefont": _field(0),
    "\\doi": _doi,
    "\\eprint": _field(0),
    "\\natexlab": _field(0),
    "\\Eprint": _field(1),
    "\\BibitemOpen": _field(0),
    "\\bibAnnoteFile": _field(2),
    "\\showDOI": _field(0),
    "\\showURL": _field(0),
    "\\BibitemShut": _field(1),
}
