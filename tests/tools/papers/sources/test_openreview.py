"""Papers of OpenReview: notes of both APIs, what is withdrawn, deleted, private, and what a bad day of the site looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.errors import Busy, NotFound, Unreachable, Unreadable
from paper_implementer.tools.papers.fetch import fetch_paper
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.paper import Paper
from paper_implementer.tools.papers.reference import VenueReference, parse_reference
from tests.support import packing
from tests.support.arxiv_server import Fault
from tests.support.venue_server import VenueServer, described, note

pytestmark = pytest.mark.anyio
ID = "rJl-b3RcF7"
V2 = f"https://api2.openreview.net/notes?id={ID}"
V1 = f"https://api.openreview.net/notes?id={ID}"
PDF = f"https://openreview.net/pdf?id={ID}"
ATTACHMENT = f"https://openreview.net/attachment?id={ID}&name=supplementary_material"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def openreview(venues: VenueServer) -> VenueServer:
    venues.serve(PDF, packing.pdf())
    return venues


def kinds(paper: Paper) -> set[str]:
    return {w.kind for w in paper.warnings}


@pytest.mark.parametrize(
    "typed",
    [
        f"openreview:{ID}",
        f"https://openreview.net/forum?id={ID}",
        f"https://openreview.net/forum?id={ID}&noteId=aReview123",
        f"openreview.net/pdf?id={ID}",
        f"https://api2.openreview.net/notes?id={ID}",
        ATTACHMENT,
    ],
)
def test_every_way_to_write_a_paper(typed: str) -> None:
    assert parse_reference(typed) == VenueReference("openreview", ID)


async def test_a_note_of_api_2(openreview: VenueServer, library: Library) -> None:
    openreview.serve(
        V2, note(ID, venue="ICLR 2024 poster", venueid="ICLR.cc/2024/Conference", code="https://github.com/a/b")
    )
    paper = await fetch_paper(f"https://openreview.net/forum?id={ID}", library)
    assert (paper.id, paper.title, paper.year) == (f"openreview:{ID}", "Small Steps in Attention", 2024)
    assert (paper.venue, paper.abstract) == ("ICLR 2024 poster", "We take small steps.")
    assert paper.authors == ["Ada Example", "Ben Sample"]
    assert "https://github.com/a/b" in paper.code_links
    assert (paper.source_format, paper.pages, paper.warnings) == ("pdf", 1, [])
    assert not openreview.asked_at(V1)


async def test_an_older_note_of_api_1(openreview: VenueServer, library: Library) -> None:
    missing = {"name": "NotFoundError", "message": f"The Note {ID} was not found", "status": 404}
    openreview.serve(V2, missing, status=404)
    openreview.serve(V1, note(ID, api=1))
    paper = await described(f"openreview:{ID}", library)
    assert (paper.title, paper.venue, paper.year) == ("Small Steps in Attention", "ICLR 2019 Conference", 2019)


async def test_api_2_that_answers_with_no_notes(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, {"notes": [], "count": 0})
    openreview.serve(V1, note(ID, api=1))
    assert (await described(f"openreview:{ID}", library)).title == "Small Steps in Attention"


async def test_authors_as_objects(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID, authors=[{"fullname": "Ada Example", "username": "~Ada_Example1"}]))
    assert (await described(f"openreview:{ID}", library)).authors == ["Ada Example"]


async def test_a_review_stands_for_its_paper(openreview: VenueServer, library: Library) -> None:
    review = "aReview123"
    openreview.serve(f"https://api2.openreview.net/notes?id={review}", note(review, FORUM=ID, title="A review", pdf=""))
    openreview.serve(V2, note(ID))
    paper = await fetch_paper(f"https://openreview.net/forum?id={review}", library)
    assert paper.id == f"openreview:{ID}"
    seen = len(openreview.requests)
    assert (await fetch_paper(f"openreview:{review}", library)).id == paper.id
    assert len(openreview.requests) == seen


async def test_a_second_fetch_needs_no_network(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID))
    first = await fetch_paper(f"openreview:{ID}", library)
    seen = len(openreview.requests)
    assert await fetch_paper(f"https://openreview.net/forum?id={ID}&noteId=x", library) == first
    assert await fetch_paper(first.id, library) == first
    assert len(openreview.requests) == seen


async def test_a_pdf_that_is_kept_elsewhere(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID, pdf="https://lab.example/p.pdf"))
    openreview.serve("https://lab.example/p.pdf", packing.pdf("Another page altogether"))
    assert "altogether" in (await fetch_paper(f"openreview:{ID}", library)).blocks[0].text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("venue", "ICLR 2024 Conference Withdrawn Submission"),
        ("venueid", "ICLR.cc/2024/Conference/Desk_Rejected_Submission"),
        ("INVITATIONS", ["ICLR.cc/2024/Conference/-/Withdrawn_Submission"]),
    ],
)
async def test_a_withdrawn_paper_is_read_with_a_warning(
    openreview: VenueServer, library: Library, field: str, value: object
) -> None:
    fields: dict[str, Any] = {field: value}
    openreview.serve(V2, note(ID, **fields))
    assert [w.kind for w in (await described(f"openreview:{ID}", library)).warnings] == ["withdrawn"]


async def test_a_withdrawn_paper_without_pdf(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID, pdf="", venue="ICLR 2024 Conference Withdrawn Submission"))
    with pytest.raises(NotFound, match=r"no public PDF.*Withdrawn"):
        await fetch_paper(f"openreview:{ID}", library)


async def test_a_deleted_note(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID, DDATE=1700000000000))
    with pytest.raises(NotFound, match="deleted"):
        await fetch_paper(f"openreview:{ID}", library)


async def test_an_unknown_note(openreview: VenueServer, library: Library) -> None:
    with pytest.raises(NotFound, match=f"no note {ID}"):
        await fetch_paper(f"openreview:{ID}", library)


async def test_a_note_that_the_public_may_not_see(openreview: VenueServer, library: Library) -> None:
    forbidden = {"name": "ForbiddenError", "message": "You don't have permission to read the note", "status": 403}
    for url in (V2, V1):
        openreview.serve(url, forbidden, status=403)
    openreview.serve(PDF, forbidden, status=403)
    with pytest.raises(Unreachable, match="permission"):
        await fetch_paper(f"openreview:{ID}", library)


async def test_too_many_requests_for_the_api_still_gives_the_pdf(openreview: VenueServer, library: Library) -> None:
    limit = {
        "name": "RateLimitError",
        "message": "Too many requests: You have made 37 requests, surpassing the limit of 36 requests.",
        "status": 429,
        "details": {"limit": 36, "remaining": 0, "resetTime": "2199-08-31T08:59:25.212Z"},
    }
    openreview.serve(V2, limit, status=429)
    openreview.serve(V1, limit, status=429)
    paper = await fetch_paper(f"openreview:{ID}", library)
    assert any("learning rate" in b.text for b in paper.blocks)
    assert kinds(paper) == {"metadata_unavailable"}
    assert "surpassing the limit" in paper.warnings[0].message
    assert len(openreview.asked_at(V2)) == 1
    openreview.serve(PDF, limit, status=429)
    with pytest.raises(Busy, match="left alone"):
        await fetch_paper(f"openreview:{ID}", library, refresh=True)


async def test_a_challenge_in_place_of_the_pdf(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID))
    for host in ("openreview.net", "api2.openreview.net"):
        openreview.serve(f"https://{host}/pdf?id={ID}", "<html><head><title>Just a moment...</title></head></html>")
    with pytest.raises(Unreadable, match="whether a human is there") as caught:
        await fetch_paper(f"openreview:{ID}", library)
    assert "pass the PDF" in caught.value.hint
    assert f"forum?id={ID}" in caught.value.message
    assert library.all() == []


async def test_a_pdf_that_cannot_be_read_is_fetched_from_the_other_host(
    openreview: VenueServer, library: Library
) -> None:
    openreview.serve(V2, note(ID))
    openreview.serve(PDF, b"%PDF-1.7\n" + bytes(5000))
    openreview.serve(f"https://api2.openreview.net/pdf?id={ID}", packing.pdf())
    paper = await fetch_paper(f"openreview:{ID}", library)
    assert any("learning rate" in b.text for b in paper.blocks)
    assert kinds(paper) == {"fallback"}


async def test_an_answer_that_is_not_json(openreview: VenueServer, library: Library) -> None:
    for url in (V2, V1):
        openreview.serve(url, "<html>We are down for maintenance</html>")
    assert kinds(await fetch_paper(f"openreview:{ID}", library)) == {"metadata_unavailable"}


async def test_a_supplement_in_a_zip_is_kept_and_its_pdf_read(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID, supplementary_material="/attachment/abc.zip"))
    packed: dict[str, Any] = {
        "appendix.pdf": packing.pdf("A Proofs\n\nWe use a batch size of 512."),
        "code/train.py": b"lr = 0.1\n",
    }
    openreview.serve(
        ATTACHMENT, packing.zipped(packed), "application/zip", Content_Disposition='attachment; filename="7_extra.zip"'
    )
    paper = await fetch_paper(f"openreview:{ID}", library)
    assert set(library.files(paper.id)) >= {
        "supplementary/7_extra/appendix.pdf",
        "supplementary/7_extra/code/train.py",
    }
    assert "train.py" in next(w.message for w in paper.warnings if w.kind == "supplementary")
    extra = [b for b in paper.blocks if b.id.startswith("supp-")]
    assert any("batch size of 512" in b.text and b.page == 2 for b in extra)
    assert paper.pages == 2
    assert all(paper.block(b.section) for b in extra if b.section)
    assert len({b.id for b in paper.blocks}) == len(paper.blocks)


async def test_a_supplement_outlives_a_new_reading(
    openreview: VenueServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    openreview.serve(V2, note(ID, supplementary_material="/attachment/abc.pdf"))
    openreview.serve(ATTACHMENT, packing.pdf("A Proofs\n\nWe use a batch size of 512."))
    first = await fetch_paper(f"openreview:{ID}", library)
    monkeypatch.setattr("paper_implementer.tools.papers.fetch.parser_version", lambda source_format: "next")
    again = await fetch_paper(f"openreview:{ID}", library)
    assert again == first
    assert library.origin(first.id).parser_version == "next"


@pytest.mark.parametrize(
    "body",
    [
        packing.tar_gz({"../../escape.py": b"x"}),
        b"PK\x03\x04 and no more",
        b"<html><body>Log in</body></html>",
        packing.zipped({"a.bin": bytes(80 << 20)}),
    ],
    ids=["leads out", "damaged", "a page", "bomb"],
)
async def test_a_supplement_that_cannot_be_had_is_a_warning(
    openreview: VenueServer, library: Library, body: bytes
) -> None:
    openreview.serve(V2, note(ID, supplementary_material="/attachment/abc.zip"))
    openreview.serve(ATTACHMENT, body)
    paper = await fetch_paper(f"openreview:{ID}", library)
    assert kinds(paper) == {"supplementary_missing"}
    assert not any(name.startswith("supplementary/") for name in library.files(paper.id))


async def test_a_cut_transfer_goes_on(openreview: VenueServer, library: Library) -> None:
    openreview.serve(V2, note(ID))
    openreview.fail_at(PDF, Fault(cut_after=200))
    assert (await fetch_paper(f"openreview:{ID}", library)).pages == 1
    assert openreview.asked_at(PDF)[1].headers["Range"] == "bytes=200-"
