"""Opening code: local folders, repositories of a real git server, packages of a real index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anyio
import pytest

from paper_implementer.tools.code.checkout import open_codebase
from paper_implementer.tools.code.codebase import Codebase
from paper_implementer.tools.errors import BadReference, NotFound, Unreachable, Unreadable
from tests.support.git_server import GitServer, commit_all, git, publish, serve

MIT = "Permission is hereby granted, free of charge, ...\nThe above copyright notice and this permission notice shall ...\n"


def opened(code: str, home: Path, *trusted: str) -> Codebase:
    """Open, awaiting the end."""
    return anyio.run(partial(open_codebase, code, home, trusted_hosts=frozenset(trusted)))


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    """A repository with two commits, a branch, and a tag on the first commit."""
    folder = tmp_path / "work"
    (folder / "pkg").mkdir(parents=True)
    (folder / "LICENSE").write_text(MIT)
    (folder / "pkg" / "model.py").write_text("WIDTH = 1\n")
    commit_all(folder)
    git(folder, "tag", "-a", "v1.0", "-m", "first")
    git(folder, "branch", "side/line")
    (folder / "pkg" / "model.py").write_text("WIDTH = 2\n")
    commit_all(folder)
    return folder


@pytest.fixture
def server(tmp_path: Path, work_tree: Path) -> Iterator[GitServer]:
    """A smart git server with that repository as `team/model.git`."""
    publish(work_tree, tmp_path / "served" / "team", "model.git")
    with serve(tmp_path / "served") as running:
        yield running


def test_a_repository_opens_at_the_commit_of_its_head(server: GitServer, work_tree: Path, tmp_path: Path) -> None:
    code = opened(f"{server.url}/team/model.git", tmp_path / "home", server.host)
    assert code.commit == git(work_tree, "rev-parse", "main")
    assert code.ref == f"{server.url}/team/model.git@{code.commit}"
    assert (code.root / "pkg" / "model.py").read_text() == "WIDTH = 2\n"
    assert code.licence == "MIT"
    assert not list(code.root.rglob(".git"))


@pytest.mark.parametrize("ref", ["v1.0", "side/line"])
def test_a_tag_or_branch_is_resolved_to_its_full_commit(
    server: GitServer, work_tree: Path, tmp_path: Path, ref: str
) -> None:
    code = opened(f"{server.url}/team/model.git@{ref}", tmp_path / "home", server.host)
    assert code.commit == git(work_tree, "rev-parse", "main~1")
    assert (code.root / "pkg" / "model.py").read_text() == "WIDTH = 1\n"


@pytest.mark.parametrize("length", [40, 10])
def test_a_commit_opens_whole_or_abbreviated(server: GitServer, work_tree: Path, tmp_path: Path, length: int) -> None:
    commit = git(work_tree, "rev-parse", "main~1")
    code = opened(f"{server.url}/team/model.git@{commit[:length]}//pkg", tmp_path / "home", server.host)
    assert code.commit == commit
    assert code.sub == "pkg"
    assert [p.name for p in code.root.iterdir()] == ["model.py"]


def test_a_static_host_without_shallow_history_is_read_as_well(work_tree: Path, tmp_path: Path) -> None:
    publish(work_tree, tmp_path / "static", "model.git")
    with serve(tmp_path / "static", dumb=True) as server:
        code = opened(f"{server.url}/model.git@v1.0", tmp_path / "home", server.host)
    assert code.commit == git(work_tree, "rev-parse", "main~1")
    assert (code.root / "pkg" / "model.py").read_text() == "WIDTH = 1\n"


def test_a_checkout_is_reused_and_a_moved_branch_is_seen(server: GitServer, work_tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = opened(f"{server.url}/team/model.git", home, server.host)
    server.log.clear()
    assert opened(first.id, home, server.host) == first
    assert server.log == []
    (work_tree / "pkg" / "model.py").write_text("WIDTH = 3\n")
    newer = commit_all(work_tree)
    publish(work_tree, tmp_path / "served" / "team", "model.git")
    assert opened(f"{server.url}/team/model.git", home, server.host).commit == newer


def test_what_was_fetched_opens_without_the_server_and_says_so(work_tree: Path, tmp_path: Path) -> None:
    publish(work_tree, tmp_path / "served", "model.git")
    with serve(tmp_path / "served") as server:
        first = opened(f"{server.url}/model.git", tmp_path / "home", server.host)
    again = opened(f"{server.url}/model.git", tmp_path / "home", server.host)
    assert again.root == first.root
    assert "could not be read" in again.warnings[0]
    with pytest.raises(Unreachable):
        opened(f"{server.url}/model.git@never-seen", tmp_path / "home", server.host)


def test_names_that_are_not_there(server: GitServer, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no public repository"):
        opened(f"{server.url}/team/other.git", tmp_path, server.host)
    with pytest.raises(BadReference, match="no branch, tag or commit 'v9'"):
        opened(f"{server.url}/team/model.git@v9", tmp_path, server.host)
    with pytest.raises(BadReference, match="no branch, tag or commit"):
        opened(f"{server.url}/team/model.git@{'0' * 40}", tmp_path, server.host)
    with pytest.raises(NotFound, match="has no nowhere"):
        opened(f"{server.url}/team/model.git//nowhere", tmp_path, server.host)
    assert not list(tmp_path.rglob(".new-*"))


def test_two_processes_at_once_get_the_same_whole_checkout(server: GitServer, tmp_path: Path) -> None:
    arguments = [(f"{server.url}/team/model.git", str(tmp_path / "home"), server.host)] * 2
    script = (
        "import sys, json; from functools import partial; import anyio; from pathlib import Path\n"
        "from paper_implementer.tools.code.checkout import open_codebase\n"
        "print(anyio.run(partial(open_codebase, sys.argv[1], Path(sys.argv[2]), trusted_hosts=frozenset([sys.argv[3]]))).model_dump_json())"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, *a], stdout=subprocess.PIPE) for a in arguments]
    answers = [json.loads(p.communicate(timeout=60)[0]) for p in running]
    assert answers[0] == answers[1]
    assert (Path(answers[0]["root"]) / "pkg" / "model.py").read_text() == "WIDTH = 2\n"
    assert not list((tmp_path / "home").rglob(".new-*"))


def test_an_empty_repository_says_so(tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    git(tmp_path / "served", "init", "-q", "--bare", "empty.git")
    with serve(tmp_path / "served") as server, pytest.raises(NotFound, match="empty or has no default branch"):
        opened(f"{server.url}/empty.git", tmp_path / "home", server.host)


def test_a_commit_without_files_says_so(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    commit_all(tmp_path / "bare")
    publish(tmp_path / "bare", tmp_path / "served", "bare.git")
    with serve(tmp_path / "served") as server, pytest.raises(NotFound, match="holds no files"):
        opened(f"{server.url}/bare.git", tmp_path / "home", server.host)


def test_a_folder_opens_in_place_and_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("WIDTH = 1\n")
    (tmp_path / "COPYING").write_text(MIT)
    folder = opened(str(tmp_path), tmp_path / "home")
    assert (folder.root, folder.commit, folder.licence) == (tmp_path.resolve(), None, "MIT")
    assert opened(str(tmp_path / "model.py"), tmp_path / "home").root == (tmp_path / "model.py").resolve()
    assert not (tmp_path / "home").exists()


def test_a_path_that_is_not_there_and_looks_like_github_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        opened("karpathy/nanoGPT", tmp_path)
    assert "github:karpathy/nanoGPT" in caught.value.hint


def test_a_path_that_no_system_has_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        opened("x" * 1_000, tmp_path)
    with pytest.raises(NotFound):
        opened("\ud800", tmp_path)


def _wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as packed:
        for file, text in files.items():
            packed.writestr(file, text)
        packed.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense-Expression: Apache-2.0\n",
        )
        packed.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that pip takes for its only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_package_opens_at_its_newest_version_and_reports_it_as_the_pin(index: Path, tmp_path: Path) -> None:
    for version in ("1.2", "1.10"):
        _wheel(index, "tiny_model", version, {"tiny_model/__init__.py": f"VERSION = {version!r}\n"})
    code = opened("pypi:tiny-model", tmp_path / "home")
    assert (code.id, code.version, code.licence) == ("pypi:tiny-model==1.10", "1.10", "Apache-2.0")
    older = opened("pypi:tiny_model==1.2//tiny_model", tmp_path / "home")
    assert (older.root / "__init__.py").read_text() == "VERSION = '1.2'\n"
    index.rename(tmp_path / "gone")
    assert opened("pypi:tiny-model==1.10", tmp_path / "home").root == code.root


def test_the_newest_version_is_looked_up_again_after_a_while(index: Path, tmp_path: Path) -> None:
    _wheel(index, "tiny_model", "1.0", {"tiny_model/__init__.py": ""})
    assert opened("pypi:tiny-model", tmp_path / "home").version == "1.0"
    _wheel(index, "tiny_model", "2.0", {"tiny_model/__init__.py": ""})
    assert opened("pypi:tiny-model", tmp_path / "home").version == "1.0"
    for remembered in (tmp_path / "home").rglob("*.newest"):
        os.utime(remembered, (0, 0))
    assert opened("pypi:tiny-model", tmp_path / "home").version == "2.0"


def test_an_index_that_does_not_answer_is_no_absent_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(Unreachable):
        opened("pypi:tiny-model", tmp_path / "home")


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path, server: GitServer) -> None:
    opened(f"{server.url}/team/model.git", tmp_path / "home", server.host)
    store = next((tmp_path / "home" / "code" / "git").iterdir())
    for name, when in ((".new-dead", 0.0), (".new-alive", None)):
        (store / name).mkdir()
        os.utime(store / name, None if when is None else (when, when))
    opened(f"{server.url}/team/model.git@v1.0", tmp_path / "home", server.host)
    assert [p.name for p in store.glob(".new-*")] == [".new-alive"]


def test_a_package_without_a_wheel_is_unpacked_and_never_built(index: Path, tmp_path: Path) -> None:
    import io
    import tarfile

    proof = tmp_path / "ran"
    with tarfile.open(index / "raw_model-0.3.tar.gz", "w:gz") as packed:
        for name, text in {"setup.py": f"open({str(proof)!r}, 'w')\n", "raw_model/net.py": "DEPTH = 4\n"}.items():
            member = tarfile.TarInfo(f"raw_model-0.3/{name}")
            member.size = len(text)
            packed.addfile(member, io.BytesIO(text.encode()))
    code = opened("pypi:raw-model", tmp_path / "home")
    assert code.id == "pypi:raw-model==0.3"
    assert (code.root / "raw_model" / "net.py").read_text() == "DEPTH = 4\n"
    assert not proof.exists()


def test_packages_that_are_not_there_or_damaged(index: Path, tmp_path: Path) -> None:
    _wheel(index, "tiny_model", "1.0", {"tiny_model/__init__.py": ""})
    with pytest.raises(NotFound, match=r"no tiny-model==2\.0.*1\.0"):
        opened("pypi:tiny-model==2.0", tmp_path / "home")
    with pytest.raises(NotFound):
        opened("pypi:no-such-package", tmp_path / "home")
    (index / "bad_model-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises((Unreadable, Unreachable)):
        opened("pypi:bad-model", tmp_path / "home")
