"""Repositories, packages and code bases that were made to do harm."""

from __future__ import annotations

import os
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anyio
import pytest

from paper_implementer.tools.code import files as code_files
from paper_implementer.tools.code import git as code_git
from paper_implementer.tools.code.checkout import open_codebase
from paper_implementer.tools.code.codebase import Codebase
from paper_implementer.tools.code.outline import outline
from paper_implementer.tools.code.read import read_code
from paper_implementer.tools.code.settings import raw_settings
from paper_implementer.tools.errors import (
    BadReference,
    NotFound,
    PaperImplementerError,
    RefusedForSafety,
    TooLarge,
    Unreachable,
)
from tests.support.git_server import GitServer, commit_all, git, publish, serve


def opened(code: str, home: Path, *trusted: str) -> Codebase:
    """Open, awaiting the end."""
    return anyio.run(partial(open_codebase, code, home, trusted_hosts=frozenset(trusted)))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A work tree to be filled."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "model.py").write_text("WIDTH = 1\n")
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """A git server over `tmp_path/served`."""
    (tmp_path / "served").mkdir()
    with serve(tmp_path / "served") as running:
        yield running


def served(work: Path, server: GitServer, tmp_path: Path) -> str:
    """Commit the work tree and serve it; returns its address."""
    commit_all(work)
    publish(work, tmp_path / "served", "x.git")
    return f"{server.url}/x.git"


@pytest.mark.parametrize(
    "code",
    [
        "ext::sh -c 'touch {proof}'",
        "--upload-pack=touch {proof}",
        "https://h.org/x.git@--upload-pack=touch {proof}",
        "file://{proof}",
    ],
)
def test_a_reference_runs_nothing(code: str, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    with pytest.raises((BadReference, RefusedForSafety)):
        opened(code.format(proof=proof), tmp_path / "home")
    assert not proof.exists()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0", "2130706433", "0x7f.1"]
)
def test_private_addresses_are_refused_before_anything_is_sent(host: str, tmp_path: Path) -> None:
    with pytest.raises((RefusedForSafety, BadReference, Unreachable)) as caught:
        opened(f"https://{host}/x.git", tmp_path)
    assert not isinstance(caught.value, Unreachable) or "resolved" in caught.value.message


def test_an_untrusted_loopback_server_is_not_asked(work: Path, server: GitServer, tmp_path: Path) -> None:
    served(work, server, tmp_path)
    with pytest.raises(RefusedForSafety):
        opened(f"{server.url}/x.git", tmp_path / "home")
    with pytest.raises(RefusedForSafety):
        opened(f"https://{server.host}/x.git", tmp_path / "home")
    assert server.log == []


def test_links_out_of_the_tree_become_plain_files(work: Path, server: GitServer, tmp_path: Path) -> None:
    (work / "passwords.py").symlink_to("/etc/passwd")
    (work / "up").symlink_to("../../..")
    code = opened(served(work, server, tmp_path), tmp_path / "home", server.host)
    assert not any(p.is_symlink() for p in code.root.rglob("*"))
    assert (code.root / "passwords.py").read_text() == "/etc/passwd"


def test_hooks_filters_and_submodules_do_nothing(work: Path, server: GitServer, tmp_path: Path) -> None:
    (work / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    (work / ".lfsconfig").write_text("[lfs]\nurl = http://127.0.0.1:1/\n")
    (work / ".gitmodules").write_text(f'[submodule "s"]\n\tpath = s\n\turl = {server.url}/other.git\n')
    commit = commit_all(work)
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{commit},s")
    git(work, "commit", "-q", "-m", "submodule")
    publish(work, tmp_path / "served", "x.git")
    code = opened(f"{server.url}/x.git", tmp_path / "home", server.host)
    assert (code.root / "model.py").read_text() == "WIDTH = 1\n"
    assert not any("other.git" in path for path in server.log)


def test_a_repository_that_git_itself_finds_dangerous_is_refused(work: Path, server: GitServer, tmp_path: Path) -> None:
    (work / ".gitmodules").write_text('[submodule "s"]\n\tpath = s\n\turl = ./s\n\tupdate = !touch /tmp/never\n')
    with pytest.raises(RefusedForSafety, match="disallowed submodule update"):
        opened(served(work, server, tmp_path), tmp_path / "home", server.host)


def test_the_users_own_git_configuration_is_not_used(
    work: Path, server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "proof"
    config = tmp_path / "gitconfig"
    config.write_text(
        f'[core]\n\tfsmonitor = touch {proof}\n[url "http://127.0.0.1:1/"]\n\tinsteadOf = http\n[http]\n\textraHeader = Authorization: secret\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_SSH_COMMAND", f"touch {proof}")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {proof}")
    code = opened(served(work, server, tmp_path), tmp_path / "home", server.host)
    assert (code.root / "model.py").exists()
    assert not proof.exists()


def test_file_names_with_line_breaks_and_dashes_are_left_out_or_harmless(
    work: Path, server: GitServer, tmp_path: Path
) -> None:
    (work / "new\nline.py").write_text("class Hidden: ...\n")
    (work / "--help.py").write_text("class Dashes: ...\n")
    (work / "tab\tname.py").write_text("")
    code = opened(served(work, server, tmp_path), tmp_path / "home", server.host)
    found = outline(code)
    assert [e.symbol for e in found.outline] == ["Dashes"]
    assert "Left out: 2 files with control characters in their names." in found.warnings


def test_a_repository_over_the_limits_is_refused_and_leaves_nothing(
    work: Path, server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        (work / f"f{number}.py").write_text("x = 1\n")
    url = served(work, server, tmp_path)
    monkeypatch.setattr(code_git, "MAX_FILES", 20)
    with pytest.raises(TooLarge, match="31 files"):
        opened(url, tmp_path / "home", server.host)
    monkeypatch.setattr(code_git, "MAX_FILES", 100)
    monkeypatch.setattr(code_git, "MAX_CHECKOUT", 50)
    with pytest.raises(TooLarge):
        opened(url, tmp_path / "home", server.host)
    assert not list((tmp_path / "home").rglob("*.py"))


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        server = code_git.GitServer(f"http://{host}/x.git")
        with pytest.raises(PaperImplementerError, match="did not deliver within"):
            anyio.run(partial(code_git.resolve_ref, server, None, timeout_s=0.5))


def test_a_redirect_is_not_followed(work: Path, server: GitServer, tmp_path: Path) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    served(work, server, tmp_path)

    class Redirect(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"{server.url}{self.path}")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Redirect) as trap:
        thread = threading.Thread(target=trap.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            with pytest.raises((Unreachable, NotFound)):
                opened(f"http://127.0.0.1:{trap.server_port}/x.git", tmp_path / "home", f"127.0.0.1:{trap.server_port}")
        finally:
            trap.shutdown()
            thread.join()
    assert server.log == []


def test_a_wheel_that_leads_out_of_its_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    index.mkdir()
    with zipfile.ZipFile(index / "bad-1.0-py3-none-any.whl", "w") as packed:
        packed.writestr("bad-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n")
        packed.writestr("bad-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr("../../escaped.py", "x = 1\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    with pytest.raises(RefusedForSafety):
        opened("pypi:bad", tmp_path / "home")
    assert not list(tmp_path.rglob("escaped.py"))


def local(root: Path) -> Codebase:
    """A local code base."""
    return Codebase(id="x", root=root, ref="x")


def test_a_local_link_to_elsewhere_is_not_followed(work: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.py").write_text("SECRET = 1\n")
    (work / "link").symlink_to(secret)
    (work / "loop").symlink_to(work)
    (work / "one.py").symlink_to(secret / "key.py")
    assert [s.name for s in raw_settings(str(work))] == ["WIDTH"]
    with pytest.raises(NotFound):
        read_code(local(work), file="one.py")


def test_pipes_and_unreadable_bytes_do_not_stop_anything(work: Path) -> None:
    os.mkfifo(work / "pipe.py")
    (work / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\n")
    (work / "binary.py").write_bytes(bytes(range(256)) * 10)
    (work / "wrong.py").write_bytes(b"# coding: no-such-codec\nDEPTH = 2\n")
    (work / "nul.py").write_bytes(b"A = 1\n\0\0\nB = 2\n")
    found = {s.path: s.value for s in raw_settings(str(work))}
    assert (found["NAME"], found["DEPTH"], found["WIDTH"]) == ("é", 2, 1)
    assert stat.S_ISFIFO((work / "pipe.py").stat().st_mode)


def test_a_tree_of_too_many_files_is_cut_and_says_so(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_files, "MAX_FILES", 50)
    for number in range(80):
        (work / f"m{number:03}.py").write_text("class A: ...\n")
    found = outline(local(work))
    assert found.total == 50
    assert "Left out: 31 files after the first 50." in found.warnings


def test_folders_nested_without_end_are_cut(work: Path) -> None:
    folder = work
    for _ in range(60):
        folder = folder / "d"
        folder.mkdir()
    (folder / "deep.py").write_text("class Deep: ...\n")
    assert "Left out: 1 folders too deep." in outline(local(work)).warnings


def test_yaml_bombs_and_hostile_yaml_are_harmless(work: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    bomb = "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
        f"{n}: &{n} [{', '.join([f'*{p}'] * 9)}]\n" for p, n in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    (work / "bomb.yaml").write_text(bomb)
    (work / "cycle.yaml").write_text("x: &x\n  y: *x\n  depth: 3\n")
    (work / "run.yaml").write_text(f"x: !!python/object/apply:os.system ['touch {proof}']\nlr: 1\n")
    (work / "deep.yaml").write_text("[" * 100_000)
    (work / "deep.json").write_text('{"a":' * 100_000)
    (work / "deep.toml").write_text("a = " + "[" * 50_000)
    settings = raw_settings(str(work))
    assert len(settings) < 30_000
    assert {s.path: s.value for s in settings if s.file == "run.yaml"}["lr"] == 1
    assert not proof.exists()


def test_python_made_to_exhaust_the_parser_is_reported_and_the_rest_read(work: Path) -> None:
    (work / "parens.py").write_text("x = " + "(" * 5_000 + ")" * 5_000 + "\nclass After: ...\n")
    (work / "minus.py").write_text("x = " + "-" * 50_000 + "1\n")
    (work / "sum.py").write_text("x = " + " + ".join(["1"] * 20_000) + "\n")
    (work / "dots.py").write_text("x = a" + ".b" * 20_000 + "\n")
    (work / "nested.py").write_text("".join(f"{' ' * n}class C{n}:\n" for n in range(95)) + " " * 95 + "pass\n")
    script = (
        "import sys; from paper_implementer.tools.code.settings import raw_settings; from paper_implementer.tools.code.outline import outline\n"
        "from paper_implementer.tools.code.codebase import Codebase; from pathlib import Path\n"
        "print(len(raw_settings(sys.argv[1]))); print(outline(Codebase(id='x', root=Path(sys.argv[1]), ref='x')).total)"
    )
    import sys

    run = subprocess.run(
        [sys.executable, "-c", script, str(work)], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]


def test_a_file_of_nothing_but_errors_ends(work: Path) -> None:
    (work / "noise.py").write_text("".join(f"def = {n} ) ( print\n" for n in range(5_000)))
    found = outline(local(work))
    assert any(w.startswith("noise.py: no valid Python 3") for w in found.warnings)
