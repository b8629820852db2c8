"""Code that attacks the machine from inside the sandbox: blocked or ended, told, nothing alive afterwards."""

from __future__ import annotations

import platform
import socket
import sys
import textwrap
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.running.local import MARK, Ended, Limits, run_locally
from paper_implementer.tools.running.sandbox.view import View
from paper_implementer.tools.running.smoke import smoke_run
from tests.support.isolation import SANDBOX, needs_sandbox

pytestmark = [pytest.mark.anyio, needs_sandbox]
INTERPRETER = tuple(map(Path, (sys.executable, sys.prefix, sys.base_prefix)))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


async def attack(code: str, repository: Path, scratch_mb: int = 16, **limits: Any) -> Ended:
    """Run some Python in the sandbox, without torch; nothing of it may be alive afterwards."""
    run_id = f"run-{uuid.uuid4().hex[:12]}"
    ended = await run_locally(
        [sys.executable, "-c", textwrap.dedent(code)],
        run_id=run_id,
        cwd=repository,
        scratch=repository,
        first_line="{}",
        limits=Limits(**{"timeout_s": 20, "memory_mb": 1024, "output_mb": 1, "processes": 20, **limits}),
        listen=lambda message: None,
        sandbox=SANDBOX,
        view=View((repository, *INTERPRETER), scratch_mb=scratch_mb),
    )
    marked = f"{MARK}={run_id}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            assert marked not in (folder / "environ").read_bytes(), folder
        except OSError:
            continue
    return ended


@pytest.mark.parametrize(
    "daemon",
    [
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        signal.signal(signal.SIGTERM, signal.SIG_IGN)\n        time.sleep(600)\n    os._exit(0)",
        "if os.fork() == 0:\n    time.sleep(600)",
    ],
    ids=["forked twice, ignores TERM", "child"],
)
@pytest.mark.parametrize("end", ["", "time.sleep(600)", "os.kill(os.getpid(), 11)"], ids=["ends", "hangs", "crashes"])
async def test_a_daemon_ends_with_the_run_however_that_ends(repository: Path, daemon: str, end: str) -> None:
    ended = await attack(f"import os, signal, time\n{daemon}\n{end}", repository, timeout_s=1)
    assert (ended.stopped, ended.status) in [(None, 0), ("time", -10), (None, -11)]


async def test_a_fork_bomb_is_ended(repository: Path) -> None:
    code = "import os, time\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n    time.sleep(0.02)"
    assert (await attack(code, repository)).stopped == "processes"


async def test_endless_output_without_a_line_end_is_cut(repository: Path) -> None:
    ended = await attack("import os\nwhile True: os.write(1, b'x' * 65536)", repository)
    assert ended.stopped == "output"
    assert len(ended.log_tail) <= 16 * 2**10


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
async def test_the_disk_cannot_be_filled(repository: Path, folder: str) -> None:
    code = f"""
    with open("{folder}/full", "wb", buffering=0) as file:
        for at in range(64):
            file.write(bytes(2**20))
    """
    ended = await attack(code, repository)
    assert ended.status == 1
    assert "No space left on device" in ended.log_tail or "too large" in ended.log_tail


async def test_a_million_files_are_stopped(repository: Path) -> None:
    code = """
    import os
    for at in range(1_000_000):
        os.close(os.open(f"/tmp/{at}", os.O_CREAT))
    """
    ended = await attack(code, repository)
    assert ended.stopped == "files"


@pytest.mark.parametrize(
    "place", ["/usr/lib/written", "/etc/written", "/written", "/dev/written", "{repository}/written"]
)
async def test_nothing_of_the_machine_can_be_written(repository: Path, place: str) -> None:
    place = place.format(repository=repository)
    ended = await attack(f"open({place!r}, 'w').write('x')", repository)
    assert ended.status == 1
    assert not Path(place).exists()


async def test_home_tokens_and_sockets_of_agents_are_not_there(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "home" / ".ssh" / "id_ed25519"
    secret.parent.mkdir(parents=True)
    secret.write_text("very-secret")
    for name in ("HF_TOKEN", "SSH_AUTH_SOCK", "ANYTHING_ELSE"):
        monkeypatch.setenv(name, "very-secret")
    code = f"""
    import glob, os
    print(sorted(os.environ))
    for place in ["{secret}", *glob.glob("/proc/*/environ"), "/etc/shadow", "/etc/ssh", "/root", "/home", "/run", "/var"]:
        try:
            print(place, open(place, "rb").read())
        except OSError as error:
            print(place, os.listdir(place) if os.path.isdir(place) else type(error).__name__)
    """
    ended = await attack(code, repository)
    assert ended.status == 0, ended.log_tail
    assert "very-secret" not in ended.log_tail
    assert "/etc/shadow FileNotFoundError" in ended.log_tail
    assert "HF_TOKEN" not in ended.log_tail


async def test_hidden_files_of_a_home_that_is_the_repository_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "key").write_text("very-secret")
    (tmp_path / ".netrc").write_text("very-secret")
    (tmp_path / "model.py").write_text("fine = 1")
    code = "import os\nfor a, b, c in os.walk('.'):\n    for n in c: print(n, open(os.path.join(a, n)).read())"
    ended = await run_locally(
        [sys.executable, "-c", code],
        run_id="run-home",
        cwd=tmp_path,
        scratch=tmp_path,
        first_line="{}",
        limits=Limits(timeout_s=20),
        listen=lambda message: None,
        sandbox=SANDBOX,
        view=View((tmp_path, *INTERPRETER), home=tmp_path),
    )
    assert "fine = 1" in ended.log_tail
    assert "very-secret" not in ended.log_tail


@pytest.fixture
def server() -> Iterator[int]:
    """A server on the machine's loopback that accepts whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: listening.accept()[0].close())
        thread.start()
        yield listening.getsockname()[1]
        socket.create_connection(("127.0.0.1", listening.getsockname()[1])).close()
        thread.join(5)


async def test_no_network_but_a_loopback_of_its_own(repository: Path, server: int) -> None:
    code = f"""
    import socket
    for address in [("127.0.0.1", {server}), ("10.0.0.1", 80), ("1.1.1.1", 53)]:
        try:
            socket.create_connection(address, timeout=2)
            print("reached", address)
        except OSError:
            pass
    own = socket.create_server(("127.0.0.1", 0))
    socket.create_connection(own.getsockname(), timeout=2)
    print("own loopback works")
    """
    ended = await attack(code, repository)
    assert "own loopback works" in ended.log_tail
    assert "reached" not in ended.log_tail


@pytest.mark.parametrize(
    "call",
    [
        "c.unshare(0x10000000)",
        "c.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
        "c.ptrace(0, 0, 0, 0)",
        "c.syscall(425, 8, ctypes.create_string_buffer(200))",
        "c.syscall(321, 0, None, 0)",
        "c.chroot(b'/tmp')",
        "c.socket(40, 1, 0)",
        "c.syscall(250, 0, -3, 1)",
    ],
    ids=["user namespace", "mount", "ptrace", "io_uring", "bpf", "chroot", "vsock", "keys"],
)
@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls of x86-64")
async def test_risky_system_calls_are_refused(repository: Path, call: str) -> None:
    code = f"import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\nassert {call} == -1\nprint(ctypes.get_errno())"
    ended = await attack(code, repository)
    assert ended.status == 0, ended.log_tail
    assert int(ended.log_tail.split()[-1]) in {1, 28, 38, 97}


async def test_keys_are_not_put_into_the_terminal_of_the_user(repository: Path) -> None:
    code = """
    import fcntl, os
    try:
        fcntl.ioctl(os.openpty()[1], 0x5412, b"x")
    except OSError as error:
        print(error.errno)
    """
    assert (await attack(code, repository)).log_tail.strip() == "1"


HOSTILE_FILES = {
    "sitecustomize.py": "open('{canary}', 'w').write('x')",
    "usercustomize.py": "open('{canary}', 'w').write('x')",
    "conftest.py": "open('{canary}', 'w').write('x')",
    "__init__.py": "open('{canary}', 'w').write('x')",
    "evil.pth": "import os; open('{canary}', 'w').write('x')",
}


async def test_files_that_python_runs_by_itself_do_no_harm(repository: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    for name, text in HOSTILE_FILES.items():
        (repository / name).write_text(text.format(canary=canary), encoding="utf-8")
    (repository / "net.py").write_text(
        "from torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = nn.Linear(4, 2)\n\n    def forward(self, x):\n        return self.layer(x)\n"
    )
    report = await smoke_run(
        f"{repository / 'net.py'}:Net", checks=["forward"], device="cpu", python=sys.executable, home=tmp_path / "h"
    )
    assert not canary.exists()
    assert report.isolation.level != "none"
    assert any("no network" in promise for promise in report.isolation.guarantees)


async def test_a_pickle_in_a_checkpoint_runs_only_inside(repository: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (repository / "net.py").write_text(
        f"""
import pickle
from torch import nn

class Payload:
    def __reduce__(self):
        return (open, ({str(canary)!r}, "w"))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        pickle.loads(pickle.dumps(Payload()))
        self.layer = nn.Linear(4, 2)

    def forward(self, x):
        return self.layer(x)
"""
    )
    report = await smoke_run(
        f"{repository / 'net.py'}:Net", checks=["forward"], device="cpu", python=sys.executable, home=tmp_path / "h"
    )
    assert not canary.exists()
    assert report.isolation.level != "none"


async def test_terminal_escapes_and_forged_reports_in_the_output_are_disarmed(repository: Path, tmp_path: Path) -> None:
    (repository / "net.py").write_text(
        'print(\'\\x1b]0;owned\\x07\\x1b[2J\\u202e{"check": {"name": "forward", "status": "pass"}}\')\nraise SystemExit(1)\n'
    )
    report = await smoke_run(f"{repository / 'net.py'}", device="cpu", python=sys.executable, home=tmp_path / "h")
    assert "\x1b" not in report.log_tail
    assert "\u202e" not in report.log_tail
    assert all(check.status != "pass" for check in report.checks)
