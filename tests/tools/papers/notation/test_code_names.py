"""The name that a symbol gets in code."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.notation.formula import subjects
from paper_implementer.tools.papers.notation.names import Name
from paper_implementer.tools.papers.notation.naming import code_name


def name(latex: str) -> Name:
    return subjects(latex)[0].name


@pytest.mark.parametrize(
    ("latex", "meaning", "context", "expected"),
    [
        ("d_{\\text{model}}", "dimension of outputs", "", "d_model"),
        ("h", "number of parallel attention heads", "", "num_heads"),
        ("\\eta", "peak learning rate", "", "learning_rate"),
        ("\\alpha", "Stepsize", "", "learning_rate"),
        ("\\lambda", "weight decay coefficient", "", "weight_decay"),
        ("\\beta_1", "exponential decay rate", "", "beta1"),
        ("\\epsilon", "small constant for numerical stability", "", "eps"),
        ("Q", "matrix", "the queries are packed into a matrix", "query"),
        ("K", "keys", "", "key"),
        ("\\tau", "temperature scalar", "", "temperature"),
        ("B", "batch size", "", "batch_size"),
        ("n", "sequence length", "", "seq_len"),
        ("V", "vocabulary size", "", "vocab_size"),
        ("D", "training dataset", "", "dataset"),
        ("N", "number of identical layers", "", "num_layers"),
        ("K", "number of classes", "", "num_classes"),
    ],
)
def test_the_name_that_the_field_uses(latex: str, meaning: str, context: str, expected: str) -> None:
    assert code_name(name(latex), meaning, context, set()) == expected


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("\\hat{y}", "y_hat"),
        ("W^{(l)}", "w_l"),
        ("W^Q_i", "w_q"),
        ("\\theta_{t-1}", "theta_t_minus_1"),
        ("\\mathcal{L}_{\\text{total}}", "l_total"),
        ("\\lambda", "lambda_"),
        ("g'", "g_prime"),
        ("x^*", "x_star"),
        ("|D|", "num_d"),
        ("\\Delta W", "delta_w"),
    ],
)
def test_a_symbol_is_spelled_where_no_convention_fits(latex: str, expected: str) -> None:
    assert code_name(name(latex), None, "", set()) == expected


def test_names_do_not_collide() -> None:
    used: set[str] = set()
    symbols = ("\\eta", "\\eta_d", "\\alpha")
    assert [code_name(name(s), "learning rate", "", used) for s in symbols] == [
        "learning_rate", "learning_rate_d", "learning_rate_alpha",
    ]  # fmt: skip
    assert code_name(name("x"), None, "", used) == "x"
    assert code_name(name("X"), None, "", used) == "big_x"


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.one_of(st.none(), st.text(max_size=40)))
def test_every_name_is_an_identifier_that_python_leaves_free(
    base: str, sub: str, sup: str, meaning: str | None
) -> None:
    found = code_name(Name(base, sub=sub, sup=sup), meaning, "", set())
    assert found.isidentifier()
    assert found.isascii()
    assert not keyword.iskeyword(found)
    assert not hasattr(builtins, found)
