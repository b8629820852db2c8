"""Formulas that mean the same are the same tokens; whatever is no formula ends, soon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.papers.symbols import MAX_SYMBOLS, formulas, symbols, tokens


def wholes(formula: str) -> list[str]:
    return [symbol.whole for symbol in symbols(formula) if symbol.whole]


@pytest.mark.parametrize(
    "spellings",
    [
        ["d_k", "d_{k}", "d _ k", r"d_{\mathrm{k}}", r"\mathbf{d}_k", "dₖ", "{d}_{k}", r"d_\text{k}"],
        ["QK^T", r"Q K^\top", r"\mathbf{Q}\mathbf{K}^{\mathsf T}", r"QK^{\intercal}", "QKᵀ", "𝑄𝐾^𝑇", r"Q\cdot K^{T}"],
        [r"\alpha", "α", "alpha", "𝛼", r"{\alpha}", r"\boldsymbol{\alpha}"],
        [r"\frac{a}{b}", "a/b", r"\tfrac{a}{b}", r"\dfrac ab", "a / b", r"{a \over b}"],
        [r"\frac12", "1/2", r"\frac{1}{2}"],
        [r"W_i^Q", r"W^Q_i", r"W_{i}^{Q}", r"\mathbf W^{Q}_{i}"],
        [r"\lambda_{cls}", r"\lambda_{\mathrm{cls}}", r"λ_{cls}", r"\lambda_{\text{cls}}", "lambda_cls"],
        [
            r"\mathrm{softmax}(x)",
            r"\operatorname{softmax}\left(x\right)",
            "softmax(x)",
            r"\text{softmax}\bigl[ x \bigr]",
        ],
        [r"\varepsilon", r"\epsilon", "ε", "ϵ"],
        [r"x \leq y", "x ≤ y", r"x \leqslant y", r"x \le y"],
        [r"x^{2}", "x²", "x^2"],
        [r"\sum_{i=1}^{N} x_i", r"\sum\nolimits_{i=1}^N x_{i}", "∑_{i=1}^N x_i"],
        [r"\label{eq:one} E = m c^2 \tag{1}", r"E &= m\,c^{2} \nonumber", r"\begin{aligned} E = mc^2 \end{aligned}"],
    ],
)
def test_spellings_of_one_formula_are_the_same(spellings: list[str]) -> None:
    assert {tuple(wholes(spelling)) for spelling in spellings} == {tuple(wholes(spellings[0]))}
    assert wholes(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Q", "q"),
        (r"\Sigma", r"\sigma"),
        ("x_i", "x^i"),
        ("ab", "ba"),
        (r"\sum", r"\Sigma"),
        ("d_k", "d_v"),
        ("a+b", "a-b"),
    ],
)
def test_different_formulas_differ(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


def test_a_symbol_is_found_with_some_or_none_of_its_scripts() -> None:
    assert {"w!_i^q!", "w!_i", "w!^q!", "w!", "i", "q!"} == set(tokens("W_i^Q"))


def test_order_is_kept_by_pairs() -> None:
    assert "q!·k!" in tokens("QK^T")
    assert "q!·k!^t!" in tokens("QK^T")
    assert "k!·q!" not in tokens("QK^T")


def test_formulas_of_a_text() -> None:
    text = (
        r"Costs \$5 and $d_k$, then $$ a + b $$ and \(c\); plain β_{1} = 0.9 and x² but not snake_case or plain words."
    )
    assert list(formulas(text)) == ["d_k", " a + b ", "c", "β_{1}", "x²"]


@pytest.mark.parametrize(
    "bomb",
    ["{", "}", "^", "x_{", r"\frac{", r"\frac", "α", "\\", "a", r"\left(", r"\mathbf", "x^", r"\begin{"],
)
def test_bombs_end_within_bounds(bomb: str) -> None:
    bomb *= 50_000
    assert len(symbols(bomb)) <= 4 * MAX_SYMBOLS
    assert len(tokens(bomb)) <= 40 * MAX_SYMBOLS


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list(r"\{}[]()_^$&|'abQα²ₖ12./ " + "\n")) | st.characters(), max_size=80))
def test_anything_has_tokens_without_blanks_and_quotes(text: str) -> None:
    assert all(token and token == "".join(token.split()) and '"' not in token for token in tokens(text))
