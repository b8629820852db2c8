"""The library keeps papers whole: between processes, across kills, over changes of what a paper holds."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from paper_implementer.tools.errors import Busy, NotFound, Unreadable
from paper_implementer.tools.papers.library import Library, Origin
from paper_implementer.tools.papers.paper import Block, Paper

ORIGIN = Origin("c0ffee", "parser1", "latex", "main.tex")


def paper(paper_id: str = "1706.03762v5", title: str = "Small Steps") -> Paper:
    blocks = [
        Block(id="sec:1", kind="section", title="Method", level=1),
        Block(id="par:1", kind="paragraph", text="é\n𝔸"),
    ]
    return Paper(id=paper_id, title=title, authors=["Ada"], year=2017, source_format="latex", blocks=blocks)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "main.tex"
    path.write_text("\\section{Method}")
    return path


def stored(library: Library) -> list[str]:
    """Contents of all files that are stored, whoever has them."""
    return sorted(p.read_text() for p in (library.home / "files").rglob("*") if p.is_file())


def test_what_was_saved_comes_back(library: Library, file: Path) -> None:
    library.save(paper(), {"main.tex": file}, ORIGIN, ("arXiv:1706.03762",))
    again = Library(library.home)
    assert again.get("1706.03762v5") == paper()
    assert [card.title for card in again.all()] == ["Small Steps"]
    assert again.ids() == ["1706.03762v5"]
    assert again.resolve("arXiv:1706.03762") == "1706.03762v5"
    assert again.by_content("c0ffee") == "1706.03762v5"
    assert again.origin("1706.03762v5") == ORIGIN
    assert again.files("1706.03762v5")["main.tex"].read_text() == "\\section{Method}"


def test_what_is_not_there(library: Library) -> None:
    assert library.get("nothing") is None
    assert library.all() == []
    assert library.resolve("arXiv:1") is None
    assert library.files("nothing") == {}
    with pytest.raises(NotFound):
        library.origin("nothing")


def test_saving_again_replaces_the_paper_and_drops_files_that_nobody_has(
    library: Library, tmp_path: Path, file: Path
) -> None:
    other = tmp_path / "other.tex"
    other.write_text("other")
    library.save(paper(), {"main.tex": file, "other.tex": other}, ORIGIN)
    library.save(paper("shares-01234567"), {"a.tex": other}, ORIGIN)
    file.write_text("new")
    library.save(paper(title="Larger Steps"), {"main.tex": file}, ORIGIN)
    found = library.get("1706.03762v5")
    assert found is not None
    assert found.title == "Larger Steps"
    assert len(found.blocks) == 2
    assert stored(library) == ["new", "other"]


def test_equal_files_are_stored_once(library: Library, file: Path) -> None:
    library.save(paper(), {"a.tex": file, "b.tex": file}, ORIGIN)
    assert len(stored(library)) == 1
    assert set(library.files("1706.03762v5")) == {"a.tex", "b.tex"}


def test_a_save_that_fails_leaves_the_old_state(library: Library, file: Path) -> None:
    library.save(paper(), {"main.tex": file}, ORIGIN)
    broken = paper(title="Broken")
    broken.blocks.append(Block.model_construct(id=None, kind="paragraph"))  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        library.save(broken, {"main.tex": file}, ORIGIN)
    assert library.get("1706.03762v5") == paper()


def test_a_damaged_database_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(Unreadable, match="damaged") as caught:
        Library(tmp_path)
    assert "fetched again" in caught.value.hint


def test_a_library_of_the_future_is_left_alone(library: Library) -> None:
    with sqlite3.connect(library.database) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Unreadable, match="newer version"):
        Library(library.home)


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file is in the way")
    with pytest.raises(Unreadable, match="cannot be made"):
        Library(tmp_path / "home")


def test_turns_at_a_host_are_handed_out_one_by_one(library: Library) -> None:
    other = Library(library.home)
    waits = [lib.reserve("arXiv", 3.0, 100) for lib in (library, other, library)]
    assert waits[0] == 0
    assert waits[1] == pytest.approx(3.0, abs=0.5)
    assert waits[2] == pytest.approx(6.0, abs=0.5)
    with pytest.raises(Busy):
        other.reserve("arXiv", 3.0, within_s=5)
    assert library.reserve("another host", 3.0, 100) == 0


def test_a_host_that_asked_for_a_pause_gets_it_from_everybody(library: Library) -> None:
    library.hold_off("arXiv", 50)
    assert Library(library.home).reserve("arXiv", 3.0, 100) == pytest.approx(50, abs=1)


def test_a_clock_that_was_set_back_does_not_block_for_days(library: Library) -> None:
    library.hold_off("arXiv", 1e6)
    assert library.reserve("arXiv", 3.0, 100) == 0


def child(library: Library, code: str) -> subprocess.Popen[str]:
    """A process that shares the library."""
    prelude = f"""
        import sys, time
        from pathlib import Path
        from paper_implementer.tools.papers.library import Library, Origin
        from paper_implementer.tools.papers.paper import Block, Paper
        library = Library(Path({str(library.home)!r}))
        origin = Origin("c0ffee", "parser1", "latex", "main.tex")
        def paper(name, n=1):
            return Paper(id=name, title=name, source_format="latex",
                         blocks=[Block(id=f"par:{{i}}", kind="paragraph", text=name) for i in range(n)])
        def file(text):
            path = Path({str(library.home.parent)!r}) / f"{{text}}.tex"
            path.write_text(text)
            return path
    """
    program = textwrap.dedent(prelude) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


def test_two_processes_write_at_once(library: Library) -> None:
    code = """
        for i in range(25):
            library.save(paper(f"{name}-{i}", 20), {"main.tex": file(f"{name}-{i}"), "same.tex": file(name)}, origin)
            library.save(paper("both", 20), {"main.tex": file(f"both {name} {i}")}, origin)
    """
    writers = [child(library, f"name = {name!r}\n" + textwrap.dedent(code)) for name in ("one", "two")]
    for writer in writers:
        with writer:
            assert writer.wait(60) == 0
    assert {card.id for card in library.all()} == {f"{name}-{i}" for name in ("one", "two") for i in range(25)} | {
        "both"
    }
    for card in library.all():
        found = library.get(card.id)
        assert found is not None
        assert len(found.blocks) == 20
        assert all(path.is_file() for path in library.files(card.id).values())
    assert len(stored(library)) == 2 * 25 + 2 + 1


def test_many_processes_open_a_new_library_at_once(tmp_path: Path) -> None:
    code = f"from pathlib import Path\nfrom paper_implementer.tools.papers.library import Library\nLibrary(Path({str(tmp_path / 'new')!r}))"
    openers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [opener.wait(60) for opener in openers] == [0] * 4


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX")
@pytest.mark.parametrize("place", ["_keep", "_alias"])
def test_a_kill_in_the_middle_of_a_save_leaves_the_old_state_and_nothing_else(
    library: Library, file: Path, place: str
) -> None:
    """The child stops at the named step of its save, after the first file is in place, and is killed there."""
    library.save(paper(), {"main.tex": file}, ORIGIN)
    code = f"""
        inner = Library.{place}
        def stopping(*arguments):
            inner(*arguments)
            print("here", flush=True)
            time.sleep(60)
        Library.{place} = staticmethod(stopping) if {place!r} == "_alias" else stopping
        library.save(paper("1706.03762v5", 9), {{"main.tex": file("killed"), "b.tex": file("too")}}, origin, ("x",))
    """
    with child(library, code) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "here\n"
        victim.send_signal(signal.SIGKILL)
    again = Library(library.home)
    assert again.get("1706.03762v5") == paper()
    assert stored(again) == ["\\section{Method}"]
    assert list((library.home / "tmp").iterdir()) == []
    again.save(paper(title="After"), {"main.tex": file}, ORIGIN)
    assert [card.title for card in again.all()] == ["After"]


def test_the_work_of_living_processes_is_not_swept(library: Library) -> None:
    with library.scratch() as scratch:
        (scratch / "half").write_text("in progress")
        Library(library.home)
        assert (scratch / "half").exists()
    assert not scratch.exists()
