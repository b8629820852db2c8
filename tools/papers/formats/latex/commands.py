"""Commands of running text: styles, references, links, notes, lists, quantities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .characters import DINGBATS, INDENT, LINE
from .counters import STYLES, alph, mark, roman
from .lengths import skip_length
from .macros import END, is_raw
from .mathematics import display
from .tokens import Token, detokenize

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reader import Handler, Reader

MARK_START, MARK_END = "\x11", "\x12"
"""Around what is filled in when the whole document is known: `ref:label`, `cite:style:before:after:keys`."""

DROPPED: dict[Token, str] = {
    "\\" + name: arguments
    for arguments, names in {
        "": [
            "centering",
            "raggedright",
            "raggedleft",
            "noindent",
            "indent",
            "maketitle",
            "newpage",
            "clearpage",
            "cleardoublepage",
            "pagebreak",
            "bigskip",
            "medskip",
            "smallskip",
            "tableofcontents",
            "listoffigures",
            "listoftables",
            "bf",
            "it",
            "tt",
            "rm",
            "sf",
            "sc",
            "sl",
            "em",
            "bfseries",
            "itshape",
            "ttfamily",
            "rmfamily",
            "sffamily",
            "scshape",
            "slshape",
            "upshape",
            "mdseries",
            "normalfont",
            "tiny",
            "scriptsize",
            "footnotesize",
            "small",
            "normalsize",
            "large",
            "Large",
            "LARGE",
            "huge",
            "Huge",
            "boldmath",
            "unboldmath",
            "onecolumn",
            "frenchspacing",
            "selectfont",
            "makeatletter",
            "makeatother",
            "break",
            "nolinebreak",
            "nopagebreak",
            "qedhere",
            "vfill",
            "doublespacing",
            "singlespacing",
            "onehalfspacing",
            "sloppy",
            "fussy",
            "flushbottom",
            "raggedbottom",
            "strut",
            "null",
            "nocopyright",
            "ruggedright",
            "normalem",
            "balance",
            "frontmatter",
            "backmatter",
            "mainmatter",
            "printacknowledgments",
            "rmdefault",
            "sfdefault",
            "displaystyle",
            "textstyle",
            "scriptstyle",
            "limits",
            "nolimits",
            "hline",
            "toprule",
            "midrule",
            "bottomrule",
            "newline",
            "unitlength",
            "endgraf",
            "arraybackslash",
            "endfirsthead",
            "endhead",
            "endfoot",
            "endlastfoot",
        ],
        "m": [
            "vspace",
            "hspace",
            "pagestyle",
            "thispagestyle",
            "bibliographystyle",
            "graphicspath",
            "hypersetup",
            "usetikzlibrary",
            "newlength",
            "pagenumbering",
            "captionsetup",
            "linespread",
            "stretch",
            "color",
            "pagecolor",
            "setlist",
            "hyphenation",
            "phantom",
            "hphantom",
            "vphantom",
            "lstset",
            "sisetup",
            "mathtoolsset",
            "allowdisplaybreaks",
            "date",
            "address",
            "subjclass",
            "pdfinfo",
            "raggedcolumns",
            "urlstyle",
            "tikzset",
            "pgfplotsset",
            "makebibliography",
            "index",
            "marginpar",
            "typeout",
            "message",
            "setstretch",
            "doi",
            "received",
            "newsavebox",
            "usebox",
            "setcopyright",
            "settopmatter",
            "copyrightyear",
            "acmYear",
            "acmISBN",
            "acmDOI",
            "ccsdesc",
            "orcid",
            "email",
            "affiliation",
            "institute",
            "titlerunning",
            "authorrunning",
            "icmltitlerunning",
            "icmlkeywords",
            "keywords",
            "icmlsetsymbol",
            "icmlcorrespondingauthor",
            "correspondingauthor",
            "printAffiliationsAndNotice",
            "icmladdress",
            "IEEEoverridecommandlockouts",
            "reportnumber",
            "bstctlcite",
            "AtBeginDocument",
            "AtEndDocument",
            "everypar",
            "graphicx",
            "vadjust",
            "noalign",
            "write18",
            "setminted",
            "usemintedstyle",
            "cline",
            "shorttitle",
            "shortauthors",
            "published",
        ],
        "mm": [
            "setlength",
            "addtolength",
            "rule",
            "fontsize",
            "settowidth",
            "settoheight",
            "icmlaffiliation",
            "pdfbookmark",
            "DeclareCaptionLabelFormat",
            "newcites",
            "addto",
            "newrefformat",
        ],
        "mmm": ["definecolor", "addcontentsline", "crefname", "Crefname"],
        "om": ["setcitestyle", "includepdf", "cmidrule", "addbibresource", "usepgfplotslibrary"],
        "o": ["addlinespace", "nolinenumbers", "linenumbers", "displaybreak", "morecmidrules", "listoftodos"],
        "mom": ["newcolumntype"],
    }.items()
    for name in names
}
"""Commands that print nothing, with what they take: `o` an optional argument, `m` a mandatory one."""

ENVIRONMENT_ARGUMENTS = {
    "spacing": 1, "minipage": 1, "multicols": 1, "adjustbox": 1, "wrapfigure": 2, "wraptable": 2, "CJK": 2, "CJK*": 2, "adjustwidth": 2,
    "list": 2, "tcolorbox": 0, "subfigure": 1, "subtable": 1, "thebibliography": 1, "otherlanguage": 1, "textblock": 1, "mdframed": 0,
    "Form": 0, "changemargin": 2, "picture": 0, "lrbox": 1, "subfigures": 0, "threeparttable": 0, "varwidth": 1, "onecolabstract": 0,
}  # fmt: skip

_TRANSPARENT_AFTER = {
    "\\textcolor": "om", "\\colorbox": "om", "\\fcolorbox": "mm", "\\resizebox": "mm", "\\scalebox": "mo", "\\raisebox": "moo",
    "\\rotatebox": "om", "\\parbox": "ooom", "\\makebox": "oo", "\\framebox": "oo", "\\adjustbox": "m", "\\foreignlanguage": "m",
    "\\texorpdfstring": "", "\\hyperlink": "m", "\\hypertarget": "m", "\\sethlcolor": "", "\\twocolumn": "", "\\pdftooltip": "", "\\tcbox": "o",
}  # fmt: skip
"""Commands that print their last argument, with what stands before it."""

_UNITS = {
    "second": "s", "seconds": "s", "s": "s", "minute": "min", "hour": "h", "day": "d", "metre": "m", "meter": "m", "gram": "g", "ampere": "A", "kelvin": "K",
    "hertz": "Hz", "watt": "W", "joule": "J", "volt": "V", "byte": "B", "bit": "bit", "percent": "%", "degree": "°", "celsius": "°C", "degreeCelsius": "°C",
    "pixel": "px", "newton": "N", "pascal": "Pa", "mole": "mol", "electronvolt": "eV", "eV": "eV", "litre": "L", "liter": "L", "radian": "rad",
    "milli": "m", "micro": "µ", "nano": "n", "pico": "p", "femto": "f", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E",
    "centi": "c", "deci": "d", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "per": "/", "squared": "²", "cubed": "³", "square": "²", "cubic": "³",
    "ms": "ms", "us": "µs", "ns": "ns", "km": "km", "cm": "cm", "mm": "mm", "um": "µm", "nm": "nm", "kg": "kg", "GHz": "GHz", "MHz": "MHz", "kHz": "kHz", "Hz": "Hz",
}  # fmt: skip


@dataclass
class ListState:
    """One list that is open: what its items begin with."""

    ordered: bool
    count: int = 0
    kind: str = "itemize"


def _link(reader: Reader) -> None:
    address = _address(reader.ex.argument())
    text = reader.inline(reader.ex.argument())
    bare = re.sub(r"^(https?://|mailto:)", "", address)
    reader.out.append(text if not text or bare in text or "](" in text else f"[{text}]({address})")
    if not text:
        reader.out.append(address)


def _address(tokens: list[Token]) -> str:
    return re.sub(r"\\([%#&_~{}])", r"\1", detokenize(tokens)).replace("\\textasciitilde", "~").strip()


def _url(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(_address(reader.ex.expanded(reader.ex.argument())))


def _verb(reader: Reader) -> None:
    token = reader.ex.pop()
    if token is not None and is_raw(token):
        reader.out.append(f"`{token[1:]}`")
    elif token is not None and token != END:
        reader.ex.push([token])


def _mark(reader: Reader, *parts: str) -> None:
    clean = (re.sub(r"[\x11\x12\x10]", "", part) for part in parts)
    reader.out.append(MARK_START + "\x10".join(clean) + MARK_END)


def _reference(style: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.ex.star()
        _mark(reader, "ref", style, reader.ex.name())

    return handle


def _reference_range(reader: Reader) -> None:
    reader.ex.star()
    _mark(reader, "ref", "range", reader.ex.name() + "," + reader.ex.name())


def _cite(style: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.ex.star()
        first, second = reader.ex.optional(), reader.ex.optional()
        before, after = (first, second) if second is not None else (None, first)
        keys = [key.strip() for key in reader.ex.name().split(",") if key.strip()]
        reader.cites += keys
        nested = reader.inline(before) if before else "", reader.inline(after) if after else ""
        if style == "none":
            return
        if reader.out and style != "text" and reader.out[-1][-1:].isalnum():
            reader.out.append(" ")
        _mark(reader, "cite", style, nested[0], nested[1], ",".join(keys))

    return handle


def _label(reader: Reader) -> None:
    label = reader.ex.name()
    if reader.float_parts is not None:
        reader.float_parts.items.append(("label", label))
    elif reader.current is not None and label not in reader.labels:
        reader.labels[label] = reader.current
        if (
            reader.outline.blocks
            and reader.outline.blocks[-1].kind == "section"
            and reader.outline.blocks[-1].label is None
        ):
            reader.outline.blocks[-1].label = label


def _footnote(reader: Reader) -> None:
    if reader.ex.optional() is None:
        reader.counters.step("footnote")
    number = reader.printed("footnote")
    _note(reader, number)
    reader.out.append(f"[^{number}]" if number else "")


def _note(reader: Reader, number: str) -> None:
    text = reader.inline(reader.ex.argument())
    if text:
        reader.add("footnote", number or None, text=text)


def _footnote_text(reader: Reader) -> None:
    reader.ex.optional()
    _note(reader, reader.printed("footnote"))


def _footnote_mark(reader: Reader) -> None:
    if reader.ex.optional() is None:
        reader.counters.step("footnote")
        reader.out.append(f"[^{reader.printed('footnote')}]")


def _drop(arguments: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.ex.star()
        for kind in arguments:
            if kind == "o":
                reader.ex.optional()
            else:
                reader.ex.argument()

    return handle


def _keep_last(arguments: str) -> Handler:
    drop = _drop(arguments)

    def handle(reader: Reader) -> None:
        drop(reader)

    return handle


def _first_of_two(reader: Reader) -> None:
    kept = reader.ex.argument()
    reader.ex.argument()
    reader.ex.push(["{", *kept, "}"])


def _script(sign: str) -> Handler:
    def handle(reader: Reader) -> None:
        text = reader.inline(reader.ex.argument())
        if text:
            reader.out.append(f"{sign}{{{text}}}")

    return handle


def _ensure_math(reader: Reader) -> None:
    reader.ex.push(["$", *reader.ex.argument(), "$"])


def _xspace(reader: Reader) -> None:
    following = reader.ex.peek()
    if (following is not None and following != END and (following[0].isalnum() or following in ("(", "$", "`"))) or (
        following is not None and len(following) > 1 and following[0] == "\\" and following[1:].isalpha()
    ):
        reader.out.append(" ")


def _line_break(reader: Reader) -> None:
    reader.ex.line_break()
    reader.out.append(" ")


def _ding(reader: Reader) -> None:
    reader.out.append(DINGBATS.get(reader.ex.name(), ""))


def _number(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(_printed_number(reader.ex.name()))


def _quantity(reader: Reader) -> None:
    reader.ex.optional()
    value = _printed_number(reader.ex.name())
    reader.ex.optional()
    unit = _printed_unit(reader.ex.argument())
    reader.out.append(f"{value}{'' if unit in ('%', '°') else ' '}{unit}".strip())


def _unit(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(_printed_unit(reader.ex.argument()))


def _number_range(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(f"{_printed_number(reader.ex.name())}–{_printed_number(reader.ex.name())}")


def _quantity_range(reader: Reader) -> None:
    _number_range(reader)
    reader.out.append(" " + _printed_unit(reader.ex.argument()))


def _number_list(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(", ".join(_printed_number(part) for part in reader.ex.name().split(";")))


def _printed_number(text: str) -> str:
    """A number as `siunitx` prints it, powers of ten as a formula."""
    text = text.strip().replace("+-", " ± ").replace("\\pm", " ± ")
    power = re.fullmatch(r"([+-]?[\d.,]*)\s*[eEdD]\s*([+-]?\d+)", text)
    if power is None:
        return re.sub(r"^-", "−", text)
    mantissa, exponent = power.group(1), power.group(2).lstrip("+")
    return f"${mantissa} \\times 10^{{{exponent}}}$" if mantissa else f"$10^{{{exponent}}}$"


def _printed_unit(tokens: list[Token]) -> str:
    return "".join(
        _UNITS.get(t[1:], t[1:]) if t[0] == "\\" else t.replace("~", " ").replace(".", "·") for t in tokens
    ).strip()


# Lists


def _list(ordered: bool, kind: str) -> Handler:
    end = f"\\end{{{kind}}}"

    def handle(reader: Reader) -> None:
        reader.ex.optional()
        if kind == "list":
            reader.ex.argument()
            reader.ex.argument()
        elif kind == "easylist":
            reader.ex.skip_blanks()
        if not reader.list_stack:
            reader.flush()
        reader.list_stack.append(ListState(ordered, kind=kind))
        reader.run(end)
        if len(reader.list_stack) == 1:
            reader.flush()
        reader.list_stack.pop()
        if reader.list_stack:
            reader.out.append(LINE + INDENT * (len(reader.list_stack) - 1))

    return handle


def _item(reader: Reader) -> None:
    given = reader.ex.optional()
    if not reader.list_stack:
        reader.out.append(" • ")
        return
    state = reader.list_stack[-1]
    state.count += 1
    depth = len(reader.list_stack)
    if given is not None:
        bullet = reader.inline(given)
        bullet = f"- {bullet}" if bullet and bullet not in ("-", "–", "•", "$\\bullet$") else "-"
    elif state.ordered:
        label = {1: str(state.count), 2: alph(state.count), 3: roman(state.count)}.get(depth, str(state.count))
        bullet = f"{label}."
        reader.target("item", label)
    else:
        bullet = "-"
    reader.out.append(f"{LINE}{INDENT * (depth - 1)}{bullet} ")


def easy_item(reader: Reader, token: Token) -> None:
    """An item of `easylist`: as many marks in front as it is deep."""
    depth = len(token)
    while depth < 6 and reader.ex.peek() == token:
        reader.ex.pop()
        depth += 1
    reader.out.append(f"{LINE}{INDENT * (depth - 1)}- ")


# Counters


def _set_counter(reader: Reader) -> None:
    name = reader.ex.name()
    reader.counters.values[name] = _integer(reader, reader.ex.argument())


def _add_to_counter(reader: Reader) -> None:
    name = reader.ex.name()
    value = reader.counters.values.get(name, 0) + _integer(reader, reader.ex.argument())
    reader.counters.values[name] = max(-(10**6), min(value, 10**6))


def _integer(reader: Reader, tokens: list[Token]) -> int:
    text = reader.inline(tokens)
    return int(text.replace("−", "-")) if re.fullmatch(r"[-−]?\d{1,6}", text) else 0


def _value(reader: Reader) -> None:
    reader.out.append(str(reader.counters.values.get(reader.ex.name(), 0)))


def _step_counter(reader: Reader) -> None:
    name = reader.ex.name()
    reader.counters.step(name)
    reader.target(name, reader.printed(name))


def _new_counter(reader: Reader) -> None:
    name = reader.ex.name()
    reader.counters.values[name] = 0
    parent = reader.ex.optional()
    if parent:
        reader.counters.parents[name] = detokenize(parent)


def _number_within(reader: Reader) -> None:
    reader.ex.star()
    reader.ex.optional()
    reader.counters.within(reader.ex.name(), reader.ex.name())


def _counter_style(style: Callable[[int], str]) -> Handler:
    def handle(reader: Reader) -> None:
        reader.out.append(style(reader.counters.values.get(reader.ex.name().removeprefix("c@"), 0)))

    return handle


def _printed_counter(counter: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.out.append(reader.counters.default(counter))

    return handle


# Verbatim and what is not for reading


def _code(name: str) -> Handler:
    end = f"\\end{{{name}}}"

    def handle(reader: Reader) -> None:
        token = reader.ex.pop()
        if token is None or token == END:
            return
        if not is_raw(token):
            reader.ex.push([token])
            return
        options, language, body = _listing(name, token[1:])
        while (following := reader.ex.next()) not in (None, END, end):
            pass
        _ = following
        if reader.float_parts is not None:
            reader.float_parts.items.append(("code", body))
        elif reader.is_inline:
            reader.out.append(f"`{body.strip()}`")
        elif body.strip():
            reader.flush()
            caption = re.search(r"caption\s*=\s*(?:\{([^{}]*)\}|([^,\]]*))", options)
            title = next((g for g in caption.groups() if g), None) if caption else None
            reader.add("code", caption=title, text=f"```{language}\n{body}\n```")

    return handle


def _listing(name: str, raw: str) -> tuple[str, str, str]:
    """Options, language and text of a verbatim environment."""
    options, language = "", ""
    head = re.match(r"\s*\[((?:[^\[\]{}]|\{[^{}]*\})*)\]", raw) if name not in ("verbatim", "verbatim*") else None
    if head is not None:
        options, raw = head.group(1), raw[head.end() :]
        named = re.search(r"language\s*=\s*\{?\[?\w*\]?([\w+#]+)", options)
        language = named.group(1).lower() if named else ""
    if name == "minted" and (head := re.match(r"\s*\{([\w+#-]*)\}", raw)) is not None:
        language, raw = head.group(1), raw[head.end() :]
    lines = raw.strip("\n").rstrip().split("\n")
    margin = min((len(s) - len(s.lstrip(" ")) for s in lines if s.strip()), default=0)
    return options, language, "\n".join(line[margin:].rstrip() for line in lines)


def skip_environment(reader: Reader, name: str) -> None:
    """Drop an environment with what it holds: drawings, comments."""
    depth = 0
    while (token := reader.ex.pop()) is not None and token != END:
        if token not in ("\\begin", "\\end"):
            continue
        if detokenize(reader.ex.argument()).strip() != name:
            continue
        depth += 1 if token == "\\begin" else -1
        if depth < 0:
            return


def _skipped(name: str) -> Handler:
    return lambda reader: skip_environment(reader, name)


def _list_properties(reader: Reader) -> None:
    reader.ex.optional("(", ")")


def _display(reader: Reader) -> None:
    display(reader, "\\[")


HANDLERS: dict[Token, Handler] = {
    "\\href": _link,
    "\\url": _url,
    "\\path": _url,
    "\\nolinkurl": _url,
    "\\verb": _verb,
    "\\label": _label,
    "\\footnote": _footnote,
    "\\footnotetext": _footnote_text,
    "\\footnotemark": _footnote_mark,
    "\\tablefootnote": _footnote,
    "\\thanks": _drop("m"),
    "\\texorpdfstring": _first_of_two,
    "\\textsuperscript": _script("^"),
    "\\textsubscript": _script("_"),
    "\\ensuremath": _ensure_math,
    "\\xspace": _xspace,
    "\\\\": _line_break,
    "\\tabularnewline": _line_break,
    "\\ding": _ding,
    "\\num": _number,
    "\\SI": _quantity,
    "\\qty": _quantity,
    "\\si": _unit,
    "\\unit": _unit,
    "\\ang": _number,
    "\\numrange": _number_range,
    "\\SIrange": _quantity_range,
    "\\qtyrange": _quantity_range,
    "\\numlist": _number_list,
    "\\item": _item,
    "\\setcounter": _set_counter,
    "\\addtocounter": _add_to_counter,
    "\\value": _value,
    "\\stepcounter": _step_counter,
    "\\refstepcounter": _step_counter,
    "\\newcounter": _new_counter,
    "\\numberwithin": _number_within,
    "\\counterwithin": _number_within,
    "\\vskip": skip_length,
    "\\hskip": skip_length,
    "\\kern": skip_length,
    "\\todo": _drop("om"),
    "\\ListProperties": lambda reader: _list_properties(reader),
    "\\hyperref": _drop("o"),
    "\\today": _drop(""),
    "\\[": _display,
    **{name: _keep_last(arguments) for name, arguments in _TRANSPARENT_AFTER.items() if name != "\\texorpdfstring"},
    **{name: _counter_style(style) for name, style in STYLES.items()},
    "\\fnsymbol": _counter_style(mark),
    **{f"\\the{c}": _printed_counter(c) for c in ("chapter", "section", "subsection", "subsubsection", "equation", "figure", "table", "footnote", "page")},
    **{
        f"\\begin{{{kind}}}": _list(ordered, kind)
        for kind, ordered in (
            ("itemize", False), ("enumerate", True), ("description", False), ("compactitem", False), ("compactenum", True),
            ("inparaenum", True), ("list", False), ("trivlist", False), ("enumerate*", True), ("itemize*", False),
            ("asparaenum", True), ("asparaitem", False), ("inlinelist", False), ("enumerateinline", True), ("tightitemize", False),
        )
    },
    **{f"\\begin{{{name}}}": _code(name) for name in ("verbatim", "verbatim*", "Verbatim", "Verbatim*", "BVerbatim", "lstlisting", "minted", "alltt", "python", "pycode")},
    **{
        f"\\begin{{{name}}}": _skipped(name)
        for name in (
            "comment", "tikzpicture", "pgfpicture", "axis", "filecontents", "filecontents*", "CCSXML", "picture", "pspicture", "luacode",
            "sagecode", "forest", "tikzcd", "customlegend", "", "asy", "keywords", "IEEEkeywords", "pgfonlayer",
        )
    },
}  # fmt: skip

REFERENCES: dict[Token, Handler] = {
    "\\ref": _reference("number"),
    "\\eqref": _reference("equation"),
    "\\autoref": _reference("Name"),
    "\\cref": _reference("name"),
    "\\Cref": _reference("Name"),
    "\\crefrange": _reference_range,
    "\\Crefrange": _reference_range,
    "\\nameref": _reference("title"),
    "\\Nameref": _reference("title"),
    "\\subref": _reference("number"),
    "\\vref": _reference("number"),
    "\\labelcref": _reference("number"),
    "\\pageref": _reference("page"),
    "\\cpageref": _reference("page"),
    **{f"\\{n}": _cite("number") for n in ("cite", "citep", "Citep", "parencite", "Parencite", "autocite", "Autocite", "footcite", "citealp", "Citealp", "supercite", "shortcite", "citenum", "onlinecite", "citen", "footcitetext", "fullcite", "citepalias")},
    **{f"\\{n}": _cite("text") for n in ("citet", "Citet", "textcite", "Textcite", "citealt", "Citealt", "newcite", "citeasnoun", "shortciteN", "citeN", "", "citetalias", "smartcite")},
    **{f"\\{n}": _cite("author") for n in ("citeauthor", "Citeauthor", "citefullauthor")},
    **{f"\\{n}": _cite("year") for n in ("citeyear", "citeyearpar", "citedate")},
    "\\nocite": _cite("none"),
}  # fmt: skip
HANDLERS |= REFERENCES

STRUCTURAL: frozenset[Token] = frozenset(REFERENCES) | frozenset(
    {
        "\\label", "\\footnote", "\\footnotetext", "\\footnotemark", "\\url", "\\href", "\\verb", "\\item", "\\begin", "\\end", "\\thanks", "\\hyperref",
        "\\newcommand", "\\renewcommand", "\\providecommand", "\\def", "\\let", "\\input", "\\include", "\\documentclass", "\\usepackage", "\\newtheorem",
        "\\maketitle", "\\\\", "\\par", "\\texorpdfstring", "\\captionsetup", "\\multicolumn", "\\multirow", "\\hline", "\\cline",
    }
)  # fmt: skip
