"""Import, build and check a model inside the user's interpreter: a program, `python harness.py DESCRIPTOR TRACE_DESCRIPTOR`.

Reads one JSON line from standard input and writes JSON lines to the descriptor: `{"started": check}`, `{"check": verdict}`, `{"found": ...}`,
`{"environment": ...}`, `{"done": true}`. Nothing that the user's code prints is taken for a verdict. It imports no sibling by name, so that the
user's modules may have any name.
"""

from __future__ import annotations

import faulthandler
import importlib
import importlib.util
import json
import math
import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SEED = 0
ANSWER = "Pass inputs=[{shape, dtype, high}], or write a smoke.py with functions model() and example_inputs()."


def load(path: str | Path) -> Any:
    """Import a file of ours under a name that no user's module has."""
    name = "_paper_implementer_" + Path(path).stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class NotRun(Exception):
    """A check has no meaning here, or what it needs did not come about."""


class Verdict:
    """What a check returns: what was measured, what was expected, why that passes or fails."""

    def __init__(self, passed: bool, measured: Any, expected: str, why: str = "") -> None:
        self.passed, self.measured, self.expected, self.why = passed, plain(measured), expected, why


def plain(value: Any) -> Any:
    """A measured value as JSON can hold it: numbers that are not finite as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


class Channel:
    """The private descriptor. Each line carries the nonce of the order, which the user's code was not given."""

    def __init__(self, fd: int, nonce: str) -> None:
        # Out of the way of code that closes or reuses low numbers.
        import fcntl

        self.nonce = nonce
        self.fd = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 200)
        os.close(fd)

    def tell(self, **message: Any) -> None:
        data = (json.dumps({"nonce": self.nonce, **message}, default=str) + "\n").encode("utf-8", "replace")
        while data:
            data = data[os.write(self.fd, data) :]


def place_of(error: BaseException | None, root: str) -> dict[str, Any] | None:
    """The deepest line of the user's code that an exception went through."""
    if error is None:
        return None
    root = os.path.realpath(root) + os.sep
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        file = os.path.realpath(error.filename)
        if file.startswith(root):
            return {"file": file[len(root) :], "line": error.lineno}
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = os.path.realpath(frame.filename)
        if file.startswith(root) and "site-packages" not in file:
            return {"file": file[len(root) :], "line": frame.lineno, "symbol": frame.name}
    return None


def explain(error: BaseException) -> str:
    """An exception in one line of at most 600 characters."""
    if isinstance(error, SystemExit):
        return f"The code calls sys.exit({error.code!r})."
    text = " ".join(str(error).split())
    return (f"{type(error).__name__}: {text}" if text else type(error).__name__)[:600]


class Run:
    """What the checks share: the model, built anew for each seed, and its inputs."""

    def __init__(self, order: dict[str, Any], channel: Channel) -> None:
        self.order, self.channel = order, channel
        self.root: str = order["root"]
        self.device = "cpu"
        self.module: Any = None
        self.builder: Any = None
        self.inputs: tuple[Any, ...] = ()
        self.notes: list[str] = []
        self.not_run = NotRun
        self.verdict = Verdict
        self.program = str(Path(__file__).resolve())

    def import_torch(self) -> None:
        """Import torch, choose the device, and tell what is here."""
        import torch

        self.torch = torch
        wanted = self.order["device"]
        has_cuda = wanted != "cpu" and torch.cuda.is_available()
        if wanted == "cuda" and not has_cuda:
            raise NotRun("device cuda was asked for, and torch finds no GPU")
        self.device = "cuda" if has_cuda else "cpu"
        self.channel.tell(
            environment={
                "python": platform.python_version(),
                "torch": str(torch.__version__),
                "device": self.device,
                "device_name": torch.cuda.get_device_name(0) if has_cuda else platform.machine(),
                "system": platform.platform(),
            }
        )

    def import_target(self) -> None:
        """Import the user's module, as Python itself would from the project's folders."""
        sys.path[:0] = self.order["search"]
        name = self.order["module"]
        sys.argv = [name]
        self.module = importlib.import_module(name)

    def prepare(self) -> None:
        """Find out how to build the model and what it takes, and tell how; as the only process of a group if the code wants one."""
        try:
            self._prepare()
        except Exception as error:
            if "process group has not been initialized" not in explain(error):
                raise
            distributed = self.torch.distributed
            distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
            self.notes.append("as the only process of a group, since the code asks for one")
            self._prepare()

    def _prepare(self) -> None:
        construct, inputs = load(HERE / "construct.py"), load(HERE / "inputs.py")
        self.losses = load(HERE / "loss.py")
        smoke = load(self.order["smoke"]) if self.order.get("smoke") else None
        try:
            self.builder = construct.Builder(
                self.torch, self.module, self.order["name"], self.order["max_parameters"], self.order.get("usage")
            )
        except construct.CannotBuild as reason:
            raise NotRun(str(reason)) from None
        guessed = ", ".join(self.builder.guessed)
        try:
            model = self.fresh(SEED)
        except Exception as error:
            if isinstance(error, OSError) and "urlopen" in str(error):
                raise NotRun(
                    f"it downloads something as it is built, and a run has no network: {explain(error)}"
                ) from error
            if not guessed:
                raise
            raise NotRun(
                f"it cannot be built with the guessed arguments {guessed}: {explain(error)}. {ANSWER}"
            ) from error
        self.notes += self.builder.notes
        try:
            self.inputs, how = inputs.find(
                self.torch, model, self.order["inputs"], smoke, self.device, SEED, self.builder.way.inputs
            )
        except inputs.NoInputs as question:
            raise NotRun(f"{question} {ANSWER}") from question
        except Exception as error:
            if not self.builder.doubtful:
                raise
            raise NotRun(f"it does not run with the guessed arguments {guessed}: {explain(error)}. {ANSWER}") from error
        self.notes.append(how)
        self.channel.tell(found={"notes": self.notes, "shrunk": self.builder.shrunk})

    def fresh(self, seed: int) -> Any:
        """The model, built anew with this seed, on the device."""
        self.torch.manual_seed(seed)
        return self.builder.build().to(self.device)

    def forward(self, model: Any, inputs: tuple[Any, ...] | None = None) -> Any:
        """What the model gives for the inputs."""
        return model(*(self.inputs if inputs is None else inputs))

    def tensors(self, outputs: Any) -> list[Any]:
        """All tensors in what a model gave."""
        found: list[Any] = self.losses.tensors(self.torch, outputs)
        return found

    def loss(self, outputs: Any) -> tuple[Any, str]:
        """A loss for what the model gave, and its description."""
        try:
            found: tuple[Any, str] = self.losses.loss(self.torch, outputs, self.inputs, SEED)
        except self.losses.NoLoss as reason:
            if any(p.requires_grad for p in self.builder.build().parameters()):
                raise
            raise NotRun("it has no parameter that could be trained") from reason
        return found


def guarded(run: Run, name: str, work: Callable[[Run], Any]) -> bool:
    """Do one check and tell its verdict; False if what follows cannot run."""
    run.channel.tell(started=name)
    verdict: dict[str, Any] = {"name": name, "status": "fail", "measured": None, "expected": "", "why": ""}
    began = time.monotonic()
    try:
        result = work(run)
        verdict.update(
            status="pass" if result.passed else "fail",
            measured=result.measured,
            expected=result.expected,
            why=result.why,
        )
    except NotRun as reason:
        verdict.update(status="not_run", why=str(reason))
    except (KeyboardInterrupt, SystemExit, Exception) as error:  # noqa: BLE001 - whatever the user's code raises is the verdict.
        traceback.print_exc()
        verdict.update(
            why=explain(error),
            place=place_of(error, run.root) or place_of(error.__cause__, run.root),
            expected="no exception",
        )
    verdict["seconds"] = round(time.monotonic() - began, 3)
    run.channel.tell(check=verdict)
    return bool(verdict["status"] == "pass")


def main() -> None:
    """Do what the order says."""
    order = json.loads(sys.stdin.readline())
    channel = Channel(int(sys.argv[1]), order.pop("nonce"))
    trace = int(sys.argv[2])
    faulthandler.enable(file=trace)
    faulthandler.register(signal.SIGUSR1, file=trace, all_threads=True)
    sys.path[:] = [folder for folder in sys.path if folder != str(HERE)]
    worker = order.pop("worker", None)
    run = Run(order, channel)
    if worker:
        work(run, worker)
        return
    (first, path), *others = order["checks"]
    if guarded(run, first, load(path).check):
        try:
            run.import_torch()
        except (ImportError, OSError, NotRun) as error:
            channel.tell(unable=str(error) if isinstance(error, NotRun) else explain(error))
        else:
            check_all(run, others)
    channel.tell(done=True)
    # Threads and exit handlers of the user's code have no say in how this ends.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def work(run: Run, worker: dict[str, Any]) -> None:
    """Be one of several processes that a check has started."""
    run.import_target()
    run.import_torch()
    run.prepare()
    load(worker["check"]).work(run, worker)


def check_all(run: Run, checks: list[tuple[str, str]]) -> None:
    """Do the checks in turn, up to one that the others stand on and that does not pass."""
    for name, path in checks:
        check = load(path)
        if not guarded(run, name, check.check) and getattr(check, "REQUIRED", False):
            return


if __name__ == "__main__":
    main()
