"""What a reader gets of a LaTeX source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from paper_implementer.tools.papers.formats.latex import parse
from paper_implementer.tools.papers.paper import Block, Paper

Read = Callable[..., Paper]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Parse a document given its body; further files by name."""

    def run(body: str, preamble: str = "", document_class: str = "article", **files: str) -> Paper:
        text = f"\\documentclass{{{document_class}}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
        (tmp_path / "main.tex").write_text(text, encoding="utf-8")
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_tex", ".tex").replace("_bib", ".bib").replace(
                "_bbl", ".bbl"
            )
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return parse(str(tmp_path))

    return run


def text_of(paper: Paper) -> str:
    return "\n".join(b.text for b in paper.blocks if b.kind in ("paragraph", "list", "theorem"))


def only(paper: Paper, kind: str) -> Block:
    found = [b for b in paper.blocks if b.kind == kind]
    assert len(found) == 1, found
    return found[0]


def headings(paper: Paper) -> list[tuple[str | None, str | None, int | None]]:
    return [(b.number, b.title, b.level) for b in paper.blocks if b.kind == "section"]


class TestHeadings:
    def test_are_numbered_as_latex_numbers_them(self, read: Read) -> None:
        paper = read(
            r"\section{One}\subsection{Sub}\subsubsection{Deep}\paragraph{Run in.} text \section*{Bare}\section{Two}"
            r"\subsection{Again}\appendix\section{More}\subsection{Inside}"
        )
        assert headings(paper) == [
            ("1", "One", 1),
            ("1.1", "Sub", 2),
            ("1.1.1", "Deep", 3),
            (None, "Run in", 4),
            (None, "Bare", 1),
            ("2", "Two", 1),
            ("2.1", "Again", 2),
            ("A", "More", 1),
            ("A.1", "Inside", 2),
        ]
        assert [b.id for b in paper.of_kind("section")][:4] == ["sec:1", "sec:1.1", "sec:1.1.1", "sec:run-in"]

    def test_of_a_book_begin_with_chapters(self, read: Read) -> None:
        paper = read(
            r"\chapter{First}\section{S}\begin{equation}a\end{equation}\subsubsection{Unnumbered}",
            document_class="report",
        )
        assert headings(paper) == [("1", "First", 1), ("1.1", "S", 2), (None, "Unnumbered", 4)]
        assert only(paper, "equation").number == "1.1"

    def test_follow_a_redefined_counter(self, read: Read) -> None:
        paper = read(r"\setcounter{section}{4}\section{Five}", r"\renewcommand{\thesection}{S\arabic{section}}")
        assert headings(paper) == [("S5", "Five", 1)]

    def test_of_the_same_name_have_different_ids(self, read: Read) -> None:
        ids = [b.id for b in read(r"\section*{Data}\section*{Data}").blocks]
        assert ids == ["sec:data", "sec:data~2"]

    @pytest.mark.parametrize(
        ("title", "role"),
        [
            ("Introduction", "introduction"),
            ("Related Work", "related_work"),
            ("Preliminaries", "background"),
            ("Our Approach", "method"),
            ("Experimental Setup", "experiments"),
            ("Main Results", "results"),
            ("Limitations", "discussion"),
            ("Conclusion and Future Work", "conclusion"),
            ("Acknowledgments", "acknowledgements"),
            ("Zebra", "other"),
        ],
    )
    def test_have_the_role_that_their_title_says(self, read: Read, title: str, role: str) -> None:
        assert read(rf"\section{{{title}}}").blocks[0].role == role

    def test_of_acknowledgements_are_no_part_of_the_section_before(self, read: Read) -> None:
        paper = read(r"\section{Conclusion}a\paragraph{Acknowledgements.} b")
        assert headings(paper) == [("1", "Conclusion", 1), (None, "Acknowledgements", 1)]

    def test_pass_their_role_on(self, read: Read) -> None:
        paper = read(r"\section{Experiments}\subsection{Architecture}x\appendix\section{Training}y")
        assert [(b.kind, b.role) for b in paper.blocks] == [
            ("section", "experiments"),
            ("section", "experiments"),
            ("paragraph", "experiments"),
            ("section", "appendix"),
            ("paragraph", "appendix"),
        ]

    def test_hold_the_blocks_behind_them(self, read: Read) -> None:
        paper = read("\\section{A}\none\n\n\\subsection{B}\ntwo\n\n\\section{C}\nthree")
        assert [(b.text, b.section) for b in paper.of_kind("paragraph")] == [
            ("one", "sec:1"),
            ("two", "sec:1.1"),
            ("three", "sec:2"),
        ]
        assert paper.block("sec:1.1").section == "sec:1"  # type: ignore[union-attr]


class TestFrontMatter:
    def test_gives_title_authors_and_abstract(self, read: Read) -> None:
        paper = read(
            r"\maketitle\begin{abstract}We do \emph{it}.\end{abstract}\section{Introduction}x",
            r"\title[Short]{A Long\\ Title\thanks{Funded.}}"
            r"\author{Ada Lovelace\thanks{Equal.} \\ University of X \\ \texttt{ada@x.org} \And Jos\'e van der Berg$^{1,2}$ \\ Lab Y}",
        )
        assert paper.title == "A Long Title"
        assert paper.authors == ["Ada Lovelace", "José van der Berg"]
        assert paper.abstract == "We do it."
        assert paper.source_format == "latex"
        first, second, third = paper.blocks[:3]
        assert (first.id, first.role) == ("sec:abstract", "abstract")
        assert (second.text, second.section, second.role) == ("We do it.", "sec:abstract", "abstract")
        assert (third.id, third.section) == ("sec:1", None)

    @pytest.mark.parametrize(
        ("source", "names"),
        [
            (r"\author{Ada Lovelace, Alan Turing and Grace Hopper}", ["Ada Lovelace", "Alan Turing", "Grace Hopper"]),
            (r"\author[1]{Ada Lovelace}\author[2]{Alan Turing}\affil[1]{Somewhere}", ["Ada Lovelace", "Alan Turing"]),
            (r"\author{Ada Lovelace\quad Alan Turing$^*$\\ Example University}", ["Ada Lovelace", "Alan Turing"]),
            (r"\icmlauthor{Ada Lovelace}{x}\icmlauthor{Alan Turing}{y}", ["Ada Lovelace", "Alan Turing"]),
            (
                r"\author{\name Ada Lovelace \email a@b.c \\ \addr Here \AND \name Alan Turing \\ \addr There}",
                ["Ada Lovelace", "Alan Turing"],
            ),
            (r"\author{Example-AI \\ \texttt{x@example.org}}", ["Example-AI"]),
        ],
    )
    def test_finds_names_in_the_styles_of_venues(self, read: Read, source: str, names: list[str]) -> None:
        assert read("x", source).authors == names

    def test_an_abstract_in_the_preamble_counts(self, read: Read) -> None:
        assert read("x", r"\begin{abstract}Early.\end{abstract}").abstract == "Early."

    def test_an_abstract_section_counts(self, read: Read) -> None:
        assert read(r"\section*{Abstract}Short.\section{Introduction}Long.").abstract == "Short."


class TestText:
    @pytest.mark.parametrize(
        ("source", "printed"),
        [
            (r"na\"ive \'etude \c{c}a \v{S} \o{} {\L}ukasz \~n \r{a}", "naïve étude ça Š ø Łukasz ñ å"),
            ("``quoted'' and `single' -- a range---dash", "“quoted” and ‘single’ – a range—dash"),
            (r"5\% of \$3 \& \#1 a\_b \{x\}", r"5% of \$3 & #1 a_b {x}"),
            ("a~b\nc   d", "a b c d"),
            (r"\textbf{bold} \emph{it} {\bf old} \texttt{tt}", "bold it old tt"),
            (r"10\,000 e.g.\ this", "10000 e.g. this"),
            (r"a % a comment" + "\nb", "a b"),
            (r"1\% %hidden" + "\nof", "1% of"),
            (r"x\footnote{A note.} y", "x[^1] y"),
            (r"\url{https://a.org/x_y%20z} \href{https://b.org}{here}", "https://a.org/x_y%20z [here](https://b.org)"),
            (r"\verb|a_b $x$| c", "`a_b $x$` c"),
            (r"2\textsuperscript{nd} R\textsubscript{1}", "2^{nd} R_{1}"),
            (r"\textcolor{red}{kept} \colorbox{blue}{too} \color{red} x", "kept too x"),
            (r"\vspace{2em} a \hspace*{1cm} b \vskip 0.3in plus 2fil c", "a b c"),
            (r"a \tabcolsep=4pt b \parskip 5pt plus 1pt c \setlength\parindent{0pt}d", "a b c d"),
            (r"\unknowncommand{argument} stays", "argument stays"),
            (r"a\todo{remove} b\index{x}", "a b"),
            (r"\begin{center}mid\end{center}", "mid"),
            (r"\eg this, \ie{} that \etal. and \cf\ others", "e.g. this, i.e. that et al. and cf. others"),
            (r"\ensuremath{x^2} and \(y\)", "$x^2$ and $y$"),
            (r"rate \alpha{} of 5 \times{} 10", r"rate $\alpha$ of 5 $\times$ 10"),
        ],
    )
    def test_is_what_is_printed(self, read: Read, source: str, printed: str) -> None:
        assert text_of(read(source)) == printed

    @pytest.mark.parametrize(
        ("source", "printed"),
        [
            (r"\num{1e-4}", r"$1 \times 10^{-4}$"),
            (r"\num{12000}", "12000"),
            (r"\SI{5}{\milli\second}", "5 ms"),
            (r"\qty{80}{\percent}", "80%"),
            (r"\SI{3}{\giga\byte\per\second}", "3 GB/s"),
            (r"\numrange{1}{5}", "1–5"),
        ],
    )
    def test_of_quantities_has_numbers_and_units(self, read: Read, source: str, printed: str) -> None:
        assert text_of(read(source)) == printed

    def test_keeps_formulas_with_macros_expanded(self, read: Read) -> None:
        paper = read(r"size $\dm{=}512$, $2 \times 10^3$", r"\newcommand{\dm}{d_{\text{model}}}")
        assert text_of(paper) == r"size $d_{\text{model}}{=}512$, $2 \times 10^3$"

    def test_ends_paragraphs_at_empty_lines(self, read: Read) -> None:
        assert [b.text for b in read("one\nstill one\n\n% comment\n\ntwo\\par three").blocks] == [
            "one still one",
            "two",
            "three",
        ]

    def test_footnotes_follow_their_paragraph(self, read: Read) -> None:
        paper = read("a\\footnote{First.} b\\footnote{Second $x$.}\n\nc")
        assert [(b.id, b.kind, b.text) for b in paper.blocks] == [
            ("par:1", "paragraph", "a[^1] b[^2]"),
            ("fn:1", "footnote", "First."),
            ("fn:2", "footnote", "Second $x$."),
            ("par:2", "paragraph", "c"),
        ]

    def test_lists_are_markdown(self, read: Read) -> None:
        paper = read(
            r"\begin{itemize}\item one \begin{enumerate}\item deep\item deeper\end{enumerate}\item[X] two\end{itemize}"
            r"\begin{description}\item[Adam] fast\end{description}"
        )
        assert [b.text for b in paper.of_kind("list")] == ["- one\n  1. deep\n  2. deeper\n- X two", "- Adam fast"]

    def test_code_is_kept_as_it_is(self, read: Read) -> None:
        paper = read(
            '\\begin{lstlisting}[language=Python]\nx = {1: "%d"}  # $not$ math\n\\end{lstlisting}\n\\begin{verbatim}\n\\section{No}\n\\end{verbatim}'
        )
        assert [b.text for b in paper.of_kind("code")] == [
            '```python\nx = {1: "%d"}  # $not$ math\n```',
            "```\n\\section{No}\n```",
        ]
        assert not paper.of_kind("section")

    def test_drawings_and_comments_are_left_out(self, read: Read) -> None:
        paper = read(
            r"\begin{comment}secret\end{comment}\begin{tikzpicture}\node{n};\end{tikzpicture}seen \iffalse gone \else kept \fi"
        )
        assert text_of(paper) == "seen kept"

    def test_code_links_are_collected_once(self, read: Read) -> None:
        paper = read(
            r"Code: \url{https://github.com/a/b}. See \href{http://github.com/a/b}{x}, \url{https://huggingface.co/c}."
        )
        assert paper.code_links == ["https://github.com/a/b", "https://huggingface.co/c"]

    def test_theorems_are_numbered_and_named(self, read: Read) -> None:
        paper = read(
            r"\begin{thm}[Main]All \[x\] hold.\end{thm}\begin{lem}Small.\end{lem}\begin{proof}Easy.\end{proof}",
            r"\newtheorem{thm}{Theorem}[section]\newtheorem{lem}[thm]{Lemma}",
        )
        assert [(b.id, b.number, b.text) for b in paper.of_kind("theorem")] == [
            ("theorem:0.1", "0.1", "Theorem 0.1 (Main). All"),
            ("theorem:0.1~2", "0.1", "hold."),
            ("lemma:0.2", "0.2", "Lemma 0.2. Small."),
        ]
        assert only(paper, "paragraph").text == "Proof. Easy."


class TestEquations:
    def test_one_number_for_a_single_formula(self, read: Read) -> None:
        block = only(read(r"\begin{equation}\label{e}E = mc^2\end{equation}"), "equation")
        assert (block.id, block.number, block.label, block.latex, block.text) == (
            "eq:1",
            "1",
            "e",
            "E = mc^2",
            "$$E = mc^2$$",
        )

    @pytest.mark.parametrize(
        "source", [r"\[x\]", "$$x$$", r"\begin{equation*}x\end{equation*}", r"\begin{displaymath}x\end{displaymath}"]
    )
    def test_without_a_number(self, read: Read, source: str) -> None:
        block = only(read(source), "equation")
        assert (block.id, block.number, block.latex) == ("eq:u1", None, "x")

    def test_every_numbered_line_of_an_alignment(self, read: Read) -> None:
        paper = read(r"\begin{align} a &= b \label{l1}\\ c &= d \nonumber \\ &\quad + e \\ f &= g \tag{*}\end{align}")
        assert [(b.number, b.latex) for b in paper.of_kind("equation")] == [
            ("1", "a = b"),
            ("2", r"\begin{aligned} c &= d \\ &\quad+ e \end{aligned}"),
            ("*", "f = g"),
        ]

    def test_one_block_for_an_alignment_without_numbers(self, read: Read) -> None:
        assert (
            only(read(r"\begin{align*}a&=b\\c&=d\end{align*}"), "equation").latex
            == r"\begin{aligned} a&=b \\ c&=d \end{aligned}"
        )

    def test_one_number_for_split_lines(self, read: Read) -> None:
        paper = read(
            r"\begin{equation}\begin{split}a&=b\\&=c\end{split}\end{equation}\begin{multline}p\\q\end{multline}"
        )
        assert [(b.number, b.latex) for b in paper.of_kind("equation")] == [
            ("1", r"\begin{split}a&=b\\&=c\end{split}"),
            ("2", r"\begin{aligned} p \\ q \end{aligned}"),
        ]

    def test_subequations_have_letters(self, read: Read) -> None:
        paper = read(
            r"\begin{subequations}\label{s}\begin{align}a\\b\label{b}\end{align}\end{subequations}\begin{equation}c\end{equation}\ref{s} \eqref{b}"
        )
        assert [b.number for b in paper.of_kind("equation")] == ["1a", "1b", "2"]
        assert text_of(paper) == "1 (1b)"

    def test_brackets_behind_a_line_end_are_part_of_the_formula(self, read: Read) -> None:
        paper = read("\\begin{align}a \\\\[2pt]\n[b;c] &= d \\\\\n[e] &= f\\end{align}")
        assert [b.latex for b in paper.of_kind("equation")] == ["a", "[b;c] = d", "[e] = f"]

    def test_own_environments_and_operators_are_expanded(self, read: Read) -> None:
        preamble = r"\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}}\DeclareMathOperator*{\argmin}{arg\,min}\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}"
        block = only(read(r"\be \argmin_x \abs*{x} \ee", preamble), "equation")
        assert block.latex == r"\operatorname*{arg\,min}_x \left\lvert x\right\rvert"

    def test_the_section_can_be_part_of_the_number(self, read: Read) -> None:
        paper = read(
            r"\section{A}\begin{equation}a\end{equation}\section{B}\begin{equation}b\end{equation}",
            r"\numberwithin{equation}{section}",
        )
        assert [b.number for b in paper.of_kind("equation")] == ["1.1", "2.1"]

    def test_in_a_list_or_theorem_they_are_blocks_too(self, read: Read) -> None:
        paper = read(r"\begin{itemize}\item first \begin{equation}a\end{equation} more\item second\end{itemize}")
        assert [(b.kind, b.text) for b in paper.blocks] == [
            ("list", "- first"),
            ("equation", "$$a$$"),
            ("list", "more\n- second"),
        ]


class TestTables:
    def test_cells_are_rows_and_markdown(self, read: Read) -> None:
        paper = read(
            r"\begin{table}\caption{Scores of \textbf{all}.}\label{t}\begin{tabular}{l|cc}\toprule Model & A & B\\ \midrule Base & 1.0 & $2\%$ \\"
            r"\hline Big~\cite{k} & \textbf{3} & \\ \bottomrule\end{tabular}\end{table}"
        )
        block = only(paper, "table")
        assert (block.id, block.number, block.caption, block.label) == ("tab:1", "1", "Scores of all.", "t")
        assert block.rows == [["Model", "A", "B"], ["Base", "1.0", r"$2\%$"], ["Big [k]", "3", ""]]
        assert block.text.splitlines()[:3] == ["| Model | A | B |", "| --- | --- | --- |", r"| Base | 1.0 | $2\%$ |"]

    def test_merged_cells_are_repeated(self, read: Read) -> None:
        paper = read(
            r"\begin{table}\begin{tabular}{ccc}\multirow{2}{*}{M} & \multicolumn{2}{c}{Wide} \\ \cmidrule(lr){2-3} & x & y \\ z & 1 & 2\end{tabular}\caption{c}\end{table}"
        )
        assert only(paper, "table").rows == [["M", "Wide", "Wide"], ["M", "x", "y"], ["z", "1", "2"]]

    def test_a_merged_cell_may_stand_at_its_bottom(self, read: Read) -> None:
        paper = read(
            r"\begin{table}\begin{tabular}{cc} & a \\ \multirow{-2}{*}{G} & b\end{tabular}\caption{c}\end{table}"
        )
        assert only(paper, "table").rows == [["G", "a"], ["G", "b"]]

    @pytest.mark.parametrize(
        ("name", "arguments"),
        [("tabularx", r"{\textwidth}{XX}"), ("tabular*", r"{1cm}{ll}"), ("tabu", "{ll}"), ("longtable", "{ll}")],
    )
    def test_of_other_packages(self, read: Read, name: str, arguments: str) -> None:
        paper = read(rf"\begin{{{name}}}{arguments}a & b\\ c & d\end{{{name}}}")
        assert only(paper, "table").rows == [["a", "b"], ["c", "d"]]

    def test_a_long_table_has_its_head_once(self, read: Read) -> None:
        paper = read(
            r"\begin{longtable}{ll}h & i\\ \endfirsthead h & i \\ \endhead more & \\ \endfoot a & b \\ \end{longtable}"
        )
        assert only(paper, "table").rows == [["h", "i"], ["a", "b"]]

    def test_a_table_in_a_cell_is_its_text(self, read: Read) -> None:
        paper = read(
            r"\begin{table}\begin{tabular}{ll}\textbf{\begin{tabular}{c}two\\lines\end{tabular}} & b\\ c & d\end{tabular}\caption{x}\end{table}"
        )
        assert only(paper, "table").rows == [["two lines", "b"], ["c", "d"]]

    def test_rows_from_a_macro_or_a_file(self, read: Read) -> None:
        paper = read(
            r"\begin{table}\begin{tabular}{ll}\head \input{rows}\end{tabular}\caption{x}\end{table}",
            r"\newcommand{\head}{h & i\\}",
            rows_tex=r"a & b \\",
        )
        assert only(paper, "table").rows == [["h", "i"], ["a", "b"]]


class TestFigures:
    def test_have_a_caption_and_a_picture(self, read: Read, tmp_path: Path) -> None:
        (tmp_path / "plots").mkdir()
        (tmp_path / "plots" / "loss.png").write_bytes(b"x")
        paper = read(
            r"\begin{figure}[t]\centering\includegraphics[width=\linewidth]{loss}\caption[short]{Loss of $x$.\label{f}}\end{figure} See Fig.~\ref{f}.",
            r"\graphicspath{{plots/}}",
        )
        block = only(paper, "figure")
        assert (block.id, block.caption, block.image, block.label) == ("fig:1", "Loss of $x$.", "plots/loss.png", "f")
        assert text_of(paper) == "See Fig. 1."

    def test_do_not_cut_the_paragraph_that_they_stand_in(self, read: Read) -> None:
        paper = read("before \\begin{figure}\\caption{C}\\end{figure} after")
        assert [(b.kind, b.text) for b in paper.blocks] == [("paragraph", "before after"), ("figure", "")]

    def test_with_two_captions_are_two(self, read: Read, tmp_path: Path) -> None:
        for name in ("a.png", "b.png"):
            (tmp_path / name).write_bytes(b"x")
        paper = read(
            r"\begin{figure}\begin{minipage}{.5\textwidth}\includegraphics{a.png}\caption{A}\label{a}\end{minipage}"
            r"\begin{minipage}{.5\textwidth}\includegraphics{b.png}\caption{B}\label{b}\end{minipage}\end{figure}"
        )
        assert [(b.number, b.caption, b.image, b.label) for b in paper.of_kind("figure")] == [
            ("1", "A", "a.png", "a"),
            ("2", "B", "b.png", "b"),
        ]

    def test_captionof_takes_the_table_before_it(self, read: Read) -> None:
        paper = read(
            r"{\centering\begin{tabular}{ll}a & b\\ c & d\end{tabular}\captionof{table}{Both.}\label{t}} See~\ref{t}."
        )
        block = only(paper, "table")
        assert (block.id, block.caption, block.label, block.rows) == ("tab:1", "Both.", "t", [["a", "b"], ["c", "d"]])

    def test_a_picture_that_is_not_among_the_files_is_none(self, read: Read) -> None:
        block = only(read(r"\begin{figure}\includegraphics{../../other/x.png}\caption{C}\end{figure}"), "figure")
        assert block.image is None

    def test_an_algorithm_in_a_figure_is_an_algorithm(self, read: Read) -> None:
        paper = read(
            r"\begin{figure}\begin{algorithm}[H]\caption{A}\begin{algorithmic}\State a\end{algorithmic}\end{algorithm}\caption{F}\end{figure}"
        )
        assert [(b.id, b.caption, b.text) for b in paper.blocks] == [("alg:1", "A", "a"), ("fig:1", "F", "")]

    def test_subfigures_have_letters(self, read: Read) -> None:
        paper = read(
            r"\begin{figure}\begin{subfigure}{.4\textwidth}\includegraphics{a}\caption{left}\end{subfigure}\subfloat[right]{\includegraphics{b}}\caption{Both}\end{figure}"
        )
        block = only(paper, "figure")
        assert (block.caption, block.text) == ("Both", "(a) left\n\n(b) right")

    def test_captionof_says_the_kind(self, read: Read, tmp_path: Path) -> None:
        (tmp_path / "t.pdf").write_bytes(b"x")
        paper = read(r"\begin{center}\includegraphics{t.pdf}\captionof{figure}{Teaser}\label{x}\end{center}\ref{x}")
        assert (only(paper, "figure").number, only(paper, "figure").image) == ("1", "t.pdf")


class TestAlgorithms:
    def test_of_algpseudocode(self, read: Read) -> None:
        paper = read(
            r"\begin{algorithm}\caption{Walk}\label{a}\begin{algorithmic}[1]\Require $x$\For{$i=1$ \textbf{to} $n$}\If{$x>0$}\State $x \gets x-1$ \Comment{down}\label{l}"
            r"\Else\State stop\EndIf\EndFor\State \Return $x$\end{algorithmic}\end{algorithm}\ref{a} line \ref{l}"
        )
        block = only(paper, "algorithm")
        assert (block.id, block.title, block.label) == ("alg:1", "Walk", "a")
        assert block.text.splitlines() == [
            "Require: $x$",
            "for $i=1$ to $n$ do",
            "  if $x>0$ then",
            r"    $x \gets x-1$ ▷ down",
            "  else",
            "    stop",
            "  end if",
            "end for",
            "return $x$",
        ]
        assert text_of(paper) == "1 line 3"

    def test_of_algorithm2e(self, read: Read) -> None:
        paper = read(
            r"\begin{algorithm}\KwIn{data}\SetKwFunction{Fit}{fit}\ForEach{$b$ in batches}{\eIf{$b$}{\Fit{$b$}\;}{skip\;}}\KwRet{$w$}\caption{Train}\end{algorithm}"
        )
        assert only(paper, "algorithm").text.splitlines() == [
            "Input: data",
            "foreach $b$ in batches do",
            "  if $b$ then",
            "    fit($b$)",
            "  else",
            "    skip",
            "return $w$",
        ]

    def test_of_the_old_style_in_capitals(self, read: Read) -> None:
        paper = read(
            r"\begin{algorithm}\caption{c}\begin{algorithmic}\STATE a\WHILE{$x$}\STATE b\ENDWHILE\end{algorithmic}\end{algorithm}"
        )
        assert only(paper, "algorithm").text.splitlines() == ["a", "while $x$ do", "  b", "end while"]


class TestReferences:
    BIB = (
        "@string{nips = {NeurIPS}}\n@article{z, author={Zed, Anna and Other, Bo}, title={{GAN}s work}, journal=nips, year=2014, volume=3, pages={1--9}}\n"
        '@inproceedings{a, author="Abe, C.", title="Deep \\"Uber nets", booktitle={ICML}, year={2020}}\n@misc{unused, title={Not cited}, year={2000}}\n'
    )

    def test_in_the_text_are_resolved(self, read: Read) -> None:
        paper = read(
            r"\section{M}\label{s}\begin{equation}\label{e}x\end{equation}\begin{table}\caption{c}\label{t}\end{table}\begin{table}\caption{d}\label{u}\end{table}"
            r"\ref{s} \eqref{e} \cref{t,u} \Cref{e} \autoref{s} \nameref{s} \ref{nothing}"
        )
        assert text_of(paper) == "1 (1) tables 1 and 2 Equation (1) Section 1 M ??"
        assert [w.kind for w in paper.warnings] == ["unresolved_reference"]

    def test_come_from_a_bbl_beside_the_paper(self, read: Read) -> None:
        bbl = (
            "\\begin{thebibliography}{9}\\bibitem[Zed and Other(2014)]{z}\nA.~Zed and B.~Other.\n\\newblock {\\em GANs} work, 2014.\n\n"
            "\\bibitem{y} Someone. Else. \\end{thebibliography}"
        )
        paper = read(
            r"As \citet{z} and \citep[see][p.~3]{y,z} and \citeauthor{z} \citeyear{z}.\bibliography{refs}", main_bbl=bbl
        )
        assert text_of(paper) == "As Zed and Other [1] and [see 2, 1, p. 3] and Zed and Other 2014."
        assert [(b.id, b.number, b.label, b.text) for b in paper.of_kind("reference")] == [
            ("ref:1", "1", "z", "A. Zed and B. Other. GANs work, 2014."),
            ("ref:2", "2", "y", "Someone. Else."),
        ]
        heading = paper.block("sec:references")
        assert heading is not None
        assert heading.role == "references"

    def test_come_from_bib_files_when_they_are_cited(self, read: Read) -> None:
        paper = read(
            r"\cite{z,a}\bibliographystyle{plain}\bibliography{refs}\appendix\section{Late}\cite{a}", refs_bib=self.BIB
        )
        assert [b.text for b in paper.of_kind("reference")] == [
            "C. Abe. Deep Über nets. In ICML, 2020.",
            "Anna Zed and Bo Other. GANs work. NeurIPS, 3:1–9, 2014.",
        ]
        assert text_of(paper) == "[2, 1]\n[1]"
        assert [b.id for b in paper.blocks][-2:] == ["sec:A", "par:2"]

    def test_stand_in_the_order_of_citation_where_the_style_says_so(self, read: Read) -> None:
        paper = read(r"\cite{z}\cite{a}\bibliographystyle{unsrt}\bibliography{refs}", refs_bib=self.BIB)
        assert [b.label for b in paper.of_kind("reference")] == ["z", "a"]

    @pytest.mark.parametrize(("style", "first"), [("plain", "many"), ("plainnat", "two"), ("icml2024", "two")])
    def test_are_sorted_as_the_style_sorts(self, read: Read, style: str, first: str) -> None:
        bib = "@misc{many, author={Abe, A. and Bee, B. and Cee, C.}, year=2020}\n@misc{two, author={Abe, A. and Zed, Z.}, year=2020}"
        paper = read(rf"\cite{{many,two}}\bibliographystyle{{{style}}}\bibliography{{refs}}", refs_bib=bib)
        assert paper.of_kind("reference")[0].label == first

    def test_come_from_a_biblatex_bbl(self, read: Read) -> None:
        bbl = (
            "\\datalist[entry]{nty/global//global/global}\n\\entry{k}{article}{}\n\\name{author}{2}{}{%\n{{hash=1}{%\n family={Zed},\n given={Anna},\n }}%\n"
            "{{hash=2}{%\n family={Other},\n given={Bo},\n }}%\n}\n\\field{title}{Some {Title}}\n\\field{journaltitle}{JMLR}\n\\field{year}{2019}\n\\endentry\n\\enddatalist"
        )
        paper = read(r"\cite{k}\printbibliography", main_bbl=bbl)
        assert only(paper, "reference").text == "Anna Zed and Bo Other. Some Title. JMLR, 2019."

    def test_unknown_keys_are_reported(self, read: Read) -> None:
        paper = read(r"x \cite{missing}")
        assert text_of(paper) == "x [missing]"
        assert [w.kind for w in paper.warnings] == ["unresolved_citation"]


class TestMacros:
    @pytest.mark.parametrize(
        ("preamble", "body", "printed"),
        [
            (r"\newcommand{\m}[2][d]{#1-#2}", r"\m{x} \m[y]{z}", "d-x y-z"),
            (r"\def\m#1{<#1>}", r"\m{a}\m b", "<a><b>"),
            (r"\def\m#1,#2;{#2#1}", r"\m a,b;c", "bac"),
            (r"\newcommand*\m{one}\renewcommand\m{two}\providecommand\m{three}", r"\m", "two"),
            (r"\NewDocumentCommand{\m}{s O{q} m}{#2#3}", r"\m{a} \m*[b]{c}", "qa bc"),
            (
                r"\newcommand{\name}{Model\xspace}",
                r"\name is \name. \name, \name{} x",
                "Model is Model. Model, Model x",
            ),
            (r"\newenvironment{e}[1]{[#1:}{]}", r"\begin{e}{a}b\end{e}", "[a:b]"),
            (r"\newif\ifx@y\newif\ifdraft\drafttrue", r"\ifdraft yes\else no\fi", "yes"),
            (r"\newif\ifdraft", r"\ifdraft yes \ifdraft a\else b\fi\else no\fi", "no"),
            ("", r"\ifdefined\undefinedthing a\else b\fi{} \ifnum 2>1 c\fi{} \ifx\one\two d\fi", "b c d"),
            (r"\newcommand{\a}{x}\let\b\a\renewcommand{\a}{y}", r"\a\b", "yx"),
            (r"\let\oldemph\emph\renewcommand{\emph}[1]{!\oldemph{#1}}", r"\emph{a}", "!a"),
            ("", r"{\newcommand{\a}{in}\a}\a{}out", "inout"),
            (r"\expandafter\def\csname a1\endcsname{made}", r"\csname a1\endcsname", "made"),
            (r"\newtoggle{t}\toggletrue{t}", r"\iftoggle{t}{on}{off}", "on"),
            (r"\newcommand{\outer}[1]{\newcommand{\inner}[1]{#1##1}}\outer{a}", r"\inner{b}", "ab"),
            ("", r"\makeatletter\def\a@b{at}\a@b\makeatother", "at"),
            ("", r"\ifthenelse{\equal{a}{a}}{same}{other}", "same"),
            ("", r"a \write18{rm -rf /} b \immediate\write18{ls} c", "a b c"),
        ],
    )
    def test_expand(self, read: Read, preamble: str, body: str, printed: str) -> None:
        assert text_of(read(body, preamble)) == printed

    def test_of_a_style_file_beside_the_paper(self, read: Read) -> None:
        style = r"\newcommand{\ours}{OurNet}\renewcommand{\section}[1]{broken}\def\footnote#1{}\DeclareMathOperator{\KL}{KL}\input{more}"
        paper = read(
            r"\section{Title}\ours\footnote{n} $\KL$ \theirs",
            r"\usepackage{own}",
            more_tex=r"\newcommand{\theirs}{TheirNet}",
            **{"own.sty": style},
        )
        assert headings(paper) == [("1", "Title", 1)]
        assert text_of(paper) == r"OurNet[^1] $\operatorname{KL}$ TheirNet"


class TestFiles:
    def test_are_included_where_they_are_named(self, read: Read) -> None:
        paper = read(
            "a \\input{sec/one} \\include{sec/two}\\import{sec/}{three} b",
            sec__one_tex="ONE \\input{two}",
            sec__two_tex="TWO",
            sec__three_tex="\\documentclass[main]{subfiles}\\begin{document}THREE\\end{document}",
        )
        assert text_of(paper).split() == ["a", "ONE", "TWO", "TWO", "THREE", "b"]

    def test_that_are_missing_are_reported(self, read: Read) -> None:
        paper = read(r"a \input{nowhere} b")
        assert text_of(paper) == "a b"
        assert [(w.kind, "nowhere" in w.message) for w in paper.warnings] == [("missing_file", True)]

    def test_the_main_one_is_found(self, tmp_path: Path) -> None:
        document = "\\documentclass{article}\\begin{document}%s\\end{document}"
        (tmp_path / "supplement.tex").write_text(document % ("long " * 100))
        (tmp_path / "paper.tex").write_text(document % "this one")
        (tmp_path / "part.tex").write_text("not a document")
        paper = parse(str(tmp_path))
        assert text_of(paper) == "this one"
        assert "supplement.tex" in paper.warnings[0].message
        assert text_of(parse(str(tmp_path), "supplement.tex")).startswith("long long")
        assert text_of(parse(str(tmp_path / "paper.tex"))) == "this one"

    @pytest.mark.parametrize(
        ("encoding", "declared"),
        [("utf-8", "utf8"), ("latin-1", "latin1"), ("utf-8-sig", "utf8"), ("utf-16", "utf8"), ("cp1252", "")],
    )
    def test_in_any_encoding(self, tmp_path: Path, encoding: str, declared: str) -> None:
        option = f"\\usepackage[{declared}]{{inputenc}}" if declared else ""
        (tmp_path / "a.tex").write_bytes(
            f"\\documentclass{{article}}{option}\\begin{{document}}Gülçehre café\\end{{document}}".encode(encoding)
        )
        assert text_of(parse(str(tmp_path / "a.tex"))) == "Gülçehre café"
