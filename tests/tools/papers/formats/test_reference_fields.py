"""Entries of reference lists, in the styles of the venues, come back as fields."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.papers.formats.reference_fields import MAX_AUTHORS, fields_of

TITLE = "Slow rivers: A study of silt"
GIVEN_FIRST = ["Mira Holt", "Jon P. Vega"]
INITIALS = ["M. Holt", "J. P. Vega"]


@pytest.mark.parametrize(
    ("entry", "authors"),
    [
        (f"[7] Mira Holt and Jon P. Vega. {TITLE}. In River Conference, pages 3–9, 2016.", GIVEN_FIRST),
        (f"Mira Holt and Jon P. Vega. 2016. {TITLE}. In River Conference, pages 3–9.", GIVEN_FIRST),
        (f"Holt, Mira and Vega, Jon P. {TITLE}. In River Conference, pp. 3–9, 2016.", GIVEN_FIRST),
        (f"Holt, M. and Vega, J. P. {TITLE}. In River Conference, pp. 3–9, 2016.", INITIALS),
        (f"Holt, M., & Vega, J. P. (2016). {TITLE}. In River Conference, pp. 3–9.", INITIALS),
        (f"Holt, M., Vega, J. P.: {TITLE}. In: River Conference, pp. 3–9 (2016)", INITIALS),
        (f"[7] M. Holt and J. P. Vega, “{TITLE},” in River Conference, 2016, pp. 3–9.", INITIALS),
        (f"M. Holt, J. P. Vega, {TITLE}, in: River Conference, 2016, pp. 3–9.", INITIALS),
    ],
)
def test_the_fields_are_the_same_whatever_the_style(entry: str, authors: list[str]) -> None:
    found = fields_of(entry)
    assert found is not None
    assert (found.authors, found.title, found.year, found.venue) == (authors, TITLE, 2016, "River Conference")


def test_identifiers_are_found_wherever_they_stand() -> None:
    found = fields_of(
        "Mira Holt. On silt. arXiv preprint arXiv:1602.01234, 2016. doi:10.5555/silt.77. URL https://rivers.example/silt."
    )
    assert found is not None
    assert (found.arxiv_id, found.doi, found.url) == ("1602.01234", "10.5555/silt.77", "https://rivers.example/silt")
    assert (found.title, found.year, found.venue) == ("On silt", 2016, "arXiv")


def test_a_linked_title_is_only_its_words() -> None:
    found = fields_of("Mira Holt. 2016. [On silt](https://doi.org/10.5555/silt.77). River Letters, 3:1–9.")
    assert found is not None
    assert (found.title, found.doi, found.venue) == ("On silt", "10.5555/silt.77", "River Letters")


def test_a_year_behind_the_title_is_no_part_of_it() -> None:
    found = fields_of("Silt Institute. River card, 2019a. URL https://rivers.example/card.")
    assert found is not None
    assert (found.authors, found.title, found.year) == (["Silt Institute"], "River card", 2019)


def test_others_are_no_author() -> None:
    found = fields_of("Mira Holt, Jon Vega, et al. On silt. River Letters, 2016.")
    assert found is not None
    assert (found.authors, found.title) == (["Mira Holt", "Jon Vega"], "On silt")


def test_a_question_ends_a_title_and_stays_in_it() -> None:
    found = fields_of("Mira Holt. Can silt move? In River Conference, 2016.")
    assert found is not None
    assert (found.title, found.venue) == ("Can silt move?", "River Conference")


@pytest.mark.parametrize("text", ["", "[12]", "17–19.", "https://rivers.example/silt"])
def test_no_fields_where_there_is_no_title(text: str) -> None:
    assert fields_of(text) is None


@given(
    st.lists(st.sampled_from(["Aa, ", "Bb", "B. ", "and ", "de la ", "-", "(2016) ", "“", "``", "et al. ", "http:// "]))
)
@settings(max_examples=150, deadline=None)
def test_any_text_ends_with_fields_or_none(pieces: list[str]) -> None:
    found = fields_of("".join(pieces) * 40)
    assert found is None or (found.title and len(found.authors) <= MAX_AUTHORS)
