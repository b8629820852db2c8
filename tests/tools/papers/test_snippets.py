"""Snippets show what was found, stay Markdown, and never cut a formula."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.snippets import SNIPPET_CHARS, formula_spans, snippet

LONG = "Some words in front. " * 30


def spans(text: str, *words: str) -> list[tuple[int, int]]:
    return [match.span() for word in words for match in re.finditer(re.escape(word), text)]


def test_a_short_text_is_shown_whole() -> None:
    text = "The loss is small."
    assert snippet(text, spans(text, "loss")) == "The **loss** is small."


def test_words_side_by_side_are_marked_as_one() -> None:
    text = "Use weight decay and fine-tuning."
    assert (
        snippet(text, spans(text, "weight", "decay", "fine", "tuning")) == "Use **weight decay** and **fine-tuning**."
    )


def test_a_long_text_is_cut_around_what_was_found() -> None:
    text = LONG + "Here is the needle. " + LONG
    shown = snippet(text, spans(text, "needle"))
    assert "the **needle**." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < SNIPPET_CHARS + 20
    assert set(shown.replace("**", "").split()) <= set(text.split()) | {"…"}


def test_the_place_with_most_is_shown() -> None:
    text = "needle " + LONG + "needle and thread" + LONG
    assert "**needle** and **thread**" in snippet(text, spans(text, "needle", "thread"))


def test_formulas_are_not_cut_and_have_nothing_marked_inside() -> None:
    formula = "$" + "a + b + " * 20 + "c$"
    text = LONG + formula + " is the cost " + LONG
    shown = snippet(text, spans(text, "cost", "c$"[:1]))
    assert formula in shown


def test_a_formula_that_was_found_is_marked_whole() -> None:
    text = "Scaled by $d_k$ here."
    assert snippet(text, [], formula_spans(text)) == "Scaled by **$d_k$** here."


def test_a_formula_without_end_of_length_is_left_out() -> None:
    assert snippet("The $" + "x+" * 5000 + "x$ end", []) == "The $…$ …"


def test_bold_links_and_code_stay_what_they_are() -> None:
    text = "A **bold loss** and [loss](https://loss.org/loss) and `loss`, loss."
    assert snippet(text, spans(text, "loss")) == (
        "A **bold loss** and [**loss**](https://loss.org/loss) and `loss`, **loss**."
    )


@given(
    st.lists(
        st.sampled_from(["word", "$a_b$", "$$ x + y $$", "needle", "long" * 20, "\n", "`code`", "a"]), max_size=200
    ),
    st.integers(0, 400),
)
def test_dollars_and_marks_come_in_pairs(parts: list[str], chars: int) -> None:
    text = " ".join(parts)
    shown = snippet(text, spans(text, "needle"), [], chars)
    assert shown.count("$$") % 2 == 0
    assert shown.count("$") % 2 == 0
    assert shown.count("**") % 2 == 0
