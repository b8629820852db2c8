"""Records of one paper become one paper, whatever their order; those of different papers stay apart."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.search.cursor import mark
from paper_implementer.tools.papers.search.merge import CLOSE_YEARS, TELLING_WORDS, described, merged
from paper_implementer.tools.papers.search.model import Record
from paper_implementer.tools.papers.search.query import parse_query
from paper_implementer.tools.papers.search.ranking import ranked
from paper_implementer.tools.papers.search.text import folded, surnames

ARXIV = Record("arxiv", "Deep Nets", ("Ada Example", "Ben Sample"), 2017, "arXiv", "Short.", arxiv="1706.00001")
GRAPH = Record("semantic_scholar", "Deep nets", ("A. Example",), 2018, "NeurIPS", "A longer text.", doi="10.1000/x")


def together(*records: Record) -> bool:
    return len(merged(records)) == 1


class TestOnePaper:
    @pytest.mark.parametrize(
        "other",
        [
            replace(GRAPH, title="Another Title", authors=(), arxiv="1706.00001"),
            GRAPH,
            replace(GRAPH, authors=("Example, Ada",)),
            replace(GRAPH, title="DEEP  NÉTS!", year=None),
            replace(GRAPH, title="Something Else", doi="10.48550/arxiv.1706.00001"),
        ],
        ids=["id", "title", "names reversed", "accents", "DOI of arXiv"],
    )
    def test_same(self, other: Record) -> None:
        assert together(ARXIV, other)

    @pytest.mark.parametrize(
        "other",
        [
            replace(GRAPH, title="Deep Nets II"),
            replace(GRAPH, authors=("Carl Other",)),
            replace(GRAPH, year=2017 + CLOSE_YEARS + 1),
            replace(GRAPH, arxiv="1906.00009"),
            replace(GRAPH, authors=()),
            replace(GRAPH, title="???", doi=""),
        ],
        ids=["title", "authors", "years", "arXiv ids", "no authors, short title", "no title"],
    )
    def test_different(self, other: Record) -> None:
        assert not together(ARXIV, other)

    def test_a_doi_of_the_anthology_and_its_id(self) -> None:
        acl = Record("acl", "One Title", acl="N19-1423")
        assert together(acl, replace(GRAPH, title="Another", doi="10.18653/v1/n19-1423"))

    def test_anonymous_submissions_with_a_long_title(self) -> None:
        title = "A Title That Says What It Is"
        assert together(
            replace(ARXIV, title=title), Record("openreview", title, ("Anonymous",), 2017, openreview="abcdef")
        )

    def test_a_record_without_id_that_fits_two_papers_joins_one_of_them(self) -> None:
        between = Record("openreview", "Deep Nets", ("Ada Example",), openreview="abcdef")
        clusters = merged([between, replace(ARXIV, arxiv="1906.00009"), ARXIV])
        assert sorted(map(len, clusters)) == [1, 2]


class TestBestKnown:
    def test_a_venue_that_published_it_and_its_year(self) -> None:
        paper = described([GRAPH, ARXIV])
        assert (paper.venue, paper.year) == ("NeurIPS", 2018)

    @pytest.mark.parametrize("venue", ["Submitted to ICLR 2018", "ICLR 2018 Conference Withdrawn Submission", ""])
    def test_a_submission_is_no_publication(self, venue: str) -> None:
        submission = Record("openreview", "Deep Nets", ("Ada Example",), 2018, venue, openreview="abcdef")
        assert described([ARXIV, submission, GRAPH]).venue == "NeurIPS"

    def test_the_longest_abstract_and_the_fullest_names(self) -> None:
        paper = described([GRAPH, ARXIV])
        assert paper.abstract == "A longer text."
        assert paper.authors == ["Ada Example", "Ben Sample"]

    def test_the_id_that_is_best_to_fetch(self) -> None:
        acl, note = Record("acl", "T", acl="N19-1"), Record("openreview", "T", openreview="abcdef")
        assert described([note, acl, GRAPH, ARXIV]).id == "1706.00001"
        assert described([note, acl, GRAPH]).id == "acl:N19-1"
        assert described([note, GRAPH]).id == "openreview:abcdef"
        assert described([GRAPH]).id == "doi:10.1000/x"


class TestRanking:
    def test_two_sources_weigh_more_than_one(self) -> None:
        alone = Record("arxiv", "Alone", arxiv="1706.00002", rank=0)
        shared = [replace(ARXIV, rank=1), replace(GRAPH, rank=1)]
        first, *_ = ranked(merged([alone, *shared]), parse_query("nets"))
        assert described(first).title == "Deep Nets"

    def test_a_beginning_of_a_title_comes_before_other_papers(self) -> None:
        long = replace(GRAPH, title="Deep Nets for Small Things: A Long Story", rank=40)
        first, *_ = ranked(merged([ARXIV, long]), parse_query("deep nets for small things"))
        assert described(first).title == long.title


NAMES = st.sampled_from(["Ada Example", "Example, A.", "Ben Sample", "Carl Other", "Anonymous", "Łukasz Kowalski"])
RECORDS = st.builds(
    Record,
    source=st.sampled_from(["arxiv", "semantic_scholar", "openreview", "acl"]),
    title=st.sampled_from(
        ["Deep Nets", "deep nets.", "Deep Nets for All of Us", "DEEP NETS for all of us", "Others", "?"]
    ),
    authors=st.lists(NAMES, max_size=3).map(tuple),
    year=st.none() | st.integers(2010, 2020),
    venue=st.sampled_from(["", "arXiv", "ICLR 2018", "Submitted to X"]),
    abstract=st.text(max_size=3),
    arxiv=st.sampled_from(["", "", "1706.00001", "1706.00002"]),
    doi=st.sampled_from(["", "", "10.1000/x", "10.48550/arxiv.1706.00001", "10.18653/v1/n19-1423"]),
    acl=st.sampled_from(["", "", "", "N19-1423", "N19-1424"]),
    openreview=st.sampled_from(["", "", "", "abcdef"]),
    rank=st.integers(0, 60),
)


def apart(one: list[Record], other: list[Record], title: str) -> bool:
    """Whether something speaks against two papers of the same title being one."""
    sides = (one, other)
    for kind in ("arxiv", "acl"):
        mine, theirs = ({getattr(r, kind) for r in side} - {""} for side in sides)
        if mine and theirs and not mine & theirs:
            return True
    people, others = (surnames(name for r in side for name in r.authors) for side in sides)
    if not people & others and ((people and others) or len(title.split()) < TELLING_WORDS):
        return True
    years, later = ({r.year for r in side if r.year} for side in sides)
    return bool(years and later) and min(abs(a - b) for a in years for b in later) > CLOSE_YEARS


class TestAnyRecords:
    @given(st.lists(RECORDS, max_size=12), st.randoms(use_true_random=False))
    def test_the_order_of_the_records_does_not_matter(self, records: list[Record], chance: random.Random) -> None:
        shuffled = records[:]
        chance.shuffle(shuffled)
        query = parse_query("deep nets")
        one, other = ([described(c) for c in ranked(merged(some), query)] for some in (records, shuffled))
        assert one == other

    @given(st.lists(RECORDS, max_size=12))
    def test_nothing_is_lost_and_nothing_invented(self, records: list[Record]) -> None:
        clusters = merged(records)
        assert all(clusters)
        assert sorted(id(r) for c in clusters for r in c) == sorted(map(id, records))

    @given(st.lists(RECORDS, max_size=12))
    def test_no_paper_is_there_twice(self, records: list[Record]) -> None:
        for one, other in combinations(merged(records), 2):
            assert not {n for r in one for n in r.names} & {n for r in other for n in r.names}
            titles = {folded(r.title) for r in one} & {folded(r.title) for r in other} - {""}
            assert all(apart(one, other, title) for title in titles)

    @given(RECORDS, st.sampled_from(["", "arXiv", "ICLR 2018"]))
    def test_a_paper_is_marked_alike_whichever_source_shows_it(self, record: Record, venue: str) -> None:
        assert mark([record]) == mark([replace(record, venue=venue, rank=3), record])
