"""Run one function of ours in a process of its own, with limits: heavy work and untrusted files never run in the server.

The parent sends the call as JSON on standard input; the worker answers on a private descriptor, one JSON object a line:
`{"progress": [done, total, message]}` any number of times, then `{"result": ...}` or `{"error": {...}}`.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import anyio.abc

from .errors import KINDS, PaperImplementerError, TimedOut, TooLarge, Unreadable

Progress = Callable[[float, float | None, str], None]
"""Told (done, total or None, message) as work goes on."""

MAX_ANSWER = 64 * 2**20


def no_progress(done: float, total: float | None, message: str) -> None:
    """The listener of those who do not listen."""


async def run_in_worker(
    target: str,
    arguments: dict[str, Any],
    *,
    what: str,
    timeout_s: float = 300.0,
    memory_mb: int = 2048,
    progress: Progress = no_progress,
) -> Any:
    """Call `module:function` with keyword arguments in a limited process and return its JSON-able result.

    The function may take a `progress` argument; it is then given one. Cancelling the caller kills the worker.

    **Arguments:**

    - `target`: `paper_implementer.tools....:function`; always one of ours, never from user input.
    - `what`: what is being done, for messages ("reading paper.pdf").
    - `memory_mb`: limit on the worker's data segment.

    **Raises:** what the function raised, if it is of our tree; `TimedOut`, `TooLarge` for memory, `Unreadable` for a crash.
    """
    read_fd, write_fd = os.pipe()
    call = json.dumps({"target": target, "arguments": arguments, "memory_mb": memory_mb, "fd": write_fd, "what": what})
    try:
        process = await anyio.open_process(
            [sys.executable, "-P", "-m", __name__], pass_fds=[write_fd], stderr=-1, stdout=-3, start_new_session=True
        )
    finally:
        os.close(write_fd)
    answer: dict[str, Any] | None = None
    stderr_tail = b""
    try:
        with anyio.fail_after(timeout_s):
            async with anyio.create_task_group() as group:

                async def drain() -> None:
                    nonlocal stderr_tail
                    assert process.stderr is not None
                    async for chunk in process.stderr:
                        stderr_tail = (stderr_tail + chunk)[-4000:]

                group.start_soon(drain)
                assert process.stdin is not None
                with suppress(anyio.BrokenResourceError):
                    await process.stdin.send(call.encode())
                    await process.stdin.aclose()
                async for message in _lines(read_fd):
                    if "progress" in message:
                        progress(*message["progress"])
                    else:
                        answer = message
                await process.wait()
    except TimeoutError:
        raise TimedOut(
            f"{what} did not end within {timeout_s:g} seconds and was stopped.",
            "Try a smaller input, or a longer limit.",
        ) from None
    finally:
        os.close(read_fd)
        with anyio.CancelScope(shield=True):
            await _end(process)
    if answer is not None and "result" in answer:
        return answer["result"]
    if answer is not None:
        error = answer["error"]
        raise KINDS.get(error["kind"], PaperImplementerError)(error["message"], error["hint"])
    if b"MemoryError" in stderr_tail or b"bad_alloc" in stderr_tail:
        raise TooLarge(f"{what} needed more than {memory_mb} MB and was stopped.", "Try a smaller input.")
    raise Unreadable(
        f"{what} failed: the process that did it ended with status {process.returncode}.",
        "The input may be damaged; please report it if it opens elsewhere.",
    )


async def _lines(fd: int) -> Any:
    """Yield the JSON objects that arrive on a descriptor, up to `MAX_ANSWER` bytes in all."""
    os.set_blocking(fd, False)
    pending = bytearray()
    received = 0
    while True:
        await anyio.wait_readable(fd)
        chunk = os.read(fd, 1 << 20)
        if not chunk:
            return
        received += len(chunk)
        if received > MAX_ANSWER:
            raise TooLarge("The answer of a worker process is larger than 64 MiB.", "Ask for a part of it.")
        pending += chunk
        if b"\n" in chunk:
            *whole, rest = bytes(pending).split(b"\n")
            pending = bytearray(rest)
            for line in whole:
                yield json.loads(line)


async def _end(process: anyio.abc.Process) -> None:
    """Kill the worker and what it started."""
    import signal

    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.aclose()


def main() -> None:
    """Be the worker: read one call, do it, answer."""
    call = json.loads(sys.stdin.buffer.read())
    fd: int = call["fd"]
    os.set_inheritable(fd, False)

    def send(message: dict[str, Any]) -> None:
        data = (json.dumps(message, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        while data:
            data = data[os.write(fd, data) :]

    if sys.platform != "win32":
        import resource

        limit = int(call["memory_mb"]) * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        module, _, name = call["target"].partition(":")
        function = getattr(importlib.import_module(module), name)
        arguments = call["arguments"]
        if "progress" in inspect.signature(function).parameters:
            arguments["progress"] = lambda done, total, text: send({"progress": [done, total, text]})
        send({"result": function(**arguments)})
    except MemoryError:
        error = TooLarge(f"This needed more than {call['memory_mb']} MB and was stopped.", "Try a smaller input.")
        send({"error": error.as_dict()})
    except PaperImplementerError as error:
        send({"error": error.as_dict()})
    except Exception as error:  # noqa: BLE001 - the end of this process: what we did not foresee is said, not lost
        traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        unforeseen = Unreadable(
            f"{call['what']} failed on something that this product did not foresee "
            f"({type(error).__name__} in {Path(place.filename).name}, line {place.lineno}).",
            "Please report it with the input; other inputs are not affected.",
        )
        send({"error": unforeseen.as_dict()})


if __name__ == "__main__":
    main()
