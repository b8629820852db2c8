"""What a user types is understood as the paper it names, or refused with what would be understood."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.errors import BadReference, NotFound, RefusedForSafety
from paper_implementer.tools.papers.reference import (
    ArxivReference,
    LibraryReference,
    LocalReference,
    VenueReference,
    parse_reference,
)
from paper_implementer.tools.papers.sources.venues import VENUES
from tests.support.arxiv_server import ArxivServer


@pytest.mark.parametrize(
    ("typed", "paper_id", "version"),
    [
        ("1706.03762", "1706.03762", None),
        (" 1706.03762v5\n", "1706.03762", 5),
        ("0704.0001", "0704.0001", None),
        ("arXiv:1706.03762", "1706.03762", None),
        ("arxiv: 1706.03762v12", "1706.03762", 12),
        ("hep-th/9901001", "hep-th/9901001", None),
        ("hep-th/9901001v2", "hep-th/9901001", 2),
        ("hep-th9901001v2", "hep-th/9901001", 2),
        ("math.GT/0309136", "math/0309136", None),
        ("math-ph/0309136", "math-ph/0309136", None),
        ("https://arxiv.org/abs/1706.03762", "1706.03762", None),
        ("http://www.arxiv.org/pdf/1706.03762v5.pdf", "1706.03762", 5),
        ("https://export.arxiv.org/e-print/hep-th/9901001v1", "hep-th/9901001", 1),
        ("https://arxiv.org/html/1706.03762v7#S3", "1706.03762", 7),
        ("https://arxiv.org/src/1706.03762v7", "1706.03762", 7),
        ("arxiv.org/abs/1706.03762?context=cs", "1706.03762", None),
        ("https://doi.org/10.48550/arXiv.1706.03762", "1706.03762", None),
        ("10.48550/arXiv.1706.03762", "1706.03762", None),
        ("https://huggingface.co/papers/1706.03762", "1706.03762", None),
        ("https://ar5iv.labs.arxiv.org/html/1706.03762", "1706.03762", None),
    ],
)
def test_every_way_to_write_an_arxiv_paper(typed: str, paper_id: str, version: int | None) -> None:
    assert parse_reference(typed) == ArxivReference(paper_id, version)


def test_the_host_that_the_operator_configured_is_arxiv(arxiv: ArxivServer) -> None:
    assert parse_reference(f"{arxiv.url}/abs/1706.03762v2") == ArxivReference("1706.03762", 2)


def test_files_and_folders_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a paper.pdf").write_bytes(b"%PDF-")
    monkeypatch.chdir(tmp_path)
    assert parse_reference("a paper.pdf") == LocalReference(tmp_path / "a paper.pdf")
    assert parse_reference(str(tmp_path)) == LocalReference(tmp_path)


def test_an_arxiv_id_is_arxiv_even_beside_a_folder_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1706.03762").mkdir()
    monkeypatch.chdir(tmp_path)
    assert parse_reference("1706.03762") == ArxivReference("1706.03762")
    assert parse_reference("./1706.03762") == LocalReference(tmp_path / "1706.03762")


def test_an_id_of_the_library() -> None:
    assert parse_reference("small-steps-0123abcd") == LibraryReference("small-steps-0123abcd")


@pytest.mark.parametrize(
    "typed", ["missing.pdf", "./missing", "/missing/source.tar.gz", "~/missing.tex", "missing/folder.pdf"]
)
def test_a_path_where_nothing_is(typed: str) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        parse_reference(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "attention is all you need",
        "1706.3762",  # a digit too few since 2015
        "1713.03762",  # no such month
        "1706.03762v0",
        "١٧٠٦.٠٣٧٦٢",  # digits, but not those of arXiv
        "arXiv:hello",
        "nosuch/9901001",
        "--help",
        "-rf",
        "1706.03762\x00.pdf",
        "1706.03762\u202efdp",
        "paper\ud800.pdf",
        "9" * 100_000,
        "javascript://arxiv.org/abs/1706.03762",
        "ftp://arxiv.org/abs/1706.03762",
        "https://arxiv.org/list/cs.LG/recent",
        "https://[::1/abs/1706.03762",
        "https://",
        "https:///abs/1706.03762",
        "https://lab.example:99999/p.pdf",
        "acl:hello",
        "10.1/182",
        "~nosuchuser-xyz/paper.pdf",
    ],
)
def test_what_names_no_paper_is_refused_with_what_is_accepted(typed: str) -> None:
    with pytest.raises(BadReference) as caught:
        parse_reference(typed)
    assert "arXiv id" in caught.value.hint
    assert len(str(caught.value)) < 700
    assert caught.value.message.encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "venue", "key"),
    [
        ("2020.acl-main.1", "acl", "2020.acl-main.1"),
        ("openreview:rJl-b3RcF7", "openreview", "rJl-b3RcF7"),
        ("10.1000/182", "doi", "10.1000/182"),
        ("https://arxiv.org.lab.example/abs/1706.03762", "url", "https://arxiv.org.lab.example/abs/1706.03762"),
        ("http://lab.example/p.pdf#page=3", "url", "http://lab.example/p.pdf"),
        ("https://openreview.net/group?id=ICLR.cc", "url", "https://openreview.net/group?id=ICLR.cc"),
    ],
)
def test_papers_of_other_venues_and_any_other_address(typed: str, venue: str, key: str) -> None:
    assert parse_reference(typed) == VenueReference(venue, key)


def test_a_host_without_scheme_may_be_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aclanthology.org").mkdir()
    (tmp_path / "aclanthology.org" / "P16-1162.pdf").write_bytes(b"%PDF-")
    assert isinstance(parse_reference("aclanthology.org/P16-1162.pdf"), LocalReference)
    assert parse_reference("aclanthology.org/P18-1001.pdf") == VenueReference("acl", "P18-1001")


@given(
    st.sampled_from(sorted(VENUES.keys() - {"url"})),
    st.text(st.characters(codec="ascii", exclude_characters=" "), min_size=1, max_size=60),
)
def test_ids_of_venues_are_read_back_as_themselves(venue: str, text: str) -> None:
    if key := VENUES[venue].from_key(text):
        assert VENUES[venue].from_key(key) == key


@given(st.text(max_size=200))
def test_anything_at_all_is_a_reference_or_an_error_of_the_tree(typed: str) -> None:
    with suppress(BadReference, NotFound):
        parse_reference(typed)


HOSTS = (
    "arxiv.org",
    "doi.org",
    "jmlr.org",
    "ojs.aaai.org",
    "openreview.net",
    "papers.nips.cc",
    "aclanthology.org",
    "[::1]",
    "x:1",
)


@given(st.sampled_from(("https://", "HTTP://", "")), st.sampled_from(HOSTS), st.text(max_size=80))
def test_any_address_at_a_venue_is_a_reference_that_is_read_back(scheme: str, host: str, rest: str) -> None:
    with suppress(BadReference, NotFound, RefusedForSafety):
        found = parse_reference(f"{scheme}{host}/{rest}")
        if isinstance(found, VenueReference):
            assert parse_reference(found.key if found.venue == "url" else found.id) == found


@given(st.from_regex(r"(?:1[5-9]|2[0-6])(?:0[1-9]|1[0-2])\.[0-9]{5}(?:v[1-9][0-9]?)?", fullmatch=True))
def test_ids_survive_a_round_trip_through_every_form(typed: str) -> None:
    expected = parse_reference(typed)
    assert isinstance(expected, ArxivReference)
    assert expected.versioned == typed
    for form in ("arXiv:{}", "https://arxiv.org/abs/{}", "https://arxiv.org/pdf/{}", "https://arxiv.org/pdf/{}.pdf"):
        assert parse_reference(form.format(typed)) == expected
