"""The join of paper, official code, mine and defaults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.knowledge.facts import Fact, Source, SourceKind
from paper_implementer.tools.fidelity import FidelityRow, agree, fidelity

KEY = "optimizer.learning_rate"


def fact(
    value: object, kind: SourceKind = "code", key: str = KEY, scope: str | None = None, note: str | None = None
) -> Fact:
    return Fact.model_validate(
        {"key": key, "value": value, "scope": scope, "note": note, "source": Source(kind=kind, ref="somewhere")}
    )


def row(paper: object = None, official: object = None, mine: object = None) -> FidelityRow:
    said, done, own = ([] if value is None else [fact(value)] for value in (paper, official, mine))
    (only,) = fidelity(said, done, own, keys=[KEY])
    return only


@pytest.mark.parametrize(
    ("paper", "official", "mine", "verdict"),
    [
        (1e-4, 1e-4, 1e-4, "agree"),
        (1e-4, None, 1e-4, "agree"),
        (None, 1e-4, 1e-4, "agree"),
        (1e-4, 1e-4, 3e-4, "mine_differs"),
        (1e-4, None, 3e-4, "mine_differs_from_paper"),
        (None, 1e-4, 3e-4, "mine_differs_from_official"),
        (1e-4, 5e-4, 5e-4, "official_differs_from_paper"),
        (1e-4, 5e-4, None, "official_differs_from_paper"),
        (1e-4, 5e-4, 1e-4, "mine_follows_paper_not_official"),
        (1e-4, 5e-4, 9e-4, "all_differ"),
        (1e-4, 1e-4, None, "mine_missing"),
        (1e-4, None, None, "mine_missing"),
        (None, 1e-4, None, "mine_missing"),
        (None, None, 1e-4, "only_mine"),
        (None, None, None, "all_silent"),
    ],
)
def test_verdict(paper: object, official: object, mine: object, verdict: str) -> None:
    assert row(paper, official, mine).verdict == verdict


def test_notation_is_no_difference() -> None:
    assert row("10^{-4}", 1e-4, "0.0001").verdict == "agree"


def test_spelling_of_a_choice_is_no_difference() -> None:
    said, done, own = ([fact(v, key="activation.function")] for v in ("Gaussian Error Linear Unit", "gelu", "GELU"))
    assert [r.verdict for r in fidelity(said, done, own)] == ["agree"]


def test_variants_of_a_choice_are_a_difference() -> None:
    said, done, own = ([fact(v, key="activation.function")] for v in ("gelu", "gelu", "gelu_new"))
    assert [r.verdict for r in fidelity(said, done, own)] == ["mine_differs"]


def test_code_for_one_model_is_compared_with_the_paper_on_that_model() -> None:
    paper = [fact(0.1, scope="base"), fact(0.3, scope="big")]
    assert [(r.paper.value, r.verdict) for r in fidelity(paper, [fact(0.3)], [fact(0.3)]) if r.paper] == [
        (0.3, "agree")
    ]


def test_code_with_scopes_gets_a_row_for_each() -> None:
    paper = [fact(0.1, scope="base"), fact(0.3, scope="big")]
    official = [fact(0.1, scope="base"), fact(0.3, scope="big")]
    mine = [fact(0.1, scope="base"), fact(0.1, scope="big")]
    assert [(r.scope, r.verdict) for r in fidelity(paper, official, mine)] == [
        ("base", "agree"),
        ("big", "mine_differs"),
    ]


def test_a_searched_value_agrees_with_each_candidate() -> None:
    grid = fact([1e-3, 1e-4], note="values that were searched over")
    assert agree(grid, fact(1e-4))
    assert agree(fact(1e-3), grid)
    assert not agree(grid, fact(1e-5))
    assert not agree(fact([1e-3, 1e-4]), fact(1e-4))


def test_the_default_stands_beside_a_silence() -> None:
    known = fact(3e-4, kind="knowledge")
    (silent,) = fidelity([], [], [], default_of=lambda key: known if key == KEY else None, keys=[KEY])
    assert (silent.verdict, silent.default) == ("all_silent", known)


values = st.one_of(st.none(), st.sampled_from([0, 1, 2, 0.5, 1e-4, "adam", "sgd", True]))


@given(values, values, values)
def test_verdict_follows_from_who_agrees(paper: object, official: object, mine: object) -> None:
    verdict = row(paper, official, mine).verdict
    spoken = [v for v in (paper, official) if v is not None]
    same = [mine is not None and agree(fact(v), fact(mine)) for v in spoken]
    assert (verdict == "agree") == (mine is not None and bool(same) and all(same))
    assert (verdict == "all_silent") == (paper is official is mine is None)
    assert (verdict == "only_mine") == (mine is not None and not spoken)


@given(
    st.lists(
        st.tuples(st.sampled_from([KEY, "optimizer.name", "model.layers"]), st.sampled_from([1, 2, 3])), max_size=8
    )
)
def test_every_stated_key_has_a_row_and_no_fact_is_invented(stated: list[tuple[str, int]]) -> None:
    facts = [fact(value, key=key) for key, value in stated]
    thirds = facts[0::3], facts[1::3], facts[2::3]
    rows = fidelity(*thirds)
    assert {r.key for r in rows} == {f.key for f in facts}
    for joined in rows:
        for side, given_facts in zip((joined.paper, joined.official, joined.mine), thirds, strict=True):
            assert side is None or side in given_facts
