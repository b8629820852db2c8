"""Four sources are searched at once, over real HTTP; what fails at one is said and spoils nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import BadReference, NotFound, Unreachable
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.reference import parse_reference
from paper_implementer.tools.papers.search import (
    SOURCES,
    FoundPaper,
    SearchResult,
    arxiv,
    openreview,
    search_papers,
    semantic_scholar,
)
from paper_implementer.tools.papers.search.acl import AclSearch
from paper_implementer.tools.papers.search.arxiv import ArxivSearch
from paper_implementer.tools.papers.search.bibliography import build
from paper_implementer.tools.papers.search.merge import described
from paper_implementer.tools.papers.search.model import Page
from paper_implementer.tools.papers.search.openreview import OpenReviewSearch
from paper_implementer.tools.papers.search.semantic_scholar import SemanticScholarSearch
from tests.support.search_server import (
    LOGIN_PAGE,
    Answer,
    SearchServer,
    atom_entry,
    atom_feed,
    bib_entry,
    graph_paper,
    note,
)

pytestmark = pytest.mark.anyio

COPY = "anthology-1.sqlite"
PEOPLE = ("Ada Example", "Ben Sample")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def keep_copy(server: SearchServer, library: Library) -> None:
    """Give a library the copy of the Anthology's bibliography that its first search would take."""
    bibliography = library.home / "anthology.bib"
    bibliography.write_text("\n".join(server.acl), "utf-8")
    build(str(bibliography), str(library.home / COPY))


@pytest.fixture
def everywhere(sources: SearchServer, library: Library) -> SearchServer:
    """One paper that all sources know, and one more at each; the library has its copy of the Anthology's already."""
    title = "Small Steps in Attention"
    sources.arxiv = [
        atom_entry("1706.03762v5", "Small Steps\n  in Attention", authors=PEOPLE, abstract="We take small steps."),
        atom_entry("1801.00001v1", "Only at arXiv", year=2018),
    ]
    sources.semantic_scholar = [
        graph_paper("Only at Semantic Scholar", ids={"DOI": "10.1000/Only.S2"}, year=2016, venue="Nature"),
        graph_paper(
            "Small steps in attention",
            ids={"ArXiv": "1706.03762", "DOI": "10.48550/arXiv.1706.03762", "DBLP": "x"},
            authors=("A. Example", "B. Sample"),
            abstract="<jats:title>Abstract</jats:title><jats:p>We take small steps, H<sub>2</sub>O &amp; more.</jats:p>",
            venue="arXiv.org",
            year=2017,
        ),
    ]
    sources.openreview = [
        note("SmallSteps1", title, authors=PEOPLE, venue="ICLR 2018 Oral"),
        note("OnlyHere_2-", "Only at OpenReview", venue="Submitted to ICLR 2018"),
    ]
    sources.acl = [
        bib_entry("2018.acl-main.7", "Small {S}teps in {A}ttention", authors=("Example, Ada",), year=2018),
        bib_entry(
            "P19-1001", "Attention: small steps only", authors=(r"M{\"u}ller, {\L}ukasz",), doi="10.18653/v1/P19-1001"
        ),
    ]
    keep_copy(sources, library)
    return sources


def by_title(result: SearchResult) -> dict[str, FoundPaper]:
    return {paper.title: paper for paper in result.papers}


class TestFinding:
    async def test_one_paper_of_all_sources(self, everywhere: SearchServer, library: Library) -> None:
        result = await search_papers("small steps in attention", library=library)
        assert result.errors == []
        assert result.next_cursor is None
        first = result.papers[0]
        assert first.sources == sorted(SOURCES)
        assert (first.id, first.title, first.authors) == ("1706.03762", "Small Steps in Attention", list(PEOPLE))
        assert (first.venue, first.year) == ("Proceedings of the Annual Meeting", 2018)
        assert first.abstract == "We take small steps, H2O & more."
        assert (first.url, first.pdf_url) == ("https://arxiv.org/abs/1706.03762", "https://arxiv.org/pdf/1706.03762")
        assert len(result.papers) == 5

    async def test_what_each_source_says_of_its_own(self, everywhere: SearchServer, library: Library) -> None:
        found = by_title(await search_papers("small steps in attention", library=library))
        assert found["Only at arXiv"] == FoundPaper(
            id="1801.00001",
            title="Only at arXiv",
            authors=["Ada Example"],
            year=2018,
            venue="arXiv",
            url="https://arxiv.org/abs/1801.00001",
            pdf_url="https://arxiv.org/pdf/1801.00001",
            sources=["arxiv"],
        )
        assert found["Only at Semantic Scholar"].id == "doi:10.1000/only.s2"
        assert found["Only at Semantic Scholar"].venue == "Nature"
        assert found["Only at OpenReview"].id == "openreview:OnlyHere_2-"
        assert found["Only at OpenReview"].pdf_url == "https://openreview.net/pdf?id=OnlyHere_2-"
        acl = found["Attention: small steps only"]
        assert (acl.id, acl.authors) == ("acl:P19-1001", ["Łukasz Müller"])
        assert acl.pdf_url == "https://aclanthology.org/P19-1001.pdf"

    async def test_every_id_is_a_reference_that_can_be_fetched(
        self, everywhere: SearchServer, library: Library
    ) -> None:
        for paper in (await search_papers("small steps in attention", library=library)).papers:
            parse_reference(paper.id)

    async def test_the_same_question_has_the_same_answer(self, everywhere: SearchServer, library: Library) -> None:
        answers = [await search_papers("attention", library=library) for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]

    async def test_nothing_found_is_no_error(self, sources: SearchServer, library: Library) -> None:
        assert await search_papers("zyzzyva", library=library) == SearchResult(papers=[])

    async def test_a_title_that_was_asked_for_comes_first(self, sources: SearchServer, library: Library) -> None:
        sources.arxiv = [
            atom_entry(f"1706.0000{i}", f"Deep Nets, Part {i}", authors=(f"Person{i} X",)) for i in range(5)
        ]
        sources.semantic_scholar = [graph_paper(f"Deep Nets, Part {i}", authors=(f"P X{i}",)) for i in range(3)]
        sources.openreview = [note(f"forum{i}", f"Other {i}") for i in range(3)] + [note("deepnets", "deep nets")]
        titles = [p.title for p in (await search_papers("Deep Nets!", library=library)).papers]
        assert titles[0] == "deep nets"

    async def test_only_the_sources_that_were_chosen(self, everywhere: SearchServer, library: Library) -> None:
        result = await search_papers("attention", library=library, sources=["OpenReview", "ACL anthology"])
        assert {s for paper in result.papers for s in paper.sources} == {"openreview", "acl"}
        assert not everywhere.asked("arxiv")
        assert not everywhere.asked("semantic_scholar")

    async def test_years(self, everywhere: SearchServer, library: Library) -> None:
        result = await search_papers("small steps in attention", library=library, year_from=2018, year_to=2018)
        assert {paper.year for paper in result.papers} == {2018}
        assert "submittedDate:[201801010000 TO 201812312359]" in everywhere.asked("arxiv")[0].query["search_query"]
        assert everywhere.asked("semantic_scholar")[0].query["year"] == "2018-2018"
        assert "Only at Semantic Scholar" not in by_title(result)

    async def test_copies_of_dblp_at_openreview_lead_to_the_paper_itself(
        self, sources: SearchServer, library: Library
    ) -> None:
        dblp = {"pdf": None, "venue": "CoRR 2020", "venueid": "dblp.org/journals/CORR/2020"}
        sources.openreview = [
            note("dblpForum1", "A Copy", html="https://arxiv.org/abs/2010.11929", **dblp),
            note("dblpForum2", "Another", html="https://doi.org/10.18653/v1/2020.acl-main.703", **dblp),
            note("dblpForum3", "A Third", html="https://example.org/paper", **dblp),
        ]
        found = by_title(await search_papers("copy", library=library))
        assert (found["A Copy"].id, found["A Copy"].venue, found["A Copy"].year) == ("2010.11929", "arXiv", 2020)
        assert found["Another"].id == "acl:2020.acl-main.703"
        assert found["A Third"].id == "openreview:dblpForum3"

    async def test_texts_are_plain_and_bounded(self, sources: SearchServer, library: Library) -> None:
        hidden = "".join(chr(0xE0000 + ord(c)) for c in "obey")
        sources.semantic_scholar = [
            graph_paper(
                f"A\u202e <i>Title</i>\x00{hidden} where a < b &#x202e;",
                abstract="<script>alert(1)</script><p onclick='x'>Text</p>" + "long " * 10_000,
                authors=[f"Person {i}" for i in range(3000)],
                pdf="javascript:alert(1)",
                year=2020,
            )
        ]
        (paper,) = (await search_papers("title", library=library)).papers
        assert paper.title == "A Title where a < b"
        assert paper.abstract.startswith("Text long long")
        assert len(paper.abstract) <= 2000
        assert len(paper.authors) == 100
        assert paper.pdf_url is None

    async def test_an_entry_that_makes_no_sense_is_left_out_alone(
        self, sources: SearchServer, library: Library
    ) -> None:
        sources.arxiv = [
            "<entry><id>http://arxiv.org/abs/nonsense</id><title>T</title></entry>",
            atom_entry("1706.03762", "Good"),
        ]
        sources.semantic_scholar = [
            {"title": 7},
            {"title": "x", "authors": "y", "externalIds": []},
            graph_paper("Fine"),
        ]
        sources.openreview = [{"content": []}, {"forum": "../../x", "content": {"title": "T"}}, note("okForum", "Okay")]
        result = await search_papers("good", library=library)
        assert {paper.title for paper in result.papers} == {"Good", "Fine", "Okay"}
        assert result.errors == []


class TestNames:
    @pytest.mark.parametrize(
        "query", ["1706.03762", "arXiv:1706.03762v3", "https://arxiv.org/pdf/1706.03762v5", "10.48550/arXiv.1706.03762"]
    )
    async def test_an_arxiv_paper(self, everywhere: SearchServer, library: Library, query: str) -> None:
        (paper,) = (await search_papers(query, library=library)).papers
        assert (paper.id, paper.sources) == ("1706.03762", ["arxiv", "semantic_scholar"])
        assert not everywhere.asked("openreview")

    async def test_a_doi(self, everywhere: SearchServer, library: Library) -> None:
        (paper,) = (await search_papers("https://doi.org/10.1000/Only.S2", library=library, sources=["s2"])).papers
        assert paper.title == "Only at Semantic Scholar"

    @pytest.mark.parametrize(
        "query", ["P19-1001", "https://aclanthology.org/P19-1001.pdf", "10.18653/v1/P19-1001", "acl:P19-1001"]
    )
    async def test_a_paper_of_the_anthology(self, everywhere: SearchServer, library: Library, query: str) -> None:
        (paper,) = (await search_papers(query, library=library)).papers
        assert paper.title == "Attention: small steps only"

    async def test_a_submission(self, everywhere: SearchServer, library: Library) -> None:
        (paper,) = (await search_papers("https://openreview.net/forum?id=SmallSteps1", library=library)).papers
        assert paper.venue == "ICLR 2018 Oral"

    async def test_a_paper_that_nobody_knows(self, everywhere: SearchServer, library: Library) -> None:
        assert (await search_papers("2401.99999", library=library)).papers == []

    async def test_a_source_that_has_no_such_ids(self, everywhere: SearchServer, library: Library) -> None:
        with pytest.raises(NotFound, match="openreview cannot be asked"):
            await search_papers("1706.03762", library=library, sources=["openreview"])

    async def test_an_address_that_is_to_be_fetched(self, everywhere: SearchServer, library: Library) -> None:
        with pytest.raises(BadReference, match="fetch_paper"):
            await search_papers("https://proceedings.mlr.press/v97/example19a.html", library=library)


SHAPES = {
    "arxiv": Answer(body=b"Rate exceeded."),
    "semantic_scholar": Answer(429, json.dumps({"message": "Too Many Requests. Please wait.", "code": "429"}).encode()),
    "openreview": Answer(body=json.dumps({"notes": [], "count": 0, "searchUnavailable": True}).encode()),
    "acl": Answer(503, b"Service Unavailable", {"Retry-After": "86400"}),
}


class TestFailures:
    @pytest.mark.parametrize("source", SOURCES)
    @pytest.mark.parametrize(
        ("answer", "kind", "said"),
        [
            (Answer(500, b"oops"), "Unreachable", "status 500"),
            (Answer(403, b'{"name": "ChallengeRequiredError"}'), "Unreachable", "status 403"),
            (Answer(429, b"slow down", {"Retry-After": "86400"}), "Busy", "86400 seconds"),
            (Answer(429, b"slow down"), "Busy", "status 429"),
            (Answer(200, LOGIN_PAGE, {"Content-Type": "text/html"}), None, ""),
            (Answer(200, b""), None, ""),
            (Answer(200, b"\x1f\x8b\x08 no gzip"), None, ""),
            (Answer(302, b"", {"Location": "https://169.254.169.254/latest"}), "RefusedForSafety", "169.254"),
            (Answer(200, b"[" * 100_000), None, ""),
        ],
        ids=["500", "challenge", "429 for long", "429", "login", "empty", "damaged", "redirect inside", "deep"],
    )
    async def test_a_source_that_fails_is_named_and_the_others_answer(
        self,
        everywhere: SearchServer,
        library: Library,
        source: str,
        answer: Answer,
        kind: str | None,
        said: str,
    ) -> None:
        everywhere.answer(source, answer)
        if source == "acl":
            (library.home / COPY).unlink()
        result = await search_papers("small steps in attention", library=library)
        (error,) = result.errors
        assert error.source == source
        assert error.kind == kind or (kind is None and error.kind in ("Unreachable", "Unreadable"))
        assert said in error.message
        assert "Search again" in error.hint
        assert result.papers[0].sources == sorted(set(SOURCES) - {source})

    @pytest.mark.parametrize(
        ("source", "body", "said"),
        [
            ("arxiv", b"<html><body>Sign in</body></html>", "not with an Atom feed"),
            ("arxiv", b"<!DOCTYPE x [<!ENTITY a 'b'>]><feed>&a;</feed>", "no Atom feed"),
            ("arxiv", SHAPES["arxiv"].body, "asked too often"),
            ("semantic_scholar", b'{"data": {}}', "unknown form"),
            ("semantic_scholar", b'{"error": "Unacceptable query params"}', "Unacceptable query params"),
            ("semantic_scholar", b"[]", "unknown form"),
            ("openreview", b'{"notes": null}', "unknown form"),
            ("openreview", SHAPES["openreview"].body, "not available"),
            ("acl", b"% no entries\n", "holds no papers"),
        ],
    )
    async def test_answers_that_come_with_status_200(
        self, everywhere: SearchServer, library: Library, source: str, body: bytes, said: str
    ) -> None:
        everywhere.answer(source, Answer(body=body))
        if source == "acl":
            (library.home / COPY).unlink()
        (error,) = (await search_papers("attention", library=library)).errors
        assert (error.source, said in error.message) == (source, True)

    async def test_an_error_entry_of_arxiv(self, everywhere: SearchServer, library: Library) -> None:
        everywhere.arxiv = [
            "<entry><id>http://arxiv.org/api/errors#bad_query</id><title>Error</title><summary>bad query</summary></entry>"
        ]
        (error,) = (await search_papers("attention", library=library)).errors
        assert "bad query" in error.message

    async def test_a_hiccup_is_asked_again(self, everywhere: SearchServer, library: Library) -> None:
        real = Answer(body=json.dumps({"total": 0, "offset": 0, "data": []}).encode())
        everywhere.answer("semantic_scholar", Answer(503), real)
        assert (await search_papers("attention", library=library)).errors == []

    async def test_silence(self, everywhere: SearchServer, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        for source in (ArxivSearch, SemanticScholarSearch, OpenReviewSearch):
            monkeypatch.setattr(source, "deadline_s", 0.4)
        everywhere.answer("openreview", Answer(silence_s=3))
        (error,) = (await search_papers("attention", library=library)).errors
        assert (error.source, error.kind) == ("openreview", "TimedOut")

    @pytest.mark.parametrize("source", ["arxiv", "semantic_scholar", "openreview"])
    async def test_an_endless_answer(self, everywhere: SearchServer, library: Library, source: str) -> None:
        everywhere.answer(source, Answer(body=b'{"data": "' + b"x" * (9 << 20)))
        (error,) = (await search_papers("attention", library=library)).errors
        assert (error.source, error.kind) == (source, "TooLarge")

    async def test_all_of_them_dead(self, everywhere: SearchServer, library: Library) -> None:
        (library.home / COPY).unlink()
        for source, answer in SHAPES.items():
            everywhere.answer(source, answer)
        with pytest.raises(Unreachable) as caught:
            await search_papers("attention", library=library)
        for name in ("arXiv", "Semantic Scholar", "OpenReview", "ACL Anthology"):
            assert f"{name}: " in caught.value.message

    async def test_nothing_is_left_in_the_scratch_folder(self, everywhere: SearchServer, library: Library) -> None:
        everywhere.answer("arxiv", Answer(500))
        await search_papers("attention", library=library)
        assert list((library.home / "tmp").iterdir()) == []


class TestKey:
    async def test_it_goes_to_semantic_scholar_alone(
        self, everywhere: SearchServer, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PAPER_IMPLEMENTER_SEMANTIC_SCHOLAR_KEY", "secret-key")
        config.cache_clear()
        await search_papers("attention", library=library)
        assert {r.headers.get("x-api-key") for r in everywhere.asked("semantic_scholar")} == {"secret-key"}
        assert not [r for r in everywhere.requests if "x-api-key" in r.headers and "paper" not in r.path]

    async def test_a_redirect_does_not_take_it_elsewhere(
        self, everywhere: SearchServer, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PAPER_IMPLEMENTER_SEMANTIC_SCHOLAR_KEY", "secret-key")
        config.cache_clear()
        everywhere.answer("semantic_scholar", Answer(307, b"", {"Location": "https://api2.openreview.net/notes?id=x"}))
        await search_papers("attention", library=library)
        (followed,) = (request for request in everywhere.asked("openreview") if "id" in request.query)
        assert "x-api-key" not in followed.headers

    @pytest.mark.parametrize("key", ["two\nlines", "schlüssel"])
    async def test_one_that_is_none_is_not_shown(
        self, everywhere: SearchServer, library: Library, monkeypatch: pytest.MonkeyPatch, key: str
    ) -> None:
        monkeypatch.setenv("PAPER_IMPLEMENTER_SEMANTIC_SCHOLAR_KEY", key)
        config.cache_clear()
        (error,) = (await search_papers("attention", library=library)).errors
        assert error.source == "semantic_scholar"
        assert "SEMANTIC_SCHOLAR_KEY" in error.hint
        assert key not in error.message + error.hint


class TestAnthologyCopy:
    @pytest.fixture(autouse=True)
    def none_yet(self, everywhere: SearchServer, library: Library) -> None:
        (library.home / COPY).unlink()

    async def test_it_is_taken_once(self, everywhere: SearchServer, library: Library) -> None:
        for query in ("attention", "steps", "small"):
            await search_papers(query, library=library, sources=["acl"])
        assert len(everywhere.asked("acl")) == 1

    async def test_searches_at_the_same_time_take_it_once(self, everywhere: SearchServer, library: Library) -> None:
        async with anyio.create_task_group() as group:
            for query in ("attention", "steps", "small"):

                async def search(query: str = query) -> None:
                    assert (await search_papers(query, library=library, sources=["acl"])).papers

                group.start_soon(search)
        assert len(everywhere.asked("acl")) == 1

    async def test_an_old_one_is_asked_about(
        self, everywhere: SearchServer, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await search_papers("attention", library=library, sources=["acl"])
        monkeypatch.setattr("paper_implementer.tools.papers.search.acl.FRESH_S", -1.0)
        await search_papers("attention", library=library, sources=["acl"])
        assert "if-none-match" in everywhere.asked("acl")[1].headers
        everywhere.acl.append(bib_entry("2024.acl-long.1", "Attention Renewed", year=2024))
        found = by_title(await search_papers("attention", library=library, sources=["acl"]))
        assert "Attention Renewed" in found

    async def test_an_old_one_does_where_there_is_no_newer(
        self, everywhere: SearchServer, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await search_papers("attention", library=library, sources=["acl"])
        monkeypatch.setattr("paper_implementer.tools.papers.search.acl.FRESH_S", -1.0)
        everywhere.answer("acl", Answer(500))
        result = await search_papers("attention", library=library, sources=["acl"])
        assert result.papers
        assert "could not be renewed" in result.errors[0].message

    async def test_a_damaged_one_is_made_anew(self, everywhere: SearchServer, library: Library) -> None:
        await search_papers("attention", library=library, sources=["acl"])
        (library.home / COPY).write_bytes(b"no database" * 1000)
        with pytest.raises(Unreachable, match="damaged"):
            await search_papers("attention", library=library, sources=["acl"])
        assert (await search_papers("attention", library=library, sources=["acl"])).papers


class TestPages:
    async def test_page_by_page_everything_comes_once(self, sources: SearchServer, library: Library) -> None:
        sources.arxiv = [atom_entry(f"1706.{i:05}", f"Paper {i}", authors=(f"Family{i}",)) for i in range(120)]
        sources.semantic_scholar = [
            graph_paper(f"Paper {i}", ids={"ArXiv": f"1706.{i:05}"}, authors=(f"Family{i}",))
            for i in reversed(range(130))
        ]
        seen: list[str] = []
        cursor = None
        while True:
            page = await search_papers("paper", library=library, limit=40, cursor=cursor, sources=["arxiv", "s2"])
            seen += [paper.title for paper in page.papers]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 130

    async def test_a_source_that_dies_between_pages_takes_nothing_twice(
        self, sources: SearchServer, library: Library
    ) -> None:
        sources.arxiv = [atom_entry(f"1706.{i:05}", f"Paper {i}", authors=(f"Family{i}",)) for i in range(8)]
        sources.semantic_scholar = [graph_paper(f"Other {i}", authors=(f"F{i} O",)) for i in range(8)]
        first = await search_papers("paper", library=library, limit=6)
        sources.answer("semantic_scholar", Answer(403))
        second = await search_papers("paper", library=library, limit=20, cursor=first.next_cursor)
        titles = [p.title for p in (*first.papers, *second.papers)]
        assert len(titles) == len(set(titles))
        assert {f"Paper {i}" for i in range(8)} <= set(titles)

    async def test_a_cursor_of_another_search(self, everywhere: SearchServer, library: Library) -> None:
        first = await search_papers("attention", library=library, limit=1)
        with pytest.raises(BadReference, match="another search"):
            await search_papers("steps", library=library, limit=1, cursor=first.next_cursor)

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "1",
            "%%%",
            "e30",
            "bnVsbA",
            "A" * 20_000,
            "W1tbW1tbW10",
            "eyJzZWFyY2giOiIiLCJzdHJldGNoIjo5OTk5OX0",
            "é",
            "\x00",
        ],
    )
    async def test_a_hostile_cursor(self, everywhere: SearchServer, library: Library, cursor: str) -> None:
        with pytest.raises(BadReference, match="cursor"):
            await search_papers("attention", library=library, cursor=cursor)


class TestArguments:
    @pytest.mark.parametrize("query", ["", "  ", "\n", "\u202e\u200b", "?!", '"":', "x" * 1001])
    async def test_a_query_that_says_nothing(self, library: Library, query: str) -> None:
        with pytest.raises(BadReference, match="query"):
            await search_papers(query, library=library)

    @pytest.mark.parametrize("limit", [0, -1, 51])
    async def test_a_limit_that_is_none(self, library: Library, limit: int) -> None:
        with pytest.raises(BadReference, match="1 to 50"):
            await search_papers("attention", library=library, limit=limit)

    @pytest.mark.parametrize(("start", "end"), [(2020, 2019), (0, None), (None, 99999), (-5, 2020)])
    async def test_years_that_are_none(self, library: Library, start: int | None, end: int | None) -> None:
        with pytest.raises(BadReference, match="year_"):
            await search_papers("attention", library=library, year_from=start, year_to=end)

    async def test_a_source_that_is_none(self, library: Library) -> None:
        with pytest.raises(BadReference, match="arxiv, semantic_scholar, openreview, acl"):
            await search_papers("attention", library=library, sources=["arxiv", "google"])

    async def test_progress_never_goes_back(self, everywhere: SearchServer, library: Library) -> None:
        seen: list[tuple[float, float | None]] = []
        await search_papers("attention", library=library, progress=lambda done, total, _: seen.append((done, total)))
        assert [d for d, _ in seen] == sorted({d for d, _ in seen})
        assert seen[-1] == (4.0, 4.0)


def test_the_sources_are_named_as_they_are_documented() -> None:
    assert (ArxivSearch.name, SemanticScholarSearch.name, OpenReviewSearch.name, AclSearch.name) == SOURCES


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def any_object(*keys: str) -> st.SearchStrategy[dict[str, object]]:
    """Objects with these keys, and whatever under them."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, JSON))


CONTENT = any_object("title", "authors", "abstract", "venue", "venueid", "pdf", "html")


class TestAnyAnswer:
    @given(
        any_object("title", "authors", "externalIds", "openAccessPdf", "year", "venue", "journal", "url", "abstract"),
        st.text(max_size=20),
    )
    def test_of_semantic_scholar(self, item: dict[str, object], title: str) -> None:
        self.fits(semantic_scholar.read({"data": [item, {**item, "title": title}]}, 0, 5))

    @given(any_object("id", "forum", "cdate", "pdate", "content"), CONTENT, st.text(max_size=20))
    def test_of_openreview(self, item: dict[str, object], content: dict[str, object], title: str) -> None:
        known = {**item, "forum": "abcdef", "content": {**content, "title": {"value": title}}}
        self.fits(openreview.read({"notes": [item, known]}, 0, 5))

    @given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
    def test_of_arxiv(self, title: str, name: str, doi: str) -> None:
        sane = [re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd]", "", text) for text in (title, name, doi)]
        entry = atom_entry("1706.03762", sane[0], authors=(sane[1],), doi=sane[2])
        self.fits(arxiv.read(atom_feed([entry], 1), 0, 5))

    @staticmethod
    def fits(page: Page) -> None:
        for record in page.records:
            paper = described([record])
            assert paper.title
            assert paper.id
            assert FoundPaper.model_validate_json(paper.model_dump_json()) == paper
