"""Web pages are read as they are found: unclosed, misquoted, in any charset, or made to keep a reader busy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.sources.page import Link, absolute, given_first, read_page

URL = "https://lab.example/papers/page.html"


def test_meta_tags_links_and_parts() -> None:
    page = read_page(
        b"<html><head><META NAME=citation_title CONTENT='Steps &amp; Leaps'><meta property='og:title' content=x /></head>"
        b"<body><div class='big acl-abstract' id=a1><h5>Abstract</h5>We take <b>small</b> steps.</div>"
        b"<a href='../p.pdf'>The <i>PDF</i></a><a href='javascript:x()'>No</a></body>",
        URL,
    )
    assert page.title == "Steps & Leaps"
    assert page.first("og:title") == "x"
    assert page.part(".acl-abstract") == page.part("#a1") == "Abstract We take small steps."
    assert page.part("abstract") == "We take small steps."
    assert page.links == [Link("https://lab.example/p.pdf", "The PDF")]


def test_what_is_not_closed_ends_where_it_must() -> None:
    page = read_page(b"<h3>Abstract</h3><p class=abstract>We take small steps.<p>[pdf]<hr><h3>Next</h3>More", URL)
    assert page.part(".abstract") == "We take small steps."


def test_nested_elements_of_one_tag() -> None:
    page = read_page(b"<div id=a>one<div>two</div>three</div>four", URL)
    assert page.part("#a") == "one two three"


def test_scripts_styles_and_comments_are_no_text() -> None:
    page = read_page(b"<div id=a>x<script>if (a < b) '</div>'</script><style>p{}</style><!-- <b> -->y</div>", URL)
    assert page.part("#a") == "xy"


def test_a_lone_quote_in_a_tag() -> None:
    page = read_page(b"<p title=don't>a</p><meta name=citation_title content=Steps>", URL)
    assert page.title == "Steps"


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        ("<meta charset=latin-1><h1>Zoë</h1>".encode("latin-1"), ""),
        ("<h1>Zoë</h1>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<h1>Zoë</h1>".encode(), "text/html"),
        ("<h1>Zoë</h1>".encode(), "text/html; charset=no-such"),
    ],
)
def test_charsets(data: bytes, declared: str) -> None:
    assert read_page(data, URL, declared).part("h1") == "Zoë"


def test_authors_in_every_order() -> None:
    tags = "".join(f"<meta name=citation_author content='{name}'>" for name in ("Example, Ada", "Ben Sample"))
    assert read_page(tags.encode(), URL).authors == ["Ada Example", "Ben Sample"]
    listed = b"<meta name=citation_authors content='Example, Ada; Sample, Ben'>"
    assert read_page(listed, URL).authors == ["Ada Example", "Ben Sample"]
    assert given_first("Example, Ada, Jr.") == "Example, Ada, Jr."


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("/p.pdf", "https://lab.example/p.pdf"),
        ("http://lab.example/p.pdf", "https://lab.example/p.pdf"),
        ("http://other.example/p.pdf", "http://other.example/p.pdf"),
        ("//cdn.example/p.pdf", "https://cdn.example/p.pdf"),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("http://[::1", None),
    ],
)
def test_where_a_link_leads(link: str, found: str | None) -> None:
    assert absolute(URL, link) == found


def test_invisible_characters_are_removed() -> None:
    page = read_page("<meta name=citation_title content='Ste\u202eps\U000e0041'>".encode(), URL)
    assert page.title == "Steps"


@given(st.binary(max_size=400))
def test_anything_at_all_can_be_read(data: bytes) -> None:
    read_page(data, URL)


PIECES = (
    "<",
    ">",
    "<a ",
    'href="',
    "'",
    "<div class=x>",
    "</div>",
    "<p>",
    "<!--",
    "-->",
    "<script>",
    "&#",
    "9" * 50,
    "abstract",
)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_broken_markup_can_be_read(pieces: list[str]) -> None:
    read_page("".join(pieces).encode(), URL)
