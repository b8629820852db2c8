"""What users type is understood; what strangers send is made plain."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.errors import BadReference
from paper_implementer.tools.papers.search.arxiv import expression
from paper_implementer.tools.papers.search.cursor import Cursor, decoded, encoded
from paper_implementer.tools.papers.search.query import MAX_TERMS, Named, named_paper, parse_query
from paper_implementer.tools.papers.search.text import folded, plain, surnames, web_address, year_of


class TestWords:
    @pytest.mark.parametrize(
        ("text", "terms"),
        [
            ("Attention is all you need", ("Attention", "all", "you", "need")),
            ('"graph networks" survey', ("graph networks", "survey")),
            ("“graph networks” survey", ("graph networks", "survey")),
            ('graph "networks', ("graph", "networks")),
            ("ti:attention AND (au:vaswani OR au:shazeer)", ("attention", "vaswani", "shazeer")),
            ("pre-training GPT-4", ("pre", "training", "GPT", "4")),
            ("it is what it is", ("what",)),
            ("vaswani 2017 attention", ("vaswani", "attention")),
            ("1984", ("1984",)),
            ("to be or not to be", ("to", "be", "or", "not")),
            ("Schrödinger 方程式", ("Schrödinger", "方程式")),
        ],
    )
    def test_terms(self, text: str, terms: tuple[str, ...]) -> None:
        assert parse_query(text).terms == terms

    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("deep nets", '(ti:"deep nets" OR (all:deep AND all:nets))'),
            ("the deep of nets", '(ti:"the deep of nets" OR (all:deep AND all:nets))'),
            ('"deep nets" vision', '(ti:"deep nets vision" OR (all:"deep nets" AND all:vision))'),
            (
                "how small nets learn big things fast",
                '(ti:"how small nets learn big things fast" OR '
                "(all:how OR all:small OR all:nets OR all:learn OR all:big OR all:things OR all:fast))",
            ),
        ],
    )
    def test_what_arxiv_is_asked(self, text: str, asked: str) -> None:
        assert expression(parse_query(text)) == asked

    def test_open_years_at_arxiv(self) -> None:
        assert expression(parse_query("nets", 2018)).endswith(" AND submittedDate:[201801010000 TO 210012312359]")
        assert expression(parse_query("nets", None, 2018)).endswith(" AND submittedDate:[199101010000 TO 201812312359]")

    def test_next_year_is_no_mistake(self) -> None:
        year = datetime.now(UTC).year + 1
        assert parse_query("nets", year).year_from == year

    @given(st.text(max_size=80))
    def test_no_text_gets_syntax_into_the_question(self, text: str) -> None:
        try:
            query = parse_query(text)
        except BadReference:
            return
        assert 0 < len(query.terms) <= MAX_TERMS
        assert all(word.isalnum() for term in query.terms for word in term.split())


class TestNamed:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("1706.03762v5", Named(arxiv="1706.03762")),
            ("arxiv.org/abs/hep-th/9901001", Named(arxiv="hep-th/9901001")),
            ("https://huggingface.co/papers/1706.03762", Named(arxiv="1706.03762")),
            ("doi:10.48550/ARXIV.1706.03762", Named(arxiv="1706.03762")),
            ("10.1038/Nature14539.", Named(doi="10.1038/nature14539")),
            ("10.18653/v1/N19-1423", Named(doi="10.18653/v1/n19-1423", acl="N19-1423")),
            ("p19-1001v2", Named(acl="P19-1001")),
            ("https://openreview.net/pdf?id=rJ4km2R5t7", Named(openreview="rJ4km2R5t7")),
            ("transformer: survey", Named()),
            ("title:attention", Named()),
            ("attention 1706.03762", Named()),
            ("and/or trees", Named()),
            ("./1706.03762", Named()),
        ],
    )
    def test_names(self, text: str, named: Named) -> None:
        assert named_paper(text) == named


class TestPlain:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("<p>One</p><p>Two</p>", "One Two"),
            ("H<sub>2</sub>O", "H2O"),
            ("if a < b and c > d", "if a < b and c > d"),
            ("x<y, z>w", "x<y, z>w"),
            ("&lt;b&gt;bold&lt;/b&gt; &amp; plain", "bold & plain"),
            ("<jats:sec><jats:title>Aim</jats:title><jats:p>To do</jats:p></jats:sec>", "Aim To do"),
            ("<mml:math><mml:mi>x</mml:mi></mml:math>", "x"),
            ("<script>evil()</script>fine", "fine"),
            ("&#x202e;reversed&#x202c;", "reversed"),
            ("a\u200bb\x07\U000e0041", "ab"),
            (7, ""),
            (None, ""),
        ],
    )
    def test_texts(self, text: object, said: str) -> None:
        assert plain(text, 100) == said

    @given(st.text(), st.integers(1, 50))
    def test_bounds(self, text: str, limit: int) -> None:
        assert len(plain(text, limit)) <= limit

    @pytest.mark.parametrize(
        ("value", "year"),
        [(2017, 2017), ("ICLR 2018 Oral", 2018), ("arXiv 2010.11929", None), (True, None), ([], None), ("12017", None)],
    )
    def test_years(self, value: object, year: int | None) -> None:
        assert year_of(value) == year

    @pytest.mark.parametrize(
        ("url", "kept"),
        [
            ("https://example.org/a.pdf", True),
            ("javascript:alert(1)", False),
            ("https://example.org/a b", False),
            ("https://example.org/\n", True),
            ("file:///etc/passwd", False),
            ("https://example.org/`x`", False),
            (None, False),
        ],
    )
    def test_addresses(self, url: object, kept: bool) -> None:
        assert bool(web_address(url)) == kept

    def test_comparison(self) -> None:
        assert folded("Łą–Ätt_ention:  $\\alpha$") == folded("łą ätt ention  alpha")
        assert surnames(["Ada B. Example", "Müller, Jörg", "", "Anonymous"]) == {"example", "muller"}


class TestCursors:
    @given(st.integers(0, 9), st.lists(st.text("0123456789abcdef", min_size=12, max_size=12), max_size=20))
    def test_there_and_back(self, stretch: int, shown: list[str]) -> None:
        cursor = Cursor(search="s", stretch=stretch, shown=shown)
        assert decoded(encoded(cursor), "s") == cursor

    @given(st.text(max_size=60))
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(BadReference):
            decoded(text, "s")
