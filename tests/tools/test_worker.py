"""Work in a limited process: results, progress and errors come back; time, memory and crashes end in an error of our tree."""

from __future__ import annotations

import os
from pathlib import Path

import anyio
import pytest

from paper_implementer.tools.errors import NotFound, TimedOut, TooLarge, Unreadable
from paper_implementer.tools.worker import run_in_worker

pytestmark = pytest.mark.anyio
TASKS = Path(__file__).parent.parent / "support"


@pytest.fixture(autouse=True)
def tasks_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions that the tests have run are in `tests/support/worker_tasks.py`."""
    monkeypatch.setenv("PYTHONPATH", str(TASKS))


async def test_a_result_and_the_progress_on_the_way_come_back() -> None:
    heard: list[tuple[float, float | None, str]] = []
    answer = await run_in_worker(
        "worker_tasks:count",
        {"to": 3},
        what="counting",
        progress=lambda done, total, text: heard.append((done, total, text)),
    )
    assert answer == {"counted": 3, "text": "ok \U0001f600 \ud800".encode("utf-8", "replace").decode()}
    assert heard == [(1, 3, "one"), (2, 3, "two"), (3, 3, "three")]


async def test_what_a_task_prints_does_not_reach_the_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert await run_in_worker("worker_tasks:shout", {}, what="shouting") == "done"
    assert capfd.readouterr().out == ""


async def test_an_error_of_our_tree_stays_what_it_was() -> None:
    with pytest.raises(NotFound) as caught:
        await run_in_worker("worker_tasks:miss", {}, what="missing")
    assert (caught.value.message, caught.value.hint) == ("There is no such thing.", "Look elsewhere.")


async def test_a_task_that_does_not_end_is_ended_with_all_that_it_started() -> None:
    with pytest.raises(TimedOut, match="hanging did not end within 1 seconds"):
        await run_in_worker("worker_tasks:hang", {}, what="hanging", timeout_s=1)


async def test_cancelling_the_caller_ends_the_worker(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with anyio.move_on_after(20) as scope:
        async with anyio.create_task_group() as group:

            async def work() -> None:
                await run_in_worker("worker_tasks:hang", {"note": str(note)}, what="hanging")

            group.start_soon(work)
            while not note.exists() or not note.read_text():
                await anyio.sleep(0.05)
            group.cancel_scope.cancel()
    assert not scope.cancelled_caught
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


async def test_memory_is_limited() -> None:
    with pytest.raises(TooLarge, match="more than 300 MB"):
        await run_in_worker("worker_tasks:eat", {"mb": 1000}, what="eating", memory_mb=300)


@pytest.mark.parametrize("how", ["exit", "signal"])
async def test_a_crash_is_an_error_that_says_what_was_being_done(how: str) -> None:
    with pytest.raises(Unreadable, match="crashing failed"):
        await run_in_worker("worker_tasks:crash", {"how": how}, what="crashing")


async def test_a_mistake_of_ours_is_named_with_its_place() -> None:
    with pytest.raises(Unreadable, match=r"did not foresee \(RuntimeError in worker_tasks.py, line \d+\)"):
        await run_in_worker("worker_tasks:crash", {"how": "raise"}, what="crashing")
