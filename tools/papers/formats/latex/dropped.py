"""Commands and environments that print nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .stream import END
from .tokens import Token, detokenize

if TYPE_CHECKING:
    from .reader import Handler, Reader

_NAMES = {
    "": (
        "centering raggedright raggedleft noindent indent maketitle newpage clearpage cleardoublepage pagebreak "
        "bigskip medskip smallskip tableofcontents listoffigures listoftables bf it tt rm sf sc sl em bfseries "
        "itshape ttfamily rmfamily sffamily scshape slshape upshape mdseries normalfont tiny scriptsize footnotesize "
        "small normalsize large Large LARGE huge Huge boldmath unboldmath onecolumn frenchspacing selectfont "
        "makeatletter makeatother break nolinebreak nopagebreak qedhere vfill doublespacing singlespacing "
        "onehalfspacing sloppy fussy flushbottom raggedbottom strut null nocopyright ruggedright immediate normalem balance raggedcolumns IEEEoverridecommandlockouts "
        "frontmatter backmatter mainmatter printacknowledgments rmdefault sfdefault displaystyle textstyle "
        "scriptstyle limits nolimits hline toprule midrule bottomrule newline unitlength endgraf arraybackslash "
        "endfirsthead endhead endfoot endlastfoot"
    ),
    "m": (
        "vspace hspace pagestyle thispagestyle bibliographystyle graphicspath hypersetup usetikzlibrary newlength "
        "pagenumbering captionsetup linespread stretch pagecolor setlist hyphenation phantom hphantom vphantom "
        "lstset sisetup mathtoolsset date subjclass pdfinfo urlstyle tikzset "
        "pgfplotsset index marginpar typeout message setstretch doi received newsavebox usebox "
        "setcopyright settopmatter copyrightyear acmYear acmISBN acmDOI orcid email institute "
        "corref fnref tnoteref acmBooktitle acmPrice authornote additionalaffiliation affiliations emails titlerunning authorrunning icmltitlerunning icmlkeywords keywords "
        "correspondingauthor printAffiliationsAndNotice icmladdress reportnumber "
        "bstctlcite AtBeginDocument AtEndDocument vadjust noalign special directlua pdfliteral setminted usemintedstyle "
        "cline shorttitle shortauthors "
    ),
    "mm": (
        "markboth setlength addtolength settowidth settoheight icmlaffiliation icmlcorrespondingauthor icmlsetsymbol pdfbookmark "
        "DeclareCaptionLabelFormat newcites addto newrefformat"
    ),
    "ommm": ("acmConference"),
    "mmm": ("addcontentsline crefname Crefname"),
    "om": (
        "color address affiliation affil ccsdesc IEEEauthorblockA thanksref setcitestyle ead cortext fntext tnotetext includepdf cmidrule addbibresource usepgfplotslibrary"
    ),
    "omm": ("rule"),
    "o": (
        "authornotemark allowdisplaybreaks addlinespace nolinenumbers linenumbers displaybreak morecmidrules listoftodos"
    ),
    "mom": ("newcolumntype"),
}
DROPPED: dict[Token, str] = {f"\\{name}": arguments for arguments, names in _NAMES.items() for name in names.split()}
"""Commands that print nothing, with what they take: `o` an optional argument, `m` a mandatory one."""

ENVIRONMENT_ARGUMENTS = {
    "spacing": 1, "minipage": 1, "multicols": 1, "adjustbox": 1, "wrapfigure": 2, "wraptable": 2, "CJK": 2, "CJK*": 2, "adjustwidth": 2,
    "list": 2, "tcolorbox": 0, "subfigure": 1, "subtable": 1, "thebibliography": 1, "otherlanguage": 1, "textblock": 1, "mdframed": 0,
    "Form": 0, "changemargin": 2, "picture": 0, "lrbox": 1, "subfigures": 0, "threeparttable": 0, "varwidth": 1, "onecolabstract": 0,
}  # fmt: skip
"""Environments whose content counts, with the arguments that do not."""


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


def _write(reader: Reader) -> None:
    r"""`\\write18{...}`: a number, and what would be written or run."""
    reader.ex.skip_blanks()
    following = reader.ex.pop()
    if following is not None and following != END and not following.isdecimal():
        reader.ex.push([following])
    reader.ex.argument()


def _skipped(name: str) -> Handler:
    return lambda reader: skip_environment(reader, name)


HANDLERS: dict[Token, Handler] = {
    "\\write": _write,
    **{
        f"\\begin{{{name}}}": _skipped(name)
        for name in (
            "comment", "tikzpicture", "pgfpicture", "axis", "filecontents", "filecontents*", "CCSXML", "picture", "pspicture", "luacode",
            "sagecode", "forest", "tikzcd", "customlegend", "asy", "keyword", "keywords", "IEEEkeywords", "pgfonlayer",
        )
    },
}  # fmt: skip
