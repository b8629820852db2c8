"""Runs inside the user's interpreter: builds the model, finds inputs, runs the checks. Standard library and torch only.

Reads a JSON job on standard input. Verdicts go to a private descriptor as JSON lines, each with the job's nonce, never to standard
output, where the user's code prints what it likes.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import inspect
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

SMALL = {
    "vocab": 97, "n_token": 97, "num_embeddings": 97,
    "class": 5, "num_labels": 5, "n_out": 5, "out_dim": 5, "output": 5,
    "layer": 2, "depth": 2, "block": 2, "stage": 2,
    "head": 4, "expert": 4, "group": 1, "rank": 4,
    "in_chan": 3, "channels_in": 3, "image_size": 32, "img_size": 32, "resolution": 32, "patch": 4,
    "max_len": 64, "seq": 64, "context": 64, "block_size": 64, "length": 64, "position": 64,
    "kernel": 3, "stride": 1, "step": 10,
    "ff": 64, "inner": 64, "mlp": 64, "hidden": 32, "embed": 32, "d_model": 32, "dim": 32, "width": 32, "chan": 16, "feature": 32,
    "n_in": 32, "size": 32,
}  # fmt: skip
"""Sizes for constructor arguments without a default, by a part of their name; the first that fits."""
MAX_PARAMETERS = 100_000_000
BATCH = 2


class Ambiguous(Exception):
    """The model cannot be built or fed without more being said."""


class Subject:
    """What the checks look at: the model, its inputs, and ways to build and run it again."""

    def __init__(self, torch: Any, build: Any, device: str) -> None:
        self.torch, self.build, self.device = torch, build, device
        self.model = self.fresh()
        self.inputs: dict[str, Any] = {}
        self.shrunk: list[str] = []

    def fresh(self) -> Any:
        """The model, built anew from the same seed."""
        self.torch.manual_seed(0)
        return self.build().to(self.device)

    @property
    def batch_size(self) -> int | None:
        """The first dimension, where all inputs share it."""
        sizes = {t.shape[0] for t in self.inputs.values() if t.dim()}
        return sizes.pop() if len(sizes) == 1 else None

    def forward(self, model: Any, first_only: bool = False) -> Any:
        """Run the model on the inputs with a fixed seed; on the first example alone if asked to."""
        self.torch.manual_seed(1)
        inputs = {k: (v[:1] if first_only else v) for k, v in self.inputs.items()}
        positional = [v for k, v in inputs.items() if k.startswith("#")]
        return model(*positional, **{k: v for k, v in inputs.items() if not k.startswith("#")})

    def tensors(self, output: Any) -> list[Any]:
        """The floating-point tensors in whatever a model returns."""
        if self.torch.is_tensor(output):
            return [output] if output.is_floating_point() else []
        if isinstance(output, dict):
            output = list(output.values())
        elif dataclasses.is_dataclass(output):
            output = list(vars(output).values())
        return [t for item in output for t in self.tensors(item)] if isinstance(output, (list, tuple)) else []

    def loss(self, model: Any) -> tuple[Any, str]:
        """A scalar to go backward from: the model's own loss, else a fixed random projection of its outputs."""
        output = self.forward(model)
        own = output.get("loss") if isinstance(output, dict) else getattr(output, "loss", None)
        if self.torch.is_tensor(own) and own.dim() == 0:
            return own, "the model's own"
        generator = self.torch.Generator().manual_seed(2)
        parts = []
        for tensor in self.tensors(output):
            if tensor.requires_grad:
                weights = self.torch.randn(tensor.shape, generator=generator).to(tensor.device, tensor.dtype)
                parts.append((tensor * weights).sum() / max(1, tensor.numel()) ** 0.5)
        if not parts:
            raise RuntimeError("no output depends on a parameter")
        return self.torch.stack([p.float() for p in parts]).sum(), "a random projection of the outputs"


def load(job: dict[str, Any]) -> Any:
    """Import the target's class or function."""
    sys.path[:1] = job["path"]  # In place of this file's own folder: its names must not hide the user's.
    module = importlib.import_module(job["module"])
    found: Any = module
    for part in job["symbol"].split("."):
        found = getattr(found, part)
    return found


def size_for(name: str) -> int | None:
    """A small size for an argument of this name."""
    return next((size for part, size in SMALL.items() if part in name.lower()), None)


def arguments_for(factory: Any, module: Any, shrink: bool, shrunk: list[str], level: int = 0) -> dict[str, Any]:
    """Constructor arguments: defaults stay, what has none gets a small size by its name, configs are built alike."""
    chosen: dict[str, Any] = {}
    for name, parameter in inspect.signature(factory).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        default, size = parameter.default, size_for(name)
        if default is not parameter.empty:
            is_size = isinstance(default, int) and not isinstance(default, bool)
            if shrink and is_size and size is not None and default > size:
                chosen[name] = size
                shrunk.append(f"{name} from {default} to {size}")
            continue
        kind = annotation_of(parameter, module)
        if inspect.isclass(kind) and level < 2 and (dataclasses.is_dataclass(kind) or kind.__module__ == module.__name__):
            chosen[name] = kind(**arguments_for(kind, module, shrink, shrunk, level + 1))
        elif (config := only_config(module)) and ("config" in name.lower() or name in ("cfg", "args", "hparams")) and level < 2:
            chosen[name] = config(**arguments_for(config, module, shrink, shrunk, level + 1))
        elif kind is bool:
            chosen[name] = False
        elif kind is float or any(part in name.lower() for part in ("drop", "prob", "rate", "eps")):
            chosen[name] = 0.1
        elif size is not None:
            chosen[name] = size
        elif kind is int:
            chosen[name] = 4
        else:
            raise Ambiguous(f"the argument {name!r} of {factory.__name__} has no default and no value that follows from its name")
    return chosen


def annotation_of(parameter: inspect.Parameter, module: Any) -> Any:
    """The annotation of a parameter as an object, where its module knows it."""
    annotation = parameter.annotation
    if isinstance(annotation, str):
        return getattr(module, annotation, {"int": int, "float": float, "bool": bool}.get(annotation))
    return annotation


def only_config(module: Any) -> Any:
    """The one dataclass of the module that is named as a configuration."""
    found = [
        v for n, v in vars(module).items() if inspect.isclass(v) and dataclasses.is_dataclass(v) and ("config" in n.lower() or "args" in n.lower())
    ]
    return found[0] if len(found) == 1 else None


def build_of(target: Any, torch: Any, shrunk: list[str]) -> tuple[Any, dict[str, Any]]:
    """A function that builds the model, and its arguments; shrunk where the defaults are too large for a smoke run."""
    if isinstance(target, torch.nn.Module):
        import copy

        return (lambda: copy.deepcopy(target)), {}
    module = sys.modules[target.__module__]
    arguments = arguments_for(target, module, False, [])
    try:
        with torch.device("meta"):
            count = sum(p.numel() for p in target(**arguments).parameters())
    except (RuntimeError, NotImplementedError, TypeError, ValueError, IndexError):
        count = 0  # It computes with its weights while it is built; then it is not built on the meta device.
    if count > MAX_PARAMETERS:
        arguments = arguments_for(target, module, True, shrunk)
    return (lambda: target(**arguments)), arguments


def candidates(torch: Any, model: Any) -> list[tuple[str, Any]]:
    """Inputs worth trying for the first argument, most likely first, judged by the layers that the model has."""
    nn = torch.nn
    tokens: list[tuple[str, Any]] = []
    images: list[tuple[str, Any]] = []
    vectors: list[tuple[str, Any]] = []
    order: list[list[tuple[str, Any]]] = []
    for layer in model.modules():
        if isinstance(layer, nn.Embedding) and not tokens:
            for length in (16, 8, 1):
                tokens.append((f"token ids ({BATCH}, {length}) below {layer.num_embeddings}", lambda n=layer.num_embeddings, t=length: torch.randint(0, n, (BATCH, t))))
            order.append(tokens)
        elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)) and not images:
            size = next((getattr(model, n) for n in ("image_size", "img_size") if isinstance(getattr(model, n, None), int)), None)
            for side in ([size] if size else []) + [32, 64, 224, 28, 256]:
                images.append((f"images ({BATCH}, {layer.in_channels}, {side}, {side})", lambda c=layer.in_channels, s=side: torch.randn(BATCH, c, s, s)))
            order.append(images)
        elif isinstance(layer, nn.Conv1d) and not images:
            images.append((f"signals ({BATCH}, {layer.in_channels}, 64)", lambda c=layer.in_channels: torch.randn(BATCH, c, 64)))
            order.append(images)
        elif isinstance(layer, nn.Linear) and not vectors:
            width = layer.in_features
            vectors.append((f"sequences ({BATCH}, 16, {width})", lambda w=width: torch.randn(BATCH, 16, w)))
            vectors.append((f"vectors ({BATCH}, {width})", lambda w=width: torch.randn(BATCH, w)))
            order.append(vectors)
    plain = [(f"vectors ({BATCH}, {w})", lambda w=w: torch.randn(BATCH, w)) for w in (32, 16, 784)]
    plain += [(f"images ({BATCH}, 3, {s}, {s})", lambda s=s: torch.randn(BATCH, 3, s, s)) for s in (32, 224)]
    return [c for group in order for c in group] + plain


def others(torch: Any, name: str, first: Any) -> Any:
    """A value for a further required argument of forward, by its name."""
    lower = name.lower()
    shape = first.shape[:2] if first.dim() >= 2 else first.shape
    if "mask" in lower:
        return torch.ones(shape, dtype=torch.bool)
    if "len" in lower:
        return torch.full((BATCH,), shape[-1])
    if lower in ("t", "timestep", "timesteps", "time", "steps", "step"):
        return torch.randint(0, 10, (BATCH,))
    if lower in ("y", "label", "labels", "class_labels"):
        return torch.randint(0, 2, (BATCH,))
    return first.clone()


def find_inputs(subject: Subject) -> list[str]:
    """Try inputs until one goes through the model. Returns what they are."""
    torch = subject.torch
    signature = inspect.signature(subject.model.forward).parameters
    required = [
        n for n, p in signature.items() if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    failures: list[str] = []
    last: BaseException | None = None
    for label, make in candidates(torch, subject.model):
        torch.manual_seed(3)
        first = make()
        inputs = {"#0": first.to(subject.device)}
        inputs |= {f"#{i}": others(torch, n, first).to(subject.device) for i, n in enumerate(required[1:], 1)}
        subject.inputs = inputs
        try:
            with torch.no_grad():
                if subject.tensors(subject.forward(subject.model.eval())):
                    return [f"{n}: {label if i == 0 else list(inputs[f'#{i}'].shape)}" for i, n in enumerate(required or ["input"])]
            failures.append(f"{label}: no floating-point output")
        except Exception as error:  # noqa: BLE001 - any failure of the user's model means: not this input
            last = error
            failures.append(f"{label}: {type(error).__name__}: {str(error).splitlines()[0][:120] if str(error) else ''}")
    subject.inputs = {}
    if last is not None and len(failures) > 2 and len({f.split(": ", 1)[1] for f in failures}) == 1:
        raise last  # The same failure whatever goes in: it is the model, not the input.
    raise Ambiguous("no inputs were found that go through the model; tried " + "; ".join(failures[:3]))


def given_inputs(torch: Any, specs: list[dict[str, Any]], device: str) -> dict[str, Any]:
    """Inputs as the caller has described them."""
    made = {}
    for i, spec in enumerate(specs):
        torch.manual_seed(3 + i)
        dtype = getattr(torch, spec.get("dtype", "float32"))
        if dtype.is_floating_point:
            tensor = torch.randn(spec["shape"]).to(dtype)
        elif dtype is torch.bool:
            tensor = torch.ones(spec["shape"], dtype=dtype)
        else:
            tensor = torch.randint(spec.get("low", 0), spec.get("high", 2), spec["shape"], dtype=dtype)
        made[spec.get("name") or f"#{i}"] = tensor.to(device)
    return made


def place_of(error: BaseException, root: str) -> dict[str, Any] | None:
    """The innermost line of the user's own code in a traceback."""
    place = None
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(root):
        return {"file": os.path.relpath(error.filename, root), "line": error.lineno or 1, "symbol": None}
    for frame in traceback.extract_tb(error.__traceback__):
        path = os.path.realpath(frame.filename)
        if path.startswith(os.path.realpath(root) + os.sep) and "site-packages" not in path:
            place = {"file": os.path.relpath(path, os.path.realpath(root)), "line": frame.lineno or 1, "symbol": frame.name}
    return place


def main() -> None:
    """Do the job."""
    job = json.loads(sys.stdin.buffer.read())
    fd = int(sys.argv[1])
    os.set_inheritable(fd, False)

    def say(**message: Any) -> None:
        os.write(fd, (json.dumps({"nonce": job["nonce"], **message}) + "\n").encode())

    def failed(name: str, error: BaseException, expected: str) -> None:
        text = f"{type(error).__name__}: {error}"[:600]
        say(check={"name": name, "status": "fail", "measured": text, "expected": expected, "why": "", "place": place_of(error, job["root"])})

    try:
        import torch
    except ImportError as error:
        say(problem="no_torch", detail=str(error))
        return
    cuda = torch.cuda.is_available()
    device = {"auto": "cuda" if cuda else "cpu"}.get(job["device"], job["device"])
    environment = {"python": sys.version.split()[0], "executable": sys.executable, "torch": torch.__version__, "device": device}
    if cuda:
        environment["gpu"] = torch.cuda.get_device_name(0)
    say(environment=environment)
    if device == "cuda" and not cuda:
        say(problem="no_cuda", detail="torch finds no CUDA device")
        return
    try:
        target = load(job)
    except BaseException as error:  # noqa: BLE001 - whatever the user's module raises, SystemExit too, is the verdict
        failed("import", error, "the module imports")
        return
    say(check={"name": "import", "status": "pass", "measured": f"{job['module']}:{job['symbol']}", "expected": "the module imports", "why": ""})
    shrunk: list[str] = []
    try:
        if not job["is_model"]:
            target = target()
        build, arguments = build_of(target, torch, shrunk)
        subject = Subject(torch, build, device)
        subject.shrunk = shrunk
        say(entry={"arguments": {k: v if isinstance(v, (int, float, str, bool)) else repr(v)[:300] for k, v in arguments.items()}, "shrunk": shrunk})
    except Ambiguous as error:
        say(problem="ambiguous", detail=str(error))
        return
    except BaseException as error:  # noqa: BLE001 - see above
        failed("build", error, "the model can be built")
        return
    try:
        if job["inputs"]:
            subject.inputs = given_inputs(torch, job["inputs"], device)
            say(inputs=[f"{list(t.shape)} {t.dtype}" for t in subject.inputs.values()])
        else:
            say(inputs=find_inputs(subject))
    except Ambiguous as error:
        say(problem="ambiguous", detail=str(error))
        return
    except BaseException as error:  # noqa: BLE001 - see above
        failed("forward", error, "a forward pass")
        return
    for name, file in job["checks"]:
        say(started=name)
        spec = importlib.util.spec_from_file_location(f"_smoke_check_{name}", file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        try:
            verdict = module.check(subject)
        except BaseException as error:  # noqa: BLE001 - see above
            failed(name, error, "the check runs through")
            continue
        say(check={"name": name, **verdict})
    if device == "cuda":
        say(environment={**environment, "peak_memory_bytes": torch.cuda.max_memory_allocated()})
    say(done=str(Path(job["root"]).name))


if __name__ == "__main__":
    main()
