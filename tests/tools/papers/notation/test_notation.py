"""The notation of a whole paper: definitions joined with display equations, tables, places and settings."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.papers.notation import Notation, Symbol, paper_notation
from paper_implementer.tools.papers.paper import Block, Paper

SECTION = Block(id="sec:3", kind="section", number="3", title="The Gate", level=1)


def paragraph(text: str, number: int = 1, section: str = "sec:3", page: int | None = None) -> Block:
    return Block(id=f"par:{number}", kind="paragraph", text=text, section=section, page=page)


def equation(latex: str, number: str = "1") -> Block:
    return Block(id=f"eq:{number}", kind="equation", number=number, latex=latex, text=f"$${latex}$$", section="sec:3")


def read(*blocks: Block) -> Notation:
    return paper_notation(Paper(id="2401.00001", source_format="latex", blocks=[SECTION, *blocks]))


def symbol(notation: Notation, name: str) -> Symbol:
    return next(s for s in notation.symbols if s.symbol == name)


def test_a_definition_says_where_it_stands() -> None:
    text = r"First this. The gate is scaled by $s$, where $s$ is the temperature of the gate. Then that."
    found = symbol(read(paragraph(text, page=4)), "s").defined_at
    assert (found.kind, found.ref, found.section, found.page) == ("paper", "2401.00001", "3 The Gate", 4)
    assert found.quote == r"The gate is scaled by $s$, where $s$ is the temperature of the gate."


def test_a_long_sentence_is_quoted_around_the_definition() -> None:
    text = "We say a lot here, and " * 30 + r"we use the learning rate $\eta$ and then " + "we go on and on " * 30
    quote = symbol(read(paragraph(text)), "η").defined_at.quote
    assert quote is not None
    assert quote in text
    assert r"learning rate $\eta$" in quote
    assert len(quote) < 400


def test_symbols_of_equations_without_definition_are_listed_as_such() -> None:
    notation = read(equation(r"y = \sigma(W x + b) + \zeta"), paragraph(r"where $W$ is the weight matrix."))
    zeta = symbol(notation, "ζ")
    assert zeta.meaning is None
    assert zeta.note == "not defined in the paper"
    assert zeta.defined_at.quote == r"$$y = \sigma(W x + b) + \zeta$$"
    assert {s.symbol for s in notation.symbols if s.meaning is None} == {"σ", "x", "b", "ζ"}
    assert [s.meaning is None for s in notation.symbols] == sorted(s.meaning is None for s in notation.symbols)


def test_indices_transposes_numbers_and_functions_are_no_symbols() -> None:
    notation = read(equation(r"\sum_{i=1}^{3} \log \frac{e^{2}}{4} = \max_j \mathrm{softmax}(z_{i,j}^\top)"))
    assert [s.symbol for s in notation.symbols] == ["z_{i,j}"] or [s.symbol for s in notation.symbols] == ["z"]


def test_an_element_is_covered_by_what_it_is_an_element_of() -> None:
    notation = read(
        paragraph(r"Let $\theta_t$ be the parameters at step $t$ and $\mathbf{x}$ the input."),
        equation(r"\theta_{t+1} - \theta_{t-1} > x_i"),
    )
    assert [s.symbol for s in notation.symbols if s.meaning is None] == []


def test_what_an_equation_defines_is_said_by_it() -> None:
    notation = read(
        equation(r"s_{i} = \frac{a_i}{T}"), paragraph("where $a_i$ is the raw score and $T$ is the temperature.")
    )
    assert symbol(notation, "s_i").meaning == r"defined as $\frac{a_i}{T}$"


def test_an_equation_over_several_lines_is_named_not_cut() -> None:
    latex = r"\begin{cases} a & \text{if } k > 0, \\ b & \text{otherwise} \end{cases}"
    assert symbol(read(equation(r"s = " + latex, "7")), "s").meaning == "defined by equation 7"


def test_the_words_before_an_equation_name_its_left_side() -> None:
    notation = read(paragraph("The total loss is then defined as:"), equation(r"\mathcal{L} = a + b"))
    loss = symbol(notation, "L")
    assert (loss.meaning, loss.code_name) == ("total loss", "loss")


def test_words_that_only_come_before_an_equation_name_nothing() -> None:
    notation = read(paragraph("We normalise the rewards within the group:"), equation(r"A = r - m"))
    assert symbol(notation, "A").meaning == "defined as $r - m$"


def test_two_meanings_of_one_symbol_are_both_listed() -> None:
    notation = read(
        paragraph(r"Let $k$ denote the kernel size.", 1),
        paragraph(r"The kernel size $k$ is odd.", 2),
        Block(id="sec:4", kind="section", number="4", title="Retrieval", level=1),
        paragraph(r"Let $k$ denote the number of neighbours.", 3, "sec:4"),
    )
    kernel, neighbours = (s for s in notation.symbols if s.symbol == "k")
    assert (kernel.meaning, kernel.also) == ("kernel size", ["par:2"])
    assert (neighbours.meaning, neighbours.defined_at.section) == ("number of neighbours", "4 Retrieval")
    assert kernel.note == neighbours.note == "other meanings elsewhere in the paper"
    assert kernel.code_name != neighbours.code_name


def test_a_table_of_notation_is_read_row_by_row() -> None:
    rows = [["Symbol", "Description"], [r"$B$", "mini-batch size"], [r"$d_{ff}$", "width of the inner layer"]]
    text = "\n".join(f"| {a} | {b} |" for a, b in rows)
    notation = read(Block(id="tab:1", kind="table", caption="Notation", rows=rows, text=text, section="sec:3"))
    assert [(s.symbol, s.meaning) for s in notation.symbols] == [
        ("B", "mini-batch size"),
        ("d_ff", "width of the inner layer"),
    ]
    assert [s.code_name for s in notation.symbols] == ["batch_size", "d_ff"]


def test_a_table_of_results_is_no_table_of_notation() -> None:
    rows = [["Model", "Score"], ["$A$", "better than before"], ["$B$", "worse than before"]]
    assert read(Block(id="tab:1", kind="table", caption="Results", rows=rows, text="x")).symbols == []


def test_a_setting_is_linked_to_its_key() -> None:
    notation = read(paragraph(r"We use the learning rate $\eta$, a weight decay $\lambda$, and the offset $\phi$."))
    assert [(s.code_name, s.key) for s in notation.symbols] == [
        ("learning_rate", "optimizer.learning_rate"),
        ("weight_decay", "optimizer.weight_decay"),
        ("phi", None),
    ]


def test_the_order_is_that_of_the_first_definitions() -> None:
    notation = read(paragraph("Let $b$ be the bias."), paragraph("Let $a$ be the gain. The bias $b$ is zero.", 2))
    assert [s.symbol for s in notation.symbols] == ["b", "a"]


def test_a_paper_without_formulas_says_so() -> None:
    notation = read(paragraph("Words only."))
    assert notation.symbols == []
    assert notation.reason


PIECES = [
    *"xWd θβ$_^{}\\()[],.:;=∈R×|'12-\n", "where ", " is the ", " rate ", "\\hat", "\\frac", "\\mathbf", " of ", "respectively",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=120).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT, st.sampled_from(["latex", "pdf", "html"]))
def test_whatever_stands_there_is_read_and_quoted_verbatim(text: str, latex: str, format: str) -> None:
    blocks = [
        Block(id="par:1", kind="paragraph", text=text),
        Block(id="eq:1", kind="equation", latex=latex, text=f"$${latex}$$"),
        Block(id="tab:1", kind="table", caption=text, rows=[["symbol", "meaning"], [text, latex]], text=text + latex),
    ]
    notation = paper_notation(Paper.model_validate({"source_format": format, "blocks": blocks}))
    names = [s.code_name for s in notation.symbols]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name.isascii() for name in names)
    for one in notation.symbols:
        assert one.defined_at.quote is not None
        assert any(
            one.defined_at.quote in (b.text, b.caption) or one.defined_at.quote in b.text + (b.caption or "")
            for b in blocks
        )


def test_a_long_paper_is_read_in_linear_time() -> None:
    """Fifty pages, and a paragraph of one endless formula: the suite's own time limit is the bound."""
    sentence = r"We take the rate $\eta_{%d}$ of layer $l$ and the weight matrix $W_{%d} \in \mathbb{R}^{n \times d}$, where $d$ is its width. "
    blocks = [paragraph("".join(sentence % (p * 9 + i, i) for i in range(30)), p) for p in range(50)]
    blocks += [
        paragraph("$" + "{" * 5000 + "$", 60),
        paragraph("$x_{" * 5000, 61),
        paragraph("a " * 30_000 + "$x$", 62),
    ]
    assert read(*blocks, equation(r"\frac{" * 2000)).symbols


def test_a_formula_of_a_sentence_defines_what_an_equation_needs() -> None:
    notation = read(
        paragraph(r"Here $m_x = \sum_{l=1}^{L} f_l / L \in \mathbb{R}^d$, and with $u = v$ it ends."),
        equation(r"y = x - m_x"),
    )
    mean = symbol(notation, "m_x")
    assert (mean.meaning, mean.shape) == (r"defined as $\sum_{l=1}^{L} f_l / L$", "d")
    assert "u" not in {s.symbol for s in notation.symbols}


def test_what_a_brace_says_is_no_index() -> None:
    notation = read(equation(r"y = \underbrace{\Delta_\omega}_{\text{robustness to noise}} + 1"))
    assert "Δ_ω" in {s.symbol for s in notation.symbols}
