"""Values in every notation are one value."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from paper_implementer.knowledge.values import choice_of, numbers, parse_number, parse_value, plain, same_value
from paper_implementer.knowledge.vocabulary import terms


@pytest.mark.parametrize(
    "written",
    [
        "0.0001", ".0001", "1e-4", "1E-04", "1e−4", "10^-4", "10^{-4}", "10^{−4}", "10⁻⁴", "10−4", "1×10^{-4}", "1 × 10−4", "1.0 x 10^-4",
        "$10^{-4}$", r"$1 \times 10^{-4}$", r"$1\cdot10^{-4}$", "0.01%", r"$0.01\%$", "1e^{-4}",
    ],
)  # fmt: skip
def test_one_ten_thousandth(written: str) -> None:
    value = parse_number(written)
    assert isinstance(value, float)
    assert math.isclose(value, 1e-4)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("100,000", 100_000), ("100{,}000", 100_000), ("100k", 100_000), ("100K", 100_000), ("10^5", 100_000), ("10^{5}", 100_000),
        ("1.5M", 1_500_000), ("175B", 175_000_000_000), ("300 billion", 300_000_000_000), ("60 × 104", 600_000), ("60 × 10^{4}", 600_000),
        ("2^{14}", 16384), ("1/8", 0.125), ("six", 6), ("-1", -1), ("15 %", 0.15), ("15 percent", 0.15), ("0", 0),
    ],
)  # fmt: skip
def test_numbers_of_other_notations(written: str, value: float) -> None:
    assert parse_number(written) == value


@pytest.mark.parametrize("written", ["", "abc", "1, 2", "ResNet-50", "10 to 20", "1/0", "v2"])
def test_what_is_not_one_number(written: str) -> None:
    assert parse_number(written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{1e-3, 1e-4}", [1e-3, 1e-4]),
        ("(0.9, 0.999)", [0.9, 0.999]),
        ("[256, 480]", [256, 480]),
        ("10-12", [10, 12]),
        ("0.1 and 0.2", [0.1, 0.2]),
        ("true", True),
        ("No", False),
        ("–", None),
        ("linear warm-up", "linear warm-up"),
    ],
)
def test_lists_words_and_absence(written: str, value: JsonValue) -> None:
    assert parse_value(written) == value


@pytest.mark.parametrize(
    ("key", "written", "choice"),
    [
        ("optimizer.name", "Adam-W", "adamw"),
        ("activation.function", "Gaussian Error Linear Unit", "gelu"),
        ("norm.type", "LayerNorm", "layer_norm"),
        ("schedule.shape", "inverse square root", "inverse_sqrt"),
        ("position.encoding", "RoPE", "rotary"),
    ],
)
def test_choices_have_one_name(key: str, written: str, choice: str) -> None:
    assert choice_of(written, terms()[key]) == choice
    assert parse_value(written, terms()[key]) == choice


def test_an_unknown_choice_stays_as_it_is_written() -> None:
    assert choice_of("Adagrad-Prime", terms()["optimizer.name"]) is None
    assert parse_value("Adagrad-Prime", terms()["optimizer.name"]) == "Adagrad-Prime"


def test_numbers_in_a_sentence_without_those_inside_names() -> None:
    text = "We use 6 layers, β_{2} = 0.98, ResNet50 and 10^{-9} for six hours."
    assert [n.value for n in numbers(text)] == [6, 0.98, 1e-9]
    assert [n.value for n in numbers(text, words=True)] == [6, 0.98, 1e-9, 6]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1e-4", 0.0001, True),
        ([0.9, 0.98], "(0.9, 0.98)", True),
        ([0.9, 0.98], [0.9, 0.999], False),
        (0.1, [0.1], True),
        (True, 1, False),
        ("GELU", "gelu", True),
        (0.1, 0.1000001, True),
        (0.1, 0.10001, False),
        (1e-8, 0, False),
        (None, 0, False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"b": 1}, False),
    ],
)
def test_sameness(first: JsonValue, second: JsonValue, same: bool) -> None:
    assert same_value(first, second) is same
    assert same_value(second, first) is same


@given(st.floats(min_value=1e-12, max_value=1e12, allow_nan=False))
def test_a_float_survives_its_notations(value: float) -> None:
    mantissa, exponent = f"{value:.6e}".split("e")
    rounded = float(f"{mantissa}e{exponent}")
    for written in (
        f"{mantissa}e{exponent}",
        f"{mantissa} × 10^{{{int(exponent)}}}",
        rf"${mantissa} \times 10^{{{int(exponent)}}}$",
    ):
        read = parse_number(written)
        assert read is not None
        assert math.isclose(read, rounded, rel_tol=1e-9)


@given(st.integers(min_value=0, max_value=10**15))
def test_an_integer_survives_separators(value: int) -> None:
    assert parse_number(f"{value:,}") == value
    assert parse_number(str(value)) == value


@given(st.text(max_size=200))
def test_plain_text_leads_back_to_its_source(text: str) -> None:
    shown = plain(text)
    assert len(shown.origin) == len(shown.text) + 1
    assert shown.original(0, len(shown.text)) in text
    assert list(numbers(shown.text, words=True)) is not None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["adam", "x y"]), st.lists, max_leaves=5
    )
)
def test_every_value_is_the_same_as_itself(value: JsonValue) -> None:
    assert same_value(value, value)
