"""Find inputs that a model takes: as asked, as its authors say, or by trying."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterator
from typing import Any

BATCH, LENGTH = 2, 16
MAX_TRIALS = 40
IDS = re.compile(r"(ids?$|tokens?|idx|indices|src|tgt|inputs_?ids|words|text)")
IMAGES = re.compile(r"(img|image|pixel|pic|frame)")
TIMES = re.compile(r"^(t|ts|time|times|timesteps?|sigmas?|noise_(levels?|labels?))$")
DECODER = "decoder_input_ids"
MASKS = re.compile(r"mask|^keep$|padding")
LABELS = re.compile(r"^(y|labels?|targets?|classes|truth|gt)$|ground_?truth")


class NoInputs(Exception):
    """No trial fitted, and none came far enough to blame the model."""


class Spec:
    """Shape and kind of one input."""

    def __init__(self, shape: tuple[int, ...], dtype: str = "float32", high: int | None = None) -> None:
        self.shape, self.dtype, self.high = tuple(shape), dtype, high

    def __str__(self) -> str:
        below = f" below {self.high}" if self.high else ""
        return f"{self.dtype} {'x'.join(map(str, self.shape)) or 'scalar'}{below}"

    def draw(self, torch: Any, generator: Any) -> Any:
        """A random tensor of this kind: standard normal, integers from 0 up to `high`, or all true."""
        if self.dtype == "bool":
            return torch.ones(self.shape, dtype=torch.bool)
        if self.dtype.startswith(("int", "uint")):
            numbers = torch.randint(0, self.high or 2, self.shape, generator=generator)
            return numbers.to(getattr(torch, self.dtype))
        return torch.randn(self.shape, generator=generator).to(getattr(torch, self.dtype))


def find(
    torch: Any,
    model: Any,
    asked: list[dict[str, Any]] | None,
    smoke: Any,
    device: str,
    seed: int,
    shown: list[dict[str, Any]] | None = None,
) -> tuple[tuple[Any, ...], str]:
    """Inputs on the device, and how they were found; raises `NoInputs`. `shown` is what the README calls the model with."""
    generator = torch.Generator().manual_seed(seed)
    if asked is not None:
        specs = _specs(asked)
        return _draw(torch, specs, generator, device), "inputs: as asked, " + ", ".join(map(str, specs))
    for holder, name in ((smoke, "example_inputs"), (model, "example_inputs"), (model, "example_input_array")):
        given = getattr(holder, name, None)
        given = given() if callable(given) else given
        if given is not None:
            listed = tuple(given) if isinstance(given, (tuple, list)) else (given,)
            return tuple(g.to(device) if hasattr(g, "to") else g for g in listed), f"inputs: {name} of the code"
    if shown:
        # One example alone would hide what needs a batch.
        specs = _specs([{**s, "shape": [max(s["shape"][0], BATCH), *s["shape"][1:]]} for s in shown if s["shape"]])
        inputs = _draw(torch, specs, generator, device)
        try:
            with torch.no_grad():
                model(*inputs)
        except Exception:  # noqa: BLE001 - the model may have been made smaller than its README has it.
            pass
        else:
            return inputs, "inputs: as in the README, " + ", ".join(map(str, specs))
    return _try(torch, model, generator, device)


def _specs(given: list[dict[str, Any]]) -> list[Spec]:
    return [Spec(tuple(one["shape"]), one.get("dtype", "float32"), one.get("high")) for one in given]


def _draw(torch: Any, specs: Any, generator: Any, device: str) -> tuple[Any, ...]:
    return tuple(s.draw(torch, generator).to(device) for s in specs)


def _try(torch: Any, model: Any, generator: Any, device: str) -> tuple[tuple[Any, ...], str]:
    names = [
        p.name
        for p in inspect.signature(model.forward).parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    if not names:
        named = [n for n in inspect.signature(model.forward).parameters if n not in ("args", "kwargs", "self")]
        # An encoder with a decoder needs what both read.
        names = named[: named.index(DECODER) + 1 if DECODER in named else 1] or ["x"]
    reached: set[int] = set()
    hook = torch.nn.modules.module.register_module_forward_hook(lambda module, *_: reached.add(id(module)))
    trials: list[tuple[int, str, Exception]] = []
    was_training = model.training
    model.eval()
    options = [list(_options(torch, model, name))[: 16 if len(names) == 1 else 5] for name in names]
    try:
        for specs in itertools.islice(itertools.product(*options), MAX_TRIALS):
            described = ", ".join(f"{name} {spec}" for name, spec in zip(names, specs))  # noqa: B905 - Python 3.8
            reached.clear()
            try:
                inputs = _draw(torch, specs, generator, device)
                with torch.no_grad():
                    model(*inputs)
            except Exception as error:  # noqa: BLE001 - a trial that does not fit may raise anything.
                trials.append((len(reached), described, error))
                continue
            return inputs, f"inputs: {described}, found by trying"
    finally:
        hook.remove()
        model.train(was_training)
    raise _judge(trials, len(list(model.modules())) - 1, names)


def _judge(trials: list[tuple[int, str, Exception]], parts: int, names: list[str]) -> Exception:
    """The model's own error if it is the same whatever goes in, or came after half of the model had run; else a question."""
    trials.sort(key=lambda trial: -trial[0])
    furthest, described, error = trials[0]
    # An error like these before any layer has run tells of inputs that are no tensors: dictionaries, graphs, lists.
    structured = not furthest and isinstance(error, (TypeError, IndexError, KeyError, AttributeError))
    if 2 * furthest >= parts > 0 or (len({str(e) for _, _, e in trials}) == 1 and not structured):
        print(f"inputs tried: {described}")
        return error
    shown = "; ".join(f"{d}: {' '.join(str(e).split())[:120]}" for _, d, e in trials[:3])
    return NoInputs(f"What does forward({', '.join(names)}) take? Tried {len(trials)} kinds; the nearest were {shown}.")


def _options(torch: Any, model: Any, name: str) -> Iterator[Spec]:
    """Inputs that a parameter of this name could take in this model, likeliest first, each once."""
    nn = torch.nn
    name = name.lower()
    parts = list(model.modules())
    first = next(
        (p for p in parts if isinstance(p, (nn.Embedding, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear, nn.RNNBase))),
        None,
    )
    kinds: list[list[Spec]] = []
    ids = [
        Spec((BATCH, LENGTH), "int64", n)
        for n in _unique(p.num_embeddings for p in parts if isinstance(p, nn.Embedding))
    ]
    sides = _unique([*_image_sizes(parts), 32, 64, 224, 28])
    channels = _unique(p.in_channels for p in parts if isinstance(p, nn.Conv2d))[:1]
    images = [Spec((BATCH, c, side, side)) for c in channels for side in sides]
    patches = [Spec((BATCH, 3, side, side)) for side in sides[:2]]
    widths = _unique(_widths(nn, parts))[:3]
    sequences = [Spec((BATCH, LENGTH, width)) for width in widths]
    vectors = [Spec((BATCH, width)) for width in widths]
    if not any("ttention" in type(p).__name__ or isinstance(p, nn.RNNBase) for p in parts):
        sequences, vectors = vectors, sequences
    waves = [Spec((BATCH, p.in_channels, 64)) for p in parts if isinstance(p, nn.Conv1d)][:1]
    volumes = [Spec((BATCH, p.in_channels, 8, 32, 32)) for p in parts if isinstance(p, nn.Conv3d)][:1]
    maps = [Spec((BATCH, p.num_features, 32, 32)) for p in parts if isinstance(p, nn.BatchNorm2d)][:1]
    times = [Spec((BATCH,), "int64", 10), Spec((BATCH,))]
    if TIMES.match(name):
        kinds.append(times)
    if MASKS.search(name):
        kinds.append([Spec((BATCH, LENGTH), "bool"), Spec((LENGTH, LENGTH), "bool")])
    if LABELS.match(name):
        kinds += [ids, [Spec((BATCH,), "int64", 2)]]
    if IDS.search(name):
        kinds.append(ids)
    if IMAGES.search(name):
        kinds += [images, patches]
    by_first = {
        nn.Embedding: ids,
        nn.Conv1d: waves,
        nn.Conv2d: images,
        nn.Conv3d: volumes,
    }
    kinds += [found for kind, found in by_first.items() if isinstance(first, kind)]
    if isinstance(first, nn.RNNBase):
        kinds.append([Spec((BATCH, LENGTH, first.input_size))])
    kinds += [sequences, vectors, images, ids, waves, volumes, maps, patches]
    if first is None:
        kinds.append([Spec((BATCH, LENGTH, 64)), Spec((BATCH, 64)), Spec((BATCH, LENGTH), "int64", 2)])
    seen = set()
    for spec in itertools.chain(*kinds):
        if str(spec) not in seen:
            seen.add(str(spec))
            yield spec


def _widths(nn: Any, parts: list[Any]) -> Iterator[int]:
    for part in parts:
        if isinstance(part, nn.Linear):
            yield part.in_features
        elif isinstance(part, nn.LayerNorm):
            yield part.normalized_shape[-1]
        elif isinstance(part, nn.RNNBase):
            yield part.input_size
        elif isinstance(part, nn.BatchNorm1d):
            yield part.num_features


def _image_sizes(parts: list[Any]) -> Iterator[int]:
    for part in parts[:50]:
        for name in ("img_size", "image_size", "input_size", "resolution"):
            size = getattr(part, name, None)
            size = size[0] if isinstance(size, (tuple, list)) and size else size
            if isinstance(size, int) and not isinstance(size, bool) and 4 <= size <= 512:
                yield size


def _unique(values: Any) -> list[int]:
    return list(dict.fromkeys(values))
