"""Papers by DOI and by any other address: what publishers answer, open copies, and pages in place of papers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.errors import NotFound, RefusedForSafety, TooLarge, Unreachable, Unreadable
from paper_implementer.tools.papers.fetch import fetch_paper
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.paper import Paper
from paper_implementer.tools.papers.reference import ArxivReference, VenueReference, parse_reference
from tests.support import packing
from tests.support.arxiv_server import Fault
from tests.support.venue_server import VenueServer, described, highwire

pytestmark = pytest.mark.anyio
DOI = "10.1145/3292500.3330701"
CROSSREF = "https://api.crossref.org/works/10.1145%2F3292500.3330701"
LANDING = "https://publisher.example/doi/10.1145/3292500.3330701"
SCHOLAR = "https://api.semanticscholar.org/graph/v1/paper/DOI:10.1145%2F3292500.3330701?fields=openAccessPdf"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def kinds(paper: Paper) -> set[str]:
    return {w.kind for w in paper.warnings}


def work(landing: str = LANDING, **fields: Any) -> dict[str, Any]:
    """Crossref's answer about a DOI."""
    message = {
        "DOI": DOI,
        "type": "proceedings-article",
        "title": ["Small <i>Steps</i> in Attention"],
        "author": [
            {"given": "Ada", "family": "Example", "sequence": "first", "affiliation": []},
            {"name": "The Sample Group", "sequence": "additional"},
        ],
        "issued": {"date-parts": [[2019, 7, 25]]},
        "container-title": ["Proceedings of the 25th Conference on Examples"],
        "abstract": "<jats:title>Abstract</jats:title><jats:p>We take small steps.</jats:p>",
        "resource": {"primary": {"URL": landing}},
    }
    return {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": message | fields}


def link(url: str, purpose: str = "syndication") -> dict[str, str]:
    return {
        "URL": url,
        "content-type": "application/pdf",
        "content-version": "vor",
        "intended-application": purpose,
    }


class TestDoi:
    @pytest.mark.parametrize(
        ("typed", "reference"),
        [
            (DOI, VenueReference("doi", DOI)),
            (f"doi:{DOI}", VenueReference("doi", DOI)),
            (f"DOI: {DOI}", VenueReference("doi", DOI)),
            (f"https://doi.org/{DOI}", VenueReference("doi", DOI)),
            (f"http://dx.doi.org/{DOI.upper()}", VenueReference("doi", DOI)),
            (f"https://dl.acm.org/doi/pdf/{DOI}", VenueReference("doi", DOI)),
            (
                "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
                VenueReference("doi", "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"),
            ),
            ("10.48550/arXiv.1706.03762", ArxivReference("1706.03762")),
            ("https://doi.org/10.18653/v1/2020.acl-main.1", VenueReference("acl", "2020.acl-main.1")),
            ("doi:10.3115/v1/D14-1162", VenueReference("acl", "D14-1162")),
            ("10.1609/icwsm.v15i1.18040", VenueReference("aaai", "ICWSM-18040")),
            ("10.1609/aaai.v33i01.33017370", VenueReference("doi", "10.1609/aaai.v33i01.33017370")),
        ],
    )
    def test_every_way_to_write_one(self, typed: str, reference: object) -> None:
        assert parse_reference(typed) == reference

    async def test_the_pdf_that_crossref_links(self, venues: VenueServer, library: Library) -> None:
        venues.serve(
            CROSSREF, work(link=[link("https://publisher.example/mine", "text-mining"), link(f"{LANDING}.pdf")])
        )
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, highwire("A page"))
        venues.serve(f"{LANDING}.pdf", packing.pdf())
        paper = await fetch_paper(f"https://doi.org/{DOI}", library)
        assert (paper.id, paper.title) == (f"doi:{DOI}", "Small Steps in Attention")
        assert paper.authors == ["Ada Example", "The Sample Group"]
        assert (paper.year, paper.venue) == (2019, "Proceedings of the 25th Conference on Examples")
        assert paper.abstract == "We take small steps."
        assert paper.warnings == []
        assert not venues.asked_at("https://publisher.example/mine")
        seen = len(venues.requests)
        assert await fetch_paper(paper.id, library) == paper
        assert len(venues.requests) == seen

    async def test_the_pdf_that_the_landing_page_names(self, venues: VenueServer, library: Library) -> None:
        venues.serve(CROSSREF, work())
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, highwire(pdf_url="/doi/pdf/x"))
        assert (await described(DOI, library)).pdf_urls == ("https://publisher.example/doi/pdf/x",)

    async def test_an_address_that_is_the_pdf_itself(self, venues: VenueServer, library: Library) -> None:
        venues.serve(CROSSREF, work())
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, packing.pdf())
        paper = await fetch_paper(DOI, library)
        assert (paper.pages, paper.title) == (1, "Small Steps in Attention")
        assert len(venues.asked_at(LANDING)) == 1

    @pytest.mark.parametrize("paywall", ["403", "login"])
    async def test_an_open_copy_where_the_publisher_wants_to_be_paid(
        self, venues: VenueServer, library: Library, paywall: str
    ) -> None:
        venues.serve(CROSSREF, work(link=[link(f"{LANDING}.pdf")]))
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, highwire(title="Small Steps"))
        if paywall == "403":
            venues.serve(f"{LANDING}.pdf", "<html>Forbidden</html>", status=403)
        else:
            venues.serve(f"{LANDING}.pdf", "<html><title>Sign in to continue</title></html>")
        venues.serve(
            SCHOLAR, {"paperId": "0" * 40, "openAccessPdf": {"url": "https://lab.example/p.pdf", "status": "GREEN"}}
        )
        venues.serve("https://lab.example/p.pdf", packing.pdf())
        paper = await fetch_paper(DOI, library)
        assert paper.id == f"doi:{DOI}"
        assert "https://lab.example/p.pdf" in next(w.message for w in paper.warnings if w.kind == "open_copy")

    async def test_an_open_copy_behind_its_page(self, venues: VenueServer, library: Library) -> None:
        venues.serve(CROSSREF, work())
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, highwire(title="Small Steps"))
        venues.serve(SCHOLAR, {"openAccessPdf": {"url": "https://lab.example/abs/7"}})
        venues.serve("https://lab.example/abs/7", highwire(pdf_url="https://lab.example/pdf/7"))
        venues.serve("https://lab.example/pdf/7", packing.pdf())
        assert kinds(await fetch_paper(DOI, library)) == {"open_copy"}

    async def test_a_paywall_names_the_page_and_says_to_pass_the_pdf(
        self, venues: VenueServer, library: Library
    ) -> None:
        venues.serve(CROSSREF, work())
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, highwire(title="Small Steps"))
        venues.serve(SCHOLAR, {"paperId": "0" * 40, "openAccessPdf": {"url": "", "status": "CLOSED"}})
        with pytest.raises(NotFound, match="No open PDF") as caught:
            await fetch_paper(DOI, library)
        assert LANDING in caught.value.message
        assert "pass the file" in caught.value.hint

    async def test_a_publisher_that_refuses_programs(self, venues: VenueServer, library: Library) -> None:
        venues.serve(CROSSREF, work())
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, "<html>Just a moment...</html>", status=403)
        with pytest.raises(NotFound, match=r"No open PDF.*403"):
            await fetch_paper(DOI, library)

    async def test_a_doi_of_a_venue_is_a_paper_of_that_venue(self, venues: VenueServer, library: Library) -> None:
        page = "https://ojs.aaai.org/index.php/AAAI/article/view/4777"
        venues.serve("https://api.crossref.org/works/10.1609%2Faaai.v33i01.33017370", work(page))
        venues.serve(page, highwire(title="At AAAI", pdf_url=page.replace("view", "download") + "/4655"))
        venues.serve(page.replace("view", "download") + "/4655", packing.pdf())
        paper = await fetch_paper("10.1609/aaai.v33i01.33017370", library)
        assert (paper.id, paper.title) == ("aaai:4777", "At AAAI")
        seen = len(venues.requests)
        assert (await fetch_paper("10.1609/aaai.v33i01.33017370", library)).id == "aaai:4777"
        assert len(venues.requests) == seen

    async def test_a_doi_that_crossref_does_not_know(self, venues: VenueServer, library: Library) -> None:
        venues.serve(CROSSREF, "Resource not found.", "text/plain", status=404)
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, highwire(title="At DataCite", author=["Example, Ada"], pdf_url="/p.pdf"))
        assert (await described(DOI, library)).title == "At DataCite"

    async def test_nobody_can_be_asked(self, venues: VenueServer, library: Library) -> None:
        for url in (CROSSREF, f"https://doi.org/{DOI}"):
            venues.serve(url, "", status=403)
        with pytest.raises(Unreachable, match="403"):
            await fetch_paper(DOI, library)

    async def test_a_doi_that_nobody_knows(self, venues: VenueServer, library: Library) -> None:
        with pytest.raises(NotFound, match="not registered"):
            await fetch_paper("10.1145/0000000", library)

    async def test_a_retracted_paper(self, venues: VenueServer, library: Library) -> None:
        notice = {"DOI": "10.1145/9999999", "type": "retraction", "label": "Retraction", "source": "publisher"}
        fields: dict[str, Any] = {"updated-by": [notice], "link": [link(f"{LANDING}.pdf")]}
        venues.serve(CROSSREF, work(**fields))
        paper = await described(DOI, library)
        assert [w.kind for w in paper.warnings] == ["withdrawn"]
        assert "https://doi.org/10.1145/9999999" in paper.warnings[0].message

    async def test_crossrefs_record_may_be_odd(self, venues: VenueServer, library: Library) -> None:
        odd = work(
            title=None, author=[None, {}], issued={"date-parts": [[None]]}, abstract=7, link=[{}, None], resource=None
        )
        venues.serve(CROSSREF, odd)
        venues.redirect(f"https://doi.org/{DOI}", LANDING)
        venues.serve(LANDING, highwire(title="Small Steps", pdf_url="/p.pdf"))
        paper = await described(DOI, library)
        assert (paper.title, paper.authors, paper.year) == ("Small Steps", [], None)


class TestAnyAddress:
    URL = "https://lab.example/~ada/steps.pdf"

    async def test_a_pdf(self, venues: VenueServer, library: Library, tmp_path: Path) -> None:
        venues.serve(self.URL, packing.pdf(), "application/octet-stream")
        paper = await fetch_paper(self.URL, library)
        assert paper.id.startswith("steps-")
        seen = len(venues.requests)
        for typed in (self.URL, f"{self.URL}#page=2", paper.id):
            assert await fetch_paper(typed, library) == paper
        assert len(venues.requests) == seen
        (tmp_path / "mine.pdf").write_bytes(packing.pdf())
        shutil.copyfile(next(iter(library.files(paper.id).values())), tmp_path / "mine.pdf")
        assert (await fetch_paper(str(tmp_path / "mine.pdf"), library)).id == paper.id

    async def test_the_same_pdf_at_a_second_address_is_the_same_paper(
        self, venues: VenueServer, library: Library
    ) -> None:
        page = "https://lab.example/steps"
        venues.serve(page, highwire(title="Small Steps in Attention", pdf_url=self.URL))
        venues.serve(self.URL, packing.pdf())
        first = await fetch_paper(page, library)
        assert await fetch_paper(self.URL, library) == first
        assert len(library.all()) == 1

    async def test_a_page_that_names_its_pdf(self, venues: VenueServer, library: Library) -> None:
        page = "https://lab.example/steps?lang=en"
        venues.serve(
            page, highwire(title="Small Steps in Attention", author=["Example, Ada"], pdf_url="files/steps.pdf")
        )
        venues.serve("https://lab.example/files/steps.pdf", packing.pdf())
        paper = await fetch_paper(page, library)
        assert paper.id.startswith("small-steps-in-attention-")
        assert (paper.title, paper.authors) == ("Small Steps in Attention", ["Ada Example"])

    async def test_a_page_without_tags_that_links_one_pdf(self, venues: VenueServer, library: Library) -> None:
        page = "https://lab.example/steps"
        links = "<a href='steps.pdf'>pdf</a> <a href='/steps.pdf#page=2'>p. 2</a> <a href='steps-supp.pdf'>supplementary</a>"
        venues.serve(page, f"<html>{links}</html>")
        paper = await described(page, library)
        assert paper.pdf_urls == ("https://lab.example/steps.pdf",)
        assert paper.supplementary == ("https://lab.example/steps-supp.pdf",)
        venues.serve(page, "<html><a href='steps.pdf'>Paper</a> <a href='/other.pdf'>Another</a></html>")
        with pytest.raises(Unreadable, match="more than one"):
            await described(page, library)

    def test_a_file_that_github_shows(self) -> None:
        typed = "https://github.com/ada/steps/blob/main/paper/steps.pdf?raw=true"
        assert parse_reference(typed) == VenueReference("url", "https://github.com/ada/steps/raw/main/paper/steps.pdf")

    async def test_an_article_of_latexml(self, venues: VenueServer, library: Library) -> None:
        venues.serve("https://lab.example/steps.html", packing.HTML)
        paper = await fetch_paper("https://lab.example/steps.html", library)
        assert (paper.source_format, paper.title) == ("html", "Small Steps in Attention")

    async def test_latex_source_in_an_archive(self, venues: VenueServer, library: Library) -> None:
        source = packing.tar_gz({"main.tex": packing.LATEX.encode()})
        venues.serve("https://lab.example/steps.tar.gz", source, "application/gzip")
        paper = await fetch_paper("https://lab.example/steps.tar.gz", library)
        assert (paper.source_format, paper.title) == ("latex", "Small Steps in Attention")

    @pytest.mark.parametrize(
        ("body", "kind", "says"),
        [
            ("<html><head><title>My papers</title></head></html>", "application/pdf", r"web page.*'My papers'"),
            ("<html><head><title>Attention Required! | Example</title></head></html>", "text/html", "human"),
            ("<html><head><title>Log in</title></head></html>", "text/html", "login"),
            (b"\x89PNG\r\n\x1a\n", "application/pdf", "came as 'application/pdf'"),
            (b"", "application/pdf", "empty"),
        ],
    )
    async def test_what_is_no_paper(
        self, venues: VenueServer, library: Library, body: bytes | str, kind: str, says: str
    ) -> None:
        venues.serve(self.URL, body, kind)
        with pytest.raises(Unreadable, match=says) as caught:
            await fetch_paper(self.URL, library)
        assert caught.value.hint
        assert self.URL in caught.value.message
        assert library.all() == []

    async def test_a_page_that_names_itself_as_its_pdf(self, venues: VenueServer, library: Library) -> None:
        venues.serve(self.URL, highwire(pdf_url=self.URL))
        with pytest.raises(Unreadable, match="names no PDF"):
            await fetch_paper(self.URL, library)

    async def test_nothing_there(self, venues: VenueServer, library: Library) -> None:
        with pytest.raises(NotFound, match="404"):
            await fetch_paper(self.URL, library)

    async def test_a_host_that_refuses(self, venues: VenueServer, library: Library) -> None:
        venues.fail_at(self.URL, Fault(status=401))
        with pytest.raises(Unreachable, match="401"):
            await fetch_paper(self.URL, library)

    async def test_a_page_that_points_into_the_private_network(self, venues: VenueServer, library: Library) -> None:
        venues.serve(self.URL, highwire(pdf_url="http://169.254.169.254/latest/meta-data"))
        with pytest.raises(RefusedForSafety, match=r"169\.254\.169\.254"):
            await fetch_paper(self.URL, library)

    async def test_an_archive_that_unpacks_to_too_much(self, venues: VenueServer, library: Library) -> None:
        venues.serve(self.URL, packing.zipped({"main.tex": bytes(80 << 20)}))
        with pytest.raises(TooLarge):
            await fetch_paper(self.URL, library)
