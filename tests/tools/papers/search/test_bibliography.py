"""The Anthology's BibTeX file becomes an index that finds papers by most of their words."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.errors import TooLarge, Unreadable
from paper_implementer.tools.papers.search import bibliography
from paper_implementer.tools.papers.search.anthology import Row, look_up, look_up_named
from paper_implementer.tools.papers.search.bibliography import build, unlatexed
from tests.support.search_server import bib_entry


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def built(index: Path, *entries: str, packed: bool = True) -> Path:
    text = ("% a comment\n" + "\n".join(entries)).encode()
    source = index.with_suffix(".bib")
    source.write_bytes(gzip.compress(text) if packed else text)
    build(str(source), str(index))
    return index


def found(index: Path, *words: str, years: tuple[int | None, int | None] = (None, None)) -> list[str]:
    return [row[0] for row in look_up(index, words, years, 0, 50)]


class TestReading:
    def test_an_entry(self, index: Path) -> None:
        entry = bib_entry(
            "2020.acl-main.703",
            r"{BART}: {D}enoising \& ``Sequence''--to--Sequence {$x$}",
            authors=(r"Lewis, Mike", r"Gonz{\'a}lez, Jos{\'e}", r"Sch{\"u}tze, Hinrich"),
            doi="10.18653/v1/2020.acl-main.703",
            year=2020,
        )
        row: Row = (
            "2020.acl-main.703",
            "10.18653/v1/2020.acl-main.703",
            "BART: Denoising & “Sequence”–to–Sequence x",
            ("Mike Lewis", "José González", "Hinrich Schütze"),
            2020,
            "Proceedings of the Annual Meeting",
        )
        assert look_up(built(index, entry), ("bart",), (None, None), 0, 5) == [row]

    def test_a_file_that_came_unpacked(self, index: Path) -> None:
        assert found(built(index, bib_entry("P19-1001", "Deep Nets"), packed=False), "nets") == ["P19-1001"]

    def test_volumes_damaged_and_endless_entries_are_left_out(self, index: Path) -> None:
        built(
            index,
            bib_entry("2020.acl-main.0", "Proceedings about Nets", kind="proceedings"),
            '@inproceedings{broken,\n title = "Nets',
            bib_entry("P19-1001", "Nets " * 20_000),
            bib_entry("no id at all", "Nets"),
            bib_entry("P19-1002", "Nets"),
            bib_entry("P19-1002", "Nets Again"),
        )
        assert found(index, "nets") == ["P19-1002"]

    @pytest.mark.parametrize(
        "content", [b"", b"<html>Sign in</html>", gzip.compress(b"% none"), gzip.compress(b"@x{" * 9000)[:-20]]
    )
    def test_what_is_no_bibliography(self, index: Path, content: bytes) -> None:
        source = index.with_suffix(".bib")
        source.write_bytes(content)
        with pytest.raises(Unreadable, match="ACL Anthology"):
            build(str(source), str(index))

    def test_a_bomb(self, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bibliography, "MAX_PLAIN_BYTES", 1 << 20)
        source = index.with_suffix(".bib")
        source.write_bytes(gzip.compress(b"\0" * (8 << 20)))
        with pytest.raises(TooLarge):
            build(str(source), str(index))

    @pytest.mark.parametrize(
        ("latex", "text"),
        [
            (r"Ji{\v{r}}{\'\i} Ha{\v c}ek", "Jiří Haček"),
            (r"{\L}ukasz {\O}stling \ss", "Łukasz Østling ß"),
            (r"50\% of \textit{all} {\textquotedblleft}x{\textquotedblright}", "50% of all “x”"),
            (r"Fran\c{c}ois \~{n} \=o", "François ñ ō"),
            ("a~b---c", "a b—c"),
        ],
    )
    def test_latex(self, latex: str, text: str) -> None:
        assert unlatexed(latex) == text

    @given(st.text(max_size=60))
    def test_any_latex(self, text: str) -> None:
        assert "{" not in unlatexed(text)


class TestLookingUp:
    @pytest.fixture
    def papers(self, index: Path) -> Path:
        return built(
            index,
            bib_entry("P19-1001", "Neural Machine Translation", year=2019),
            bib_entry("P20-1001", "Translating with Neural Machines", year=2020, authors=(r"M{\"u}ller, Ada",)),
            bib_entry("P21-1001", "Parsing", year=2021, venue="Workshop on Neural Machine Translation"),
            bib_entry("P22-1001", "One Two Three Five", year=2022, doi="10.1000/x"),
        )

    def test_the_title_counts_most_and_words_have_many_forms(self, papers: Path) -> None:
        assert found(papers, "neural", "machine", "translation")[-1] == "P21-1001"
        assert set(found(papers, "translations")) == {"P19-1001", "P20-1001", "P21-1001"}

    def test_phrases_names_without_accents_and_years(self, papers: Path) -> None:
        assert set(found(papers, "machine translation")) == {"P19-1001", "P21-1001"}
        assert found(papers, "muller", "neural") == ["P20-1001"]
        assert found(papers, "neural", years=(2020, 2020)) == ["P20-1001"]
        assert found(papers, "neural", years=(None, 2019)) == ["P19-1001"]

    def test_of_few_words_all_of_four_all_but_one(self, papers: Path) -> None:
        assert found(papers, "one", "two", "four") == []
        assert found(papers, "one", "two", "three", "four") == ["P22-1001"]
        assert found(papers, "one", "two", "six", "four") == []

    def test_by_id_and_doi(self, papers: Path) -> None:
        assert [row[0] for row in look_up_named(papers, "P19-1001", "")] == ["P19-1001"]
        assert [row[0] for row in look_up_named(papers, "", "10.1000/x")] == ["P22-1001"]
        assert look_up_named(papers, "P99-9999", "") == []

    @pytest.mark.parametrize("word", ["NEAR", "AND", "title", "OR", "a" * 500, "²", "方程式"])
    def test_words_of_the_index_itself_are_words(self, papers: Path, word: str) -> None:
        assert found(papers, word, "neural") == []
