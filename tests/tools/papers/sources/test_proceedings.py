"""Papers of the proceedings that are web pages: each venue's own pages, links and layouts, and what their bad days look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.errors import NotFound, Unreachable, Unreadable
from paper_implementer.tools.papers.fetch import fetch_paper
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.paper import Paper
from paper_implementer.tools.papers.reference import VenueReference, parse_reference
from tests.support import packing
from tests.support.arxiv_server import Fault
from tests.support.venue_server import VenueServer, described, highwire

pytestmark = pytest.mark.anyio
TITLE = "Small Steps in Attention"
AUTHORS = ["Ada Example", "Ben Sample"]
REVERSED = ["Example, Ada", "Sample, Ben"]
HASH = "3f5ee243547dee91fbd053c1c4a845aa"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def kinds(paper: Paper) -> set[str]:
    return {w.kind for w in paper.warnings}


def text_of(paper: Paper) -> str:
    return "\n".join(b.text for b in paper.blocks)


class TestAcl:
    PAGE = highwire(
        "<h2 id=title><a href=https://aclanthology.org/P16-1162.pdf>Small Steps in Attention</a></h2>"
        '<div class="card bg-light"><div class="card-body acl-abstract"><h5 class="card-title">Abstract</h5>'
        "<span>We take small steps.</span></div></div>"
        '<a class="attachment btn" href="https://aclanthology.org/attachments/P16-1162.Notes.pdf">Notes</a>'
        '<a class="attachment btn" href="https://aclanthology.org/attachments/P16-1162.Poster.pdf">Poster</a>'
        '<a class="btn" title="Code" href="https://github.com/ada/steps"><span>Code</span></a>',
        title=TITLE,
        author=AUTHORS,
        publication_date="2016/8",
        conference_title="Proceedings of the 54th Annual Meeting of the Association for Computational Linguistics",
        pdf_url="https://aclanthology.org/P16-1162.pdf",
    )

    @pytest.fixture
    def acl(self, venues: VenueServer) -> VenueServer:
        venues.serve("https://aclanthology.org/P16-1162/", self.PAGE)
        venues.serve("https://aclanthology.org/P16-1162.pdf", packing.pdf())
        return venues

    @pytest.mark.parametrize(
        "typed",
        [
            "P16-1162",
            "acl:p16-1162",
            "https://aclanthology.org/P16-1162/",
            "aclanthology.org/P16-1162.pdf",
            "https://www.aclweb.org/anthology/P16-1162.pdf",
            "https://www.aclweb.org/anthology/papers/P/P16/P16-1162/",
            "https://doi.org/10.18653/v1/P16-1162",
            "10.18653/v1/p16-1162",
        ],
    )
    def test_every_way_to_write_a_paper(self, typed: str) -> None:
        assert parse_reference(typed) == VenueReference("acl", "P16-1162")

    async def test_a_paper(self, acl: VenueServer, library: Library) -> None:
        paper = await fetch_paper("P16-1162", library)
        assert (paper.id, paper.title, paper.authors, paper.year) == ("acl:P16-1162", TITLE, AUTHORS, 2016)
        assert (paper.venue or "").startswith("Proceedings of the 54th")
        assert paper.abstract == "We take small steps."
        assert "https://github.com/ada/steps" in paper.code_links
        assert kinds(paper) == {"supplementary_missing"}

    async def test_a_revision_is_a_paper_of_its_own(self, acl: VenueServer, library: Library) -> None:
        acl.serve("https://aclanthology.org/P16-1162v2.pdf", packing.pdf("The second version"))
        paper = await fetch_paper("https://aclanthology.org/P16-1162v2.pdf", library)
        assert paper.id == "acl:P16-1162v2"
        assert "second version" in text_of(paper)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (f'"{TITLE}"', f'"[RETRACTED] {TITLE}"'),
            ("<h2 ", '<div class="alert alert-danger">This paper was retracted on 2020-01-02.</div><h2 '),
        ],
    )
    async def test_a_retracted_paper(self, acl: VenueServer, library: Library, before: str, after: str) -> None:
        acl.serve("https://aclanthology.org/P16-1162/", self.PAGE.replace(before, after))
        assert [w.kind for w in (await described("P16-1162", library)).warnings] == ["withdrawn"]

    async def test_the_page_is_down_and_the_pdf_is_not(self, acl: VenueServer, library: Library) -> None:
        acl.fail_at("https://aclanthology.org/P16-1162/", Fault(status=403))
        assert kinds(await fetch_paper("P16-1162", library)) == {"metadata_unavailable"}

    async def test_an_unknown_id(self, acl: VenueServer, library: Library) -> None:
        with pytest.raises(NotFound, match=r"2020\.acl-main\.9999"):
            await fetch_paper("2020.acl-main.9999", library)


class TestCvf:
    NAME = "Example_Small_Steps_in_Attention_CVPR_2023"

    def page(self, folder: str, papers: str, pdf: str) -> str:
        return highwire(
            f'<div id="papertitle">{TITLE}<dd></dd></div><div id="authors"><b><i>Ada Example, Ben Sample</i></b>; Proceedings</div>'
            f'<div id="abstract">\nWe take small\nsteps.</div><dd>[<a href="{papers}">pdf</a>]'
            f'[<a href="{folder}/supplemental/Example_Small_Steps_CVPR_2023_supplemental.pdf">supp</a>]'
            '[<a href="http://arxiv.org/abs/2301.00001">arXiv</a>]<div class="bibref">@InProceedings{}</div></dd>',
            title=TITLE,
            author=REVERSED,
            publication_date="2023",
            conference_title="Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition",
            pdf_url=pdf,
        )

    @pytest.mark.parametrize(
        ("html", "pdf", "paper_id"),
        [
            ("content/CVPR2023/html", "content/CVPR2023/papers", "cvf:CVPR2023"),
            ("content/CVPR2021W/NTIRE/html", "content/CVPR2021W/NTIRE/papers", "cvf:CVPR2021W:NTIRE"),
            ("content_cvpr_2018/html", "content_cvpr_2018/papers", "cvf:content_cvpr_2018"),
            (
                "content_cvpr_2018_workshops/w4/html",
                "content_cvpr_2018_workshops/papers/w4",
                "cvf:content_cvpr_2018_workshops:w4",
            ),
            (
                "content_CVPRW_2019/html/NTIRE",
                "content_CVPRW_2019/papers/NTIRE",
                "cvf:content_CVPRW_2019:NTIRE",
            ),
            ("content_WACV_2020/html", "content_WACV_2020/papers", "cvf:content_WACV_2020"),
        ],
    )
    async def test_pages_and_pdfs_of_all_years(
        self, venues: VenueServer, library: Library, html: str, pdf: str, paper_id: str
    ) -> None:
        site = "https://openaccess.thecvf.com"
        address = f"{site}/{html}/{self.NAME}_paper.html"
        folder = "/" + html.partition("/html")[0]
        venues.serve(address, self.page(folder, f"/{pdf}/{self.NAME}_paper.pdf", f"{site}/{pdf}/{self.NAME}_paper.pdf"))
        paper = await described(address, library)
        assert paper.id == f"{paper_id}:{self.NAME}"
        assert (paper.title, paper.authors, paper.year) == (TITLE, AUTHORS, 2023)
        assert paper.abstract == "We take small steps."
        assert paper.pdf_urls == (f"{site}/{pdf}/{self.NAME}_paper.pdf",)
        assert paper.supplementary == (f"{site}{folder}/supplemental/Example_Small_Steps_CVPR_2023_supplemental.pdf",)
        for typed in (f"{site}/{pdf}/{self.NAME}_paper.pdf", paper.id, address.replace("https", "http")):
            assert parse_reference(typed) == parse_reference(address)

    async def test_without_its_page_the_pdf_is_where_it_always_is(self, venues: VenueServer, library: Library) -> None:
        site = "https://openaccess.thecvf.com/content/ICCV2021"
        venues.serve(f"{site}/html/{self.NAME}_paper.html", "", status=403)
        venues.serve(f"{site}/papers/{self.NAME}_paper.pdf", packing.pdf())
        paper = await fetch_paper(f"{site}/papers/{self.NAME}_paper.pdf", library)
        assert kinds(paper) == {"metadata_unavailable"}


class TestPmlr:
    @pytest.mark.parametrize(
        ("typed", "volume", "pdf"),
        [
            (
                "https://proceedings.mlr.press/v97/example19a.html",
                "v97",
                "http://proceedings.mlr.press/v97/example19a/example19a.pdf",
            ),
            ("http://proceedings.mlr.press/v97/example19a/example19a.pdf", "v97", ""),
            (
                "https://raw.githubusercontent.com/mlresearch/v235/main/assets/example19a/example19a.pdf",
                "v235",
                "https://raw.githubusercontent.com/mlresearch/v235/main/assets/example19a/example19a.pdf",
            ),
            ("pmlr:v97/example19a", "v97", ""),
        ],
    )
    async def test_a_paper(self, venues: VenueServer, library: Library, typed: str, volume: str, pdf: str) -> None:
        pdf = pdf or f"https://proceedings.mlr.press/{volume}/example19a/example19a.pdf"
        supplement = f"/{volume}/example19a/example19a-supp.pdf"
        page = highwire(
            f'<h1>{TITLE}</h1><div id="abstract" class="abstract"> We take small steps.</div>'
            f'<ul><li><a href="{pdf}" target="_blank">Download PDF</a></li>'
            f'<li><a href="{supplement}">Supplementary PDF</a></li>'
            '<li><a href="https://github.com/ada/steps">Code</a></li></ul>',
            title=TITLE,
            author=AUTHORS,
            publication_date="2019/05/24",
            conference_title="International Conference on Machine Learning",
            pdf_url=pdf,
        )
        venues.serve(f"https://proceedings.mlr.press/{volume}/example19a.html", page)
        paper = await described(typed, library)
        assert (paper.id, paper.title, paper.authors) == (f"pmlr:{volume}-example19a", TITLE, AUTHORS)
        assert (paper.year, paper.venue) == (2019, "International Conference on Machine Learning")
        assert paper.abstract == "We take small steps."
        assert paper.pdf_urls[0] == pdf.replace("http:", "https:")
        assert paper.supplementary == (f"https://proceedings.mlr.press{supplement}",)
        assert paper.code_links == ("https://github.com/ada/steps",)

    async def test_an_unknown_paper(self, venues: VenueServer, library: Library) -> None:
        with pytest.raises(NotFound, match="v97/nobody19a"):
            await fetch_paper("https://proceedings.mlr.press/v97/nobody19a.html", library)


class TestNeurips:
    def page(self, year: int, track: str = "", supplement: str = "") -> str:
        files = f"/paper_files/paper/{year}/file/{HASH}"
        links = f"<a class='btn' href='{files}-Paper{track}.pdf'>Paper</a>"
        if supplement:
            links += f"<a class='btn' href='{files}-{supplement}'>Supplemental</a>"
        return highwire(
            f"<div class='container-fluid'><div class='row'><div class='col p-3'><h4>{TITLE}</h4><p>Part of Advances</p>{links}"
            "<h4>Authors</h4><p><i>Ada Example, Ben Sample</i></p><h4>Abstract</h4><p><p>We take small steps.</p></p>"
            "</div></div></div><footer>Do not remove</footer>",
            title=TITLE,
            author=REVERSED,
            journal_title="Advances in Neural Information Processing Systems",
            publication_date=str(year),
            pdf_url=f"https://proceedings.neurips.cc{files}-Paper{track}.pdf",
        )

    @pytest.mark.parametrize(
        ("typed", "year", "track", "paper_id"),
        [
            (f"https://papers.nips.cc/paper/2017/hash/{HASH}-Abstract.html", 2017, "", f"2017-{HASH}"),
            (f"https://proceedings.neurips.cc/paper/2017/file/{HASH}-Paper.pdf", 2017, "", f"2017-{HASH}"),
            (f"neurips:2023-{HASH}", 2023, "-Conference", f"2023-{HASH}-Conference"),
            (
                f"https://proceedings.neurips.cc/paper_files/paper/2023/file/{HASH}-Paper-Conference.pdf",
                2023,
                "-Conference",
                f"2023-{HASH}-Conference",
            ),
            (
                f"https://papers.nips.cc/paper_files/paper/2022/hash/{HASH}-Abstract-Datasets_and_Benchmarks.html",
                2022,
                "-Datasets_and_Benchmarks",
                f"2022-{HASH}-Datasets_and_Benchmarks",
            ),
        ],
    )
    async def test_todays_layout(
        self, venues: VenueServer, library: Library, typed: str, year: int, track: str, paper_id: str
    ) -> None:
        root = f"https://proceedings.neurips.cc/paper_files/paper/{year}"
        venues.serve(f"{root}/hash/{HASH}-Abstract{track}.html", self.page(year, track))
        paper = await described(typed, library)
        assert paper.id == f"neurips:{paper_id}"
        assert (paper.title, paper.authors, paper.year) == (TITLE, AUTHORS, year)
        assert (paper.venue, paper.abstract) == (f"NeurIPS {year}", "We take small steps.")
        assert paper.pdf_urls == (f"{root}/file/{HASH}-Paper{track}.pdf",)

    async def test_the_former_layout_leads_to_the_present_one(self, venues: VenueServer, library: Library) -> None:
        root = "https://proceedings.neurips.cc/paper_files/paper/2012"
        venues.redirect("https://papers.nips.cc/paper/4824-small-steps", f"{root}/hash/{HASH}-Abstract.html")
        venues.serve(f"{root}/hash/{HASH}-Abstract.html", self.page(2012, supplement="Supplemental.zip"))
        venues.serve(f"{root}/file/{HASH}-Paper.pdf", packing.pdf())
        venues.serve(f"{root}/file/{HASH}-Supplemental.zip", packing.zipped({"code/a.py": b"lr = 1"}))
        paper = await fetch_paper("http://papers.nips.cc/paper/4824-small-steps.pdf", library)
        assert (paper.id, paper.year) == (f"neurips:2012-{HASH}", 2012)
        assert f"supplementary/{HASH}-Supplemental/code/a.py" in library.files(paper.id)
        assert "supplementary" in kinds(paper)
        seen = len(venues.requests)
        assert await fetch_paper("neurips:4824-small-steps", library) == paper
        assert len(venues.requests) == seen

    async def test_iclr_has_the_same_site(self, venues: VenueServer, library: Library) -> None:
        root = "https://proceedings.iclr.cc/paper_files/paper/2025"
        venues.serve(f"{root}/hash/{HASH}-Abstract-Conference.html", self.page(2025, "-Conference"))
        paper = await described(f"{root}/file/{HASH}-Paper-Conference.pdf", library)
        assert (paper.id, paper.venue) == (f"iclr:2025-{HASH}-Conference", "ICLR 2025")

    async def test_a_page_that_is_no_papers(self, venues: VenueServer, library: Library) -> None:
        root = "https://proceedings.neurips.cc/paper_files/paper/2017"
        venues.serve(f"{root}/hash/{HASH}-Abstract.html", "<html><body>Search our proceedings</body></html>")
        with pytest.raises(Unreadable, match="no page of a paper"):
            await fetch_paper(f"{root}/hash/{HASH}-Abstract.html", library)


class TestAaai:
    PAGE = highwire(
        '<section class="item abstract"><h2 class="label">Abstract</h2>We take small steps.</section>'
        '<a class="obj_galley_link pdf" href="https://ojs.aaai.org/index.php/AAAI/article/view/17325/17132">PDF</a>',
        journal_title="Proceedings of the AAAI Conference on Artificial Intelligence",
        author=AUTHORS,
        title=TITLE,
        date="2021/05/18",
        volume="35",
        doi="10.1609/aaai.v35i12.17325",
        pdf_url="https://ojs.aaai.org/index.php/AAAI/article/download/17325/17132",
    )

    @pytest.fixture
    def aaai(self, venues: VenueServer) -> VenueServer:
        venues.serve("https://ojs.aaai.org/index.php/AAAI/article/view/17325", self.PAGE)
        venues.serve(
            "https://ojs.aaai.org/index.php/AAAI/article/download/17325/17132",
            packing.pdf(),
            "application/pdf",
            Content_Disposition='inline; filename="17325-Article Text-20819-1-2-20210518.pdf"',
        )
        return venues

    @pytest.mark.parametrize(
        "typed",
        [
            "https://ojs.aaai.org/index.php/AAAI/article/view/17325",
            "https://ojs.aaai.org/index.php/AAAI/article/view/17325/17132",
            "https://ojs.aaai.org/index.php/AAAI/article/download/17325/17132",
            "https://www.aaai.org/ojs/index.php/AAAI/article/view/17325",
            "aaai:17325",
            "10.1609/aaai.v35i12.17325",
        ],
    )
    def test_every_way_to_write_a_paper(self, typed: str) -> None:
        assert parse_reference(typed) == VenueReference("aaai", "17325")

    async def test_a_paper(self, aaai: VenueServer, library: Library) -> None:
        paper = await fetch_paper("aaai:17325", library)
        assert (paper.id, paper.title, paper.authors, paper.year) == ("aaai:17325", TITLE, AUTHORS, 2021)
        assert paper.venue == "Proceedings of the AAAI Conference on Artificial Intelligence"
        assert paper.abstract == "We take small steps."

    async def test_a_page_without_tags_links_its_galley(self, aaai: VenueServer, library: Library) -> None:
        page = self.PAGE.replace("citation_pdf_url", "nothing")
        aaai.serve("https://ojs.aaai.org/index.php/AAAI/article/view/17325", page)
        galley = "https://ojs.aaai.org/index.php/AAAI/article/download/17325/17132"
        assert (await described("aaai:17325", library)).pdf_urls == (galley,)

    async def test_a_login_in_place_of_the_pdf(self, aaai: VenueServer, library: Library) -> None:
        page = "<html><head><title>Login | AAAI</title></head><body></body></html>"
        aaai.serve("https://ojs.aaai.org/index.php/AAAI/article/download/17325/17132", page)
        with pytest.raises(Unreadable, match="login"):
            await fetch_paper("aaai:17325", library)

    async def test_the_site_is_down(self, aaai: VenueServer, library: Library) -> None:
        aaai.fail_at("https://ojs.aaai.org", Fault(status=403))
        with pytest.raises(Unreachable, match="403"):
            await fetch_paper("aaai:17325", library)


class TestJmlr:
    @pytest.mark.parametrize(
        ("typed", "volume", "name"),
        [
            ("https://jmlr.org/papers/v21/20-074.html", 21, "20-074"),
            ("http://www.jmlr.org/papers/volume21/20-074/20-074.pdf", 21, "20-074"),
            ("jmlr.org/papers/v3/example03a.html", 3, "example03a"),
            ("jmlr:v3-example03a", 3, "example03a"),
        ],
    )
    async def test_a_paper(self, venues: VenueServer, library: Library, typed: str, volume: int, name: str) -> None:
        pdf = f"papers/volume{volume}/{name}/{name}.pdf"
        page = highwire(
            f"<div id='content'><h2>{TITLE}</h2><p><b><i>Ada Example, Ben Sample</i></b>; 21(140):1-67, 2020.</p>"
            "<h3>Abstract</h3><p class='abstract'>\nWe take small steps.\n<p>[abs]"
            f"[<a target=_blank href='/{pdf}'>pdf</a>][<a href=\"/papers/v{volume}/{name}.bib\">bib</a>]"
            "[<a href='https://github.com/ada/steps'>code</a>]<p>",
            title=TITLE,
            author=AUTHORS,
            journal_title="Journal of Machine Learning Research",
            publication_date="2020",
            pdf_url=f"http://jmlr.org/{pdf}",
        )
        venues.serve(f"https://jmlr.org/papers/v{volume}/{name}.html", page)
        paper = await described(typed, library)
        assert (paper.id, paper.title, paper.authors) == (f"jmlr:v{volume}-{name}", TITLE, AUTHORS)
        assert (paper.year, paper.venue) == (2020, "Journal of Machine Learning Research")
        assert paper.abstract == "We take small steps."
        assert (paper.pdf_urls, paper.code_links) == ((f"https://jmlr.org/{pdf}",), ("https://github.com/ada/steps",))
