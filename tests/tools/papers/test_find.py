"""What is in the library is found, by words and by formulas, whatever is typed; the index says what the blocks say."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paper_implementer.tools.errors import BadReference, NotFound, PaperImplementerError
from paper_implementer.tools.papers import library as library_module
from paper_implementer.tools.papers.find import find_in_papers
from paper_implementer.tools.papers.find_query import STOP_WORDS
from paper_implementer.tools.papers.library import Library, Origin
from paper_implementer.tools.papers.paper import Block, Paper
from paper_implementer.tools.papers.words import fold

ATTENTION = (
    r"\mathrm{Attention}(Q,K,V) = \mathrm{softmax}\left(\frac{\mathbf{Q}\mathbf{K}^{\top}}{\sqrt{d_{k}}}\right)V"
)
LOSS = r"\mathcal{L} = \lambda_{\mathrm{cls}} \mathcal{L}_{cls} + \alpha\,\lVert W \rVert^2"
STEP = r"\theta_{t+1} = \theta_t - \alpha \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)"


def par(number: int, text: str, page: int | None = None) -> Block:
    return Block(id=f"par:{number}", kind="paragraph", text=text, page=page)


def eq(number: int, latex: str) -> Block:
    return Block(id=f"eq:{number}", kind="equation", number=str(number), latex=latex, text=f"$$ {latex} $$")


def sec(number: int, title: str) -> Block:
    return Block(id=f"sec:{number}", kind="section", number=str(number), title=title, text=title, level=1)


def save(library: Library, paper_id: str, *blocks: Block, title: str = "A Title", alias: str = "") -> None:
    paper = Paper(id=paper_id, title=title, authors=["Ada Lovelace"], source_format="latex", blocks=list(blocks))
    library.save(paper, {}, Origin(paper_id, "1", "latex"), (alias,) if alias else ())


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Two papers on steps and attention."""
    library = Library(tmp_path / "home")
    save(
        library,
        "1706.03762v5",
        sec(1, "Scaled Attention"),
        par(1, "Queries meet keys of dimension $d_k$; the weights are a softmax.", page=3),
        eq(1, ATTENTION),
        par(2, "We use label smoothing of 0.1, and a dropout rate of 0.3 for the base model.", page=7),
        Block(
            id="tab:1",
            kind="table",
            number="1",
            caption="Scores by depth",
            text="",
            rows=[["layers", "BLEU"], ["6", "27.3"]],
        ),
        par(3, "The model was fine-tuned, then it was trained on the Poincaré ball."),
        title="Attending to Everything",
        alias="arXiv:1706.03762",
    )
    save(
        library,
        "steps-01234567",
        sec(1, "Method"),
        par(1, "The learning rate is warmed up linearly; regularization is decoupled weight decay."),
        eq(1, STEP),
        eq(2, LOSS),
        par(2, "Smoothing came late, long after any label had been seen by the layers."),
        Block(id="ref:1", kind="reference", number="1", text="A. Author. Weight decay, decoupled. 2019."),
    )
    return library


def found(library: Library, query: str, **arguments: object) -> list[str]:
    """Where the hits of a query are, as `id of the block@beginning of the paper's id`."""
    result = find_in_papers(library, query, **arguments)  # type: ignore[arg-type]
    return [f"{hit.id}@{hit.paper[:5]}" for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("dropout", "par:2@1706."),
        ("DROPOUT rates", "par:2@1706."),
        ("poincare", "par:3@1706."),
        ("Poincare\u0301 Ball", "par:3@1706."),
        ("ﬁne\u2010tuning", "par:3@1706."),
        ("fine tuning", "par:3@1706."),
        ("finetuned", "par:3@1706."),
        ("warm-up", "par:1@steps"),
        ("normalised regularisation", "par:1@steps"),
        ("regularizer", "par:1@steps"),
        ("regulari*", "par:1@steps"),
        ('"weight decay"', "par:1@steps"),
        ("label smoothing", "par:2@1706."),
        ("smoothing -dropout", "par:2@steps"),
        ('label -"label smoothing"', "par:2@steps"),
        ("what is the dropout rate of the base model?", "par:2@1706."),
        ("scaled attention", "sec:1@1706."),
        ("attending to everything", "sec:1@1706."),
        ("lovelace everything", "sec:1@1706."),
        ("27.3", "tab:1@1706."),
        ("table 1", "tab:1@1706."),
        ("equation 2", "eq:2@steps"),
        ("0.1", "par:2@1706."),
    ],
)
def test_words_find_what_a_reader_means(library: Library, query: str, first: str) -> None:
    assert found(library, query)[:1] == [first]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        (r"softmax(QK^T/\sqrt{d_k})", "eq:1@1706."),
        (r"softmax ( Q K^T / \sqrt { d _ k } )", "eq:1@1706."),
        (r"$\operatorname{softmax}(\tfrac{QK^{T}}{\sqrt{d_k}})$", "eq:1@1706."),
        ("softmax(QKᵀ/√d_k)", "eq:1@1706."),
        (r"QK^\top", "eq:1@1706."),
        (r"Q K^{\mathsf{T}}", "eq:1@1706."),
        (r"\lambda_{cls}", "eq:2@steps"),
        ("lambda_cls", "eq:2@steps"),
        (r"\lambda_{\text{cls}} L_{cls}", "eq:2@steps"),
        ("λ_{cls}", "eq:2@steps"),
        (r"\alpha \hat m_t", "eq:1@steps"),
        (r"θ_{t+1} = θ_t", "eq:1@steps"),
        ("‖W‖²", "eq:2@steps"),
        ("epsilon", "eq:1@steps"),
        ("ε", "eq:1@steps"),
    ],
)
def test_formulas_find_what_they_mean_however_they_are_written(library: Library, query: str, first: str) -> None:
    assert found(library, query)[:1] == [first]


@pytest.mark.parametrize("query", [r"\alpha", "α", "alpha", "𝛼"])
def test_a_greek_letter_has_many_names(library: Library, query: str) -> None:
    assert set(found(library, query)) == {"eq:1@steps", "eq:2@steps"}


@pytest.mark.parametrize("query", ["d_k", "d_{k}", r"d_{\mathrm k}", "dₖ"])
def test_formulas_in_the_text_are_found_like_displayed_ones(library: Library, query: str) -> None:
    assert set(found(library, query)) == {"eq:1@1706.", "par:1@1706."}


def test_an_equation_that_is_not_quite_the_same_is_found_after_the_one_that_is(library: Library) -> None:
    save(library, "other-01234567", eq(7, r"Q K_j^T"), eq(8, r"a^T b"))
    ranked = found(library, "QK^T")
    assert ranked[0] == "eq:1@1706."
    assert "eq:7@other" in ranked[1:]


def test_all_words_come_first_and_some_are_said_to_be_some(library: Library) -> None:
    result = find_in_papers(library, "dropout zebra")
    assert [hit.id for hit in result.hits] == ["par:2"]
    assert result.reason is not None
    assert "some" in result.reason
    assert find_in_papers(library, "dropout").reason is None


def test_only_some_kinds(library: Library) -> None:
    assert found(library, "weight decay", kinds=["reference"]) == ["ref:1@steps"]
    assert found(library, "softmax", kinds=["equation", "table"]) == ["eq:1@1706."]
    with pytest.raises(BadReference, match="'formula'") as caught:
        find_in_papers(library, "softmax", kinds=["formula"])
    assert "equation" in caught.value.hint


def test_the_bibliography_comes_after_the_text(library: Library) -> None:
    assert found(library, "weight decay") == ["par:1@steps", "ref:1@steps"]


def test_only_one_paper(library: Library) -> None:
    assert found(library, "smoothing", paper="steps-01234567") == ["par:2@steps"]
    for reference in ("1706.03762v5", "1706.03762", "https://arxiv.org/abs/1706.03762", "arXiv:1706.03762v5"):
        assert found(library, "smoothing", paper=reference) == ["par:2@1706."]


@pytest.mark.parametrize("reference", ["2001.00001", "other-01234567", "10.1000/xyz123"])
def test_a_paper_that_is_not_there_is_to_be_fetched(library: Library, reference: str) -> None:
    with pytest.raises(NotFound, match="no paper") as caught:
        find_in_papers(library, "smoothing", paper=reference)
    assert "fetch_paper" in caught.value.hint


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    result = find_in_papers(Library(tmp_path), "attention")
    assert result.hits == []
    assert result.reason is not None
    assert "fetch_paper" in result.reason


def test_nothing_is_never_without_a_reason(library: Library) -> None:
    for query in ("zebra", '"rate dropout"', "zebra -dropout", "", " ", '"', "-dropout", "?!*()", "\x00", "*", "$$"):
        result = find_in_papers(library, query)
        assert result.hits == []
        assert result.reason


def test_the_limit(library: Library) -> None:
    save(library, "many-01234567", *(par(i, f"zebra {i}") for i in range(40)))
    assert len(found(library, "zebra")) == 20
    assert len(found(library, "zebra", limit=100)) == 40
    for limit in (0, 101):
        with pytest.raises(BadReference, match="limit"):
            find_in_papers(library, "zebra", limit=limit)


def test_a_hit_shows_where_it_is_and_why(library: Library) -> None:
    hit = find_in_papers(library, "label smoothing").hits[0]
    assert (hit.paper, hit.kind, hit.page, hit.title) == ("1706.03762v5", "paragraph", 7, "Attending to Everything")
    assert hit.snippet.startswith("We use **label smoothing** of 0.1")
    hit = find_in_papers(library, "d_k softmax", kinds=["paragraph"]).hits[0]
    assert hit.snippet == "Queries meet keys of dimension **$d_k$**; the weights are a **softmax**."


def test_better_hits_have_higher_scores(library: Library) -> None:
    scores = [hit.score for hit in find_in_papers(library, "attention softmax layers smoothing label").hits]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_what_a_paper_no_longer_says_is_no_longer_found(library: Library) -> None:
    save(library, "steps-01234567", par(1, "Everything was replaced."))
    assert found(library, "warmed") == []
    assert found(library, "replaced") == ["par:1@steps"]
    with sqlite3.connect(library.database) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM papers WHERE id = 'steps-01234567'")
    assert found(library, "replaced") == []
    assert rows(library) == 6


def test_among_very_many_matches_the_best_are_still_found(library: Library) -> None:
    for number in range(8):
        save(library, f"common-{number:08x}", *(par(i, "a gradient, and much later a penalty") for i in range(100)))
    save(library, "1001.00001v1", *(par(i, "gradient for penalty") for i in range(300)))
    with sqlite3.connect(library.database) as db:
        (first,) = db.execute("SELECT min(number) FROM shelf").fetchone()
    assert first == 1
    save(library, "1706.03762v5", par(1, "The gradient penalty."), sec(2, "Penalty of the Gradient"))
    assert set(found(library, "gradient penalty", limit=2)) == {"par:1@1706.", "sec:2@1706."}


HOSTILE = [
    *(
        "'",
        '"',
        '""',
        '"a',
        "((((",
        ")",
        "NEAR(a b, 3)",
        "NEAR",
        "a AND",
        "AND OR NOT",
        "body: x",
        "{heading} : x",
        "^a",
        "a*b*",
    ),
    *(
        "*",
        "-",
        "--",
        "- -a",
        '-"',
        "a + b",
        "a\x00b",
        "\x00",
        "\ud800",
        "'; DROP TABLE papers; --",
        "%",
        "_",
        "$",
        "\\",
        "\\\\",
    ),
    *(
        "{" * 5000,
        "(" * 5000,
        "a " * 5000,
        '"' * 5001,
        "a" * 10_000,
        r"\frac" * 2000,
        "x_" * 3000,
        "^{" * 3000,
        "α" * 10_000,
    ),
    *(
        "-a " * 3000,
        "ab* " * 3000,
        "abc* " * 3000,
        "𝐐" * 3000,
        "注意" * 3000,
        "\u0301" * 100,
        "e" + "\u0301" * 5000,
        "=reference=",
    ),
]


@pytest.mark.parametrize("query", HOSTILE, ids=[f"{number}-{query[:8]!a}" for number, query in enumerate(HOSTILE)])
def test_no_query_is_syntax(library: Library, query: str) -> None:
    result = find_in_papers(library, query)
    assert result.hits or result.reason


def test_a_long_query_says_that_it_was_cut(library: Library) -> None:
    result = find_in_papers(library, "dropout " + "zebra " * 3000)
    assert result.reason is not None
    assert "long" in result.reason
    assert result.hits


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(tmp_path_factory.mktemp("kept"))


SYNTAX = st.text(alphabet=st.sampled_from(list("ab \"'()*-+^:{}_$\\=/.,NEARORANDα𝛼é²注\x00\n")), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.one_of(st.text(max_size=80), SYNTAX))
def test_no_query_fails(kept: Library, query: str) -> None:
    if not kept.ids():
        save(kept, "some-01234567", par(1, "a b NEAR α"), eq(1, ATTENTION), sec(2, "AND OR"))
    try:
        result = find_in_papers(kept, query)
    except PaperImplementerError:
        pytest.fail("A query is data.")
    assert result.hits or result.reason


LETTERS = st.characters(categories=["L", "N", "P", "Zs"], include_characters="-$_^{}\\*`'")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(LETTERS, min_size=1, max_size=60).filter(lambda text: "$" not in text))
def test_each_word_of_a_paragraph_finds_the_paragraph(kept: Library, text: str) -> None:
    save(kept, "prose-01234567", par(1, text))
    for word in re.findall(r"[^\W_]+", text):
        if fold(word) not in STOP_WORDS:
            assert "par:1@prose" in found(kept, word, paper="prose-01234567"), word


def rows(library: Library) -> int:
    """Rows of the index; raises where the index contradicts itself."""
    with sqlite3.connect(library.database) as db:
        db.execute("INSERT INTO passages(passages) VALUES ('integrity-check')")
        count: int = db.execute("SELECT count(*) FROM passages").fetchone()[0]
    db.close()
    return count


def version_1(path: Path) -> None:
    """A library as it was before there was an index."""
    path.mkdir()
    with sqlite3.connect(path / "library.sqlite") as db:
        db.executescript(library_module._SCHEMA)
        db.execute("PRAGMA user_version = 1")
        for name in ("one", "two"):
            write_as_version_1(db, f"{name}-01234567", f"The {name} gradient.")
    db.close()


def write_as_version_1(db: sqlite3.Connection, paper_id: str, text: str) -> None:
    paper = Paper(id=paper_id, title="T", source_format="pdf")
    block = par(1, text)
    db.execute("DELETE FROM blocks WHERE paper = ?", (paper_id,))
    db.execute(
        "INSERT INTO papers VALUES (?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET card = excluded.card",
        (paper_id, paper.model_dump_json(exclude={"blocks"}), "pdf", None, "hash", "1", 0.0),
    )
    db.execute(
        "INSERT INTO blocks VALUES (?,?,?,?,?,?)", (paper_id, 0, block.id, block.kind, None, block.model_dump_json())
    )


def test_a_library_of_before_is_indexed(tmp_path: Path) -> None:
    version_1(tmp_path / "old")
    library = Library(tmp_path / "old")
    assert sorted(found(library, "gradient")) == ["par:1@one-0", "par:1@two-0"]
    assert rows(library) == 2
    assert found(Library(tmp_path / "old"), "one gradient") == ["par:1@one-0"]


def test_what_an_older_program_that_still_runs_writes_is_indexed(tmp_path: Path) -> None:
    version_1(tmp_path / "old")
    library = Library(tmp_path / "old")
    assert found(library, "zebra") == []
    with sqlite3.connect(library.database) as db:
        write_as_version_1(db, "one-01234567", "A zebra.")
        write_as_version_1(db, "three-01234567", "Another zebra.")
    db.close()
    assert sorted(found(library, "zebra")) == ["par:1@one-0", "par:1@three"]
    assert found(library, "one gradient", paper="one-01234567") == []


def test_an_index_of_other_tokens_is_made_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(library)
    with sqlite3.connect(library.database) as db:
        db.execute("UPDATE shelf SET version = 99")
        db.execute("UPDATE passages SET body = 'nonsense' WHERE rowid & 1")
    db.close()
    assert found(library, "nonsense") == []
    assert found(library, "dropout") == ["par:2@1706."]
    assert rows(library) == before


def test_a_search_says_what_is_not_indexed_yet(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(library.database) as db:
        db.execute("UPDATE shelf SET version = 0")
    db.close()
    monkeypatch.setattr("paper_implementer.tools.papers.find.INDEXING_S", -1.0)
    reason = find_in_papers(library, "dropout").reason
    assert reason is not None
    assert "2 papers are not indexed yet" in reason


def child(library: Library, code: str) -> subprocess.Popen[str]:
    """A process that shares the library."""
    prelude = f"""
        import time
        from pathlib import Path
        from paper_implementer.tools.papers import search_index
        from paper_implementer.tools.papers.find import find_in_papers
        from paper_implementer.tools.papers.library import Library, Origin
        from paper_implementer.tools.papers.paper import Block, Paper
        library = Library(Path({str(library.home)!r}))
        def save(name, word, blocks=50):
            blocks = [Block(id=f"par:{{i}}", kind="paragraph", text=f"{{word}} {{i}}") for i in range(blocks)]
            library.save(Paper(id=name, title=name, source_format="pdf", blocks=blocks), {{}}, Origin(name, "1", "pdf"))
    """
    program = textwrap.dedent(prelude) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


def test_two_processes_save_and_search_at_once(library: Library) -> None:
    before = rows(library)
    code = """
        for i in range(15):
            save(f"{name}-{i}", name)
            save("both", name + str(i), 10 + i)
            assert len(find_in_papers(library, name, paper=f"{name}-{i}", limit=100).hits) == 50
    """
    writers = [child(library, f"name = {name!r}\n" + textwrap.dedent(code)) for name in ("zebra", "giraffe")]
    for writer in writers:
        with writer:
            assert writer.wait(60) == 0
    last = 24
    assert rows(library) == before + 2 * 15 * 50 + last
    assert len(found(library, "zebra14 OR giraffe14", paper="both", limit=100)) == last


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX")
@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_a_kill_while_the_index_is_written_leaves_what_was_there(library: Library, place: str) -> None:
    """The child stops before, in the middle of, or after writing the index of its paper, and is killed there."""
    before = rows(library)
    code = f"""
        def here():
            print("here", flush=True)
            time.sleep(60)
        inner, columns = search_index.add, search_index._columns
        seen = []
        def stopping(*arguments):
            if {place!r} == "before": here()
            inner(*arguments)
            if {place!r} == "after": here()
        def counting(*arguments):
            seen.append(1)
            if {place!r} == "between" and len(seen) == 400: here()
            return columns(*arguments)
        search_index.add, search_index._columns = stopping, counting
        save("steps-01234567", "zebra", 800)
    """
    with child(library, code) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "here\n"
        victim.send_signal(signal.SIGKILL)
    again = Library(library.home)
    assert rows(again) == before
    assert found(again, "zebra") == []
    assert found(again, "warmed") == ["par:1@steps"]
