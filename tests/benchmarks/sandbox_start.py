"""What the sandbox costs: a trivial program bare and inside, in turn. `python tests/benchmarks/sandbox_start.py [ROUNDS]`"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from paper_implementer.tools.running.sandbox.level import available, environment
from paper_implementer.tools.running.sandbox.view import View


def main() -> None:
    """Time both, in turn, and print medians in milliseconds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    sandbox = available()
    if sandbox is None:
        sys.exit("This machine has no sandbox: see `paper-implementer doctor`.")
    inner = ["/bin/true"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        view = View((place, Path(sys.prefix), Path(sys.base_prefix)))
        variables = environment(sandbox.scratch(view, place), Path(sys.executable), {})
        enclosed = sandbox.enclose(inner, view=view, environment=variables, cwd=place, folder=place, devices=True)
        times: dict[str, list[float]] = {"bare": [], "sandbox": []}
        for _ in range(rounds):
            times["bare"].append(_run(inner, {}, None))
            times["sandbox"].append(_run(enclosed.command, enclosed.environment, enclosed.filter))
    bare, inside = (1000 * statistics.median(times[name]) for name in ("bare", "sandbox"))
    print(f"{rounds} rounds, medians: bare {bare:.1f} ms, {sandbox.level} {inside:.1f} ms, {inside - bare:.1f} ms more")


def _run(command: list[str], variables: dict[str, str], filter_: bytes | None) -> float:
    passed: tuple[int, ...] = ()
    if filter_ is not None:
        read_end, write_end = os.pipe()
        os.write(write_end, filter_)
        os.close(write_end)
        passed = (read_end,)
        command = [str(read_end) if part == "{filter_fd}" else part for part in command]
    began = time.perf_counter()
    subprocess.run(command, env=variables, pass_fds=passed, check=True)
    taken = time.perf_counter() - began
    for fd in passed:
        os.close(fd)
    return taken


if __name__ == "__main__":
    main()
