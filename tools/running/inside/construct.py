"""Build a model from nothing but its code: defaults, dataclasses with defaults, and usual names."""

from __future__ import annotations

import ast
import copy
import dataclasses
import importlib
import inspect
import re
import typing
from collections.abc import Callable
from typing import Any

# (pattern of the name, value): small sizes that fit each other, for parameters without a default.
USUAL: list[tuple[str, Any]] = [
    (r"(vocab|n_?tokens?$|num_?tokens?|n_?symbols|num_?embeddings)", 128),
    (r"(num|n)_?(classes|labels)|^classes$|^n_?class", 10),
    (r"(head_?dim|dim_?head|d_?head|d_k|d_v|d_?qk)", 16),
    (r"(kv_?heads|num_?groups)", 2),
    (r"heads?$|^h$|n_?head", 4),
    (r"(layers?|depth|blocks|n_?layer)$", 2),
    (r"(dropout|drop_?(rate|prob|path)?|p_?drop|_drop)$|^p$", 0.1),
    (r"mlp_?ratio|expansion", 4),
    (r"(d_?ff|ffn?_?(dim|size|hidden)?|feed_?forward|mlp_?(dim|size)|intermediate|d_?inner|hidden_features)", 128),
    (r"patch", 4),
    (r"(img|image|input)_?(size|res|resolution)?$|^res(olution)?$", 32),
    (r"(in|input|image|img)_?(channels?|chans?)|^channels$", 3),
    (r"(max_?(seq_?)?len(gth)?|seq_?len|context|block_?size|max_?pos|n_?positions|n_?ctx|maxlen)", 64),
    (r"kernel", 3),
    (r"stride", 1),
    (r"(rank|^r$)", 4),
    (r"eps", 1e-5),
    (r"(mults?|multipliers?)$", (1, 2)),
    (r"resolutions$", (2, 4)),
    (
        r"(dim|width|hidden|d_?model|embed|features|channels|size|planes|units|n_?embd)|^(n|d|num)_?(in|out)$|^(in|out)_?[dn]$",
        64,
    ),
]
CONFIG_NAMES = re.compile(r"^(cfg|config|conf|args|opts?|options|hparams|hp|params|settings)$")
CONFIG_CLASS = re.compile(r"(Config|Cfg|Options|Args|Arguments|Params|Hparams|HParams|Settings)$")
LAYERS = re.compile(r"(layers?|depth|blocks|stages|n_?layer)$")
VOCABULARY = re.compile(r"vocab|num_?embeddings|n_?tokens?$")
ENCODER = re.compile(r"^(base_?|backbone_?)?(encoder|backbone)(_?(fn|cls|builder))?$")
OWN_DEFAULTS = ("get_default_config", "default_config", "get_config")
"""Static methods by which a class gives its own configuration."""
SCALABLE = re.compile(r"(dim|width|hidden|d_?model|embd|embed|d_?ff|ffn|intermediate|mlp|heads?$|n_?head)")


class CannotBuild(Exception):
    """The constructor asks for what nobody said."""


def usual(name: str, annotation: Any) -> Any:
    """A small value for a parameter of this name; raises `CannotBuild`."""
    kind = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    if kind == "bool":
        return False
    for pattern, value in USUAL:
        if re.search(pattern, name.lower()):
            return float(value) if kind == "float" else value
    raise CannotBuild(
        f"the parameter {name!r} has no default, and its name tells no value; give one default, or a smoke.py with a function model()"
    )


class Guessed:
    """A configuration without a class: what a file of the repository sets, else for each attribute that is read a value by its name."""

    def __init__(self, value_of: Callable[[str, Any], Any], known: dict[str, Any] | None = None) -> None:
        self.__dict__["_value_of"] = value_of
        for name, value in (known or {}).items():
            self.__dict__[name] = Guessed(value_of, value) if isinstance(value, dict) else value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = self.__dict__[name] = self.__dict__["_value_of"](name, None)
        return value

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def get(self, name: str, default: Any = None) -> Any:
        """Give what is known of a name, as a dictionary does."""
        return self.__dict__.get(name, default)

    def __deepcopy__(self, memo: dict[int, Any]) -> Guessed:
        copied = Guessed(self.__dict__["_value_of"])
        copied.__dict__.update({n: copy.deepcopy(v, memo) for n, v in self.__dict__.items() if n != "_value_of"})
        return copied


@dataclasses.dataclass
class Way:
    """One way to build the model: what is called, with what, where that comes from."""

    target: Any
    arguments: dict[str, Any] = dataclasses.field(default_factory=dict)
    notes: list[str] = dataclasses.field(default_factory=list)
    guessed: list[str] = dataclasses.field(default_factory=list)
    doubtful: bool = False
    inputs: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    fields: dict[str, Any] = dataclasses.field(default_factory=dict)


def parameters_of(target: Any) -> list[inspect.Parameter]:
    """Named parameters of a class or function; of the class below where a decorator hides them."""
    initialisers = (
        [vars(c)["__init__"] for c in target.__mro__ if "__init__" in vars(c)] if isinstance(target, type) else []
    )
    for callee in (target, *initialisers):
        try:
            found = list(inspect.signature(callee).parameters.values())
        except (TypeError, ValueError):
            continue
        named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        named = [p for p in named if p.name != "self"]
        if named or not found:
            return named
    return []


class Builder:
    """Builds one model as often as it is asked to.

    `notes` say where each argument comes from, `shrunk` what was made smaller, `full_size` how many parameters it has as the code sets it,
    `guessed` which arguments have values that nobody gave, `doubtful` whether not even their names tell a value.
    """

    def __init__(
        self, torch: Any, module: Any, name: str | None, max_parameters: int, usage: dict[str, Any] | None = None
    ) -> None:
        self.torch, self.module, self.usage = torch, module, usage or {}
        self.shrunk: list[str] = []
        self.way = Way(self._resolve(name))
        if isinstance(self.way.target, torch.nn.Module):
            self.full_size = None
            return
        self.full_size = self._choose(self.way.target, max_parameters)
        if self.full_size and self.full_size > max_parameters:
            self._shrink(max_parameters)

    @property
    def notes(self) -> list[str]:
        return self.way.notes

    @property
    def guessed(self) -> list[str]:
        return self.way.guessed

    @property
    def doubtful(self) -> bool:
        return self.way.doubtful

    def _choose(self, target: Any, max_parameters: int) -> int | None:
        """Take the first way to build it that works, without memory for its weights where that is possible; the first if none does."""
        ways, reason = [], None
        for make in self._ways(target):
            try:
                ways.append(make())
            except CannotBuild as error:
                reason = reason or error
            except Exception:  # noqa: BLE001 - what the repository's own lines say may not fit any more.
                pass
        if not ways:
            raise reason or CannotBuild("no way to build it is found")
        large: list[tuple[int, int]] = []
        for index, way in enumerate(ways):
            self.way = way
            count = self._count()
            if count is not None and (count <= max_parameters or self._sizes()):
                return count
            if count is not None:
                large.append((count, index))
        if large:
            count, index = min(large)
            self.way = ways[index]
            return count
        for way in ways if len(ways) > 1 else ():
            self.way = way
            try:
                self.build()
            except Exception:  # noqa: BLE001 - the next way may do.
                continue
            return None
        self.way = ways[0]
        return None

    def _ways(self, target: Any) -> list[Callable[[], Way]]:
        """Ways to build it: as its defaults say, as the repository calls it, by a function that returns it, by usual names."""
        calls = [lambda call=call: self._called(target, call) for call in self.usage.get("calls", ())]
        factories = [lambda place=place: self._factory(place) for place in self.usage.get("factories", ())]
        try:
            plain = self._plain(target)
        except CannotBuild as error:
            reason = error

            def refuse() -> Way:
                raise reason

            return [*calls, *factories, refuse]
        if plain.guessed:
            return [*calls, *factories, lambda: plain]
        return [lambda: plain, *calls, *factories]

    def _factory(self, place: str) -> Way:
        module, _, name = place.partition(":")
        return Way(getattr(importlib.import_module(module), name), notes=[f"built by {name}()"])

    def _plain(self, target: Any) -> Way:
        self.way = Way(target)
        self.way.arguments = self._arguments(target, set())
        return self.way

    def _called(self, target: Any, call: dict[str, Any]) -> Way:
        """As a line of the repository calls it; arguments that are no literals there by their names."""
        given = inspect.signature(target).bind_partial(
            *ast.literal_eval(call["positional"]), **ast.literal_eval(call["named"])
        )
        self.way = Way(target, notes=[f"arguments as in {call['place']}"], inputs=call["inputs"], fields=call["fields"])
        given.arguments.update(given.arguments.pop("kwargs", {}))
        self.way.arguments = {**given.arguments, **self._arguments(target, set(given.arguments))}
        return self.way

    def build(self) -> Any:
        """One model, freshly initialised where it is a class or a function."""
        if isinstance(self.way.target, self.torch.nn.Module):
            return copy.deepcopy(self.way.target)
        model = self.way.target(**copy.deepcopy(self.way.arguments))
        if isinstance(model, (tuple, list)) and model and isinstance(model[0], self.torch.nn.Module):
            model = model[0]
        if not isinstance(model, self.torch.nn.Module):
            raise CannotBuild(f"{self.way.target!r} gives a {type(model).__name__}, not a torch.nn.Module")
        return model

    def _resolve(self, name: str | None) -> Any:
        if name is None:
            own = [
                value
                for value in vars(self.module).values()
                if isinstance(value, type)
                and issubclass(value, self.torch.nn.Module)
                and value.__module__ == self.module.__name__
            ]
            if len(own) != 1:
                raise CannotBuild(f"{len(own)} models are in {self.module.__name__}; name one")
            return own[0]
        target = self.module
        for part in name.split("."):
            if not hasattr(target, part):
                has = [
                    n for n, v in vars(target).items() if isinstance(v, type) and issubclass(v, self.torch.nn.Module)
                ]
                raise CannotBuild(f"{self.module.__name__} has no {part!r}; its models are {has[:10]}")
            target = getattr(target, part)
        if not callable(target):
            raise CannotBuild(f"{name!r} is no class, function or model")
        return target

    def _arguments(self, target: Any, known: set[str]) -> dict[str, Any]:
        """Values for the parameters without a default that are not known yet."""
        hints = self._hints(target)
        arguments = {}
        for parameter in parameters_of(target):
            if parameter.default is not parameter.empty or parameter.name in known:
                continue
            annotation = hints.get(parameter.name, parameter.annotation)
            arguments[parameter.name] = self._value(parameter.name, annotation)
        if not arguments and not known:
            self.way.notes.append("constructor arguments: its defaults")
        return arguments

    def _hints(self, target: Any) -> dict[str, Any]:
        try:
            return typing.get_type_hints(vars(target).get("__init__", target) if isinstance(target, type) else target)
        except (NameError, TypeError, AttributeError):
            return {}

    def _value(self, name: str, annotation: Any) -> Any:
        if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
            return self._configuration(name, annotation)
        if CONFIG_NAMES.match(name):
            classes = [v for v in vars(self.module).values() if isinstance(v, type) and v.__module__ != "builtins"]
            named = [c for c in classes if CONFIG_CLASS.search(c.__name__) or dataclasses.is_dataclass(c)]
            if (
                isinstance(annotation, type)
                and annotation.__module__ != "builtins"
                and annotation is not inspect.Parameter.empty
            ):
                named = [annotation]
            if named:
                return self._configuration(name, named[0])
            for method in OWN_DEFAULTS:
                if callable(own := getattr(self.way.target, method, None)):
                    self.way.notes.append(f"{name}: {method}()")
                    configuration = own()
                    vars(configuration).update(self.way.fields)
                    return configuration if self.way.fields else self._completed(configuration)
            if known := self.usage.get("config"):
                self.way.notes.append(f"{name}: {self.usage['config_file']}, what it does not set by its name")
                return Guessed(self._guess, known)
            self.way.notes.append(f"{name}: made up as its attributes are read")
            return Guessed(self._guess)
        if ENCODER.match(name) and annotation is inspect.Parameter.empty:
            return self._encoder(name)
        return self._guess(name, annotation)

    def _completed(self, configuration: Any) -> Any:
        """A configuration whose empty fields have values by their names; those whose names tell none stay empty."""
        for name, value in vars(configuration).items():
            if value is None:
                try:
                    setattr(configuration, name, usual(name, None))
                except CannotBuild:
                    continue
                self.way.guessed.append(f"{name}={getattr(configuration, name)!r}")
                self.way.notes.append(f"{self.way.guessed[-1]}, by its name")
        return configuration

    def _encoder(self, name: str) -> Any:
        """A function that makes a small image encoder, for a model that wraps any."""
        try:
            resnet18 = importlib.import_module("torchvision.models").resnet18
        except (ImportError, RuntimeError) as error:
            raise CannotBuild(
                f"the parameter {name!r} wants an encoder, and torchvision is not to be had: {error}"
            ) from error
        self.way.guessed.append(f"{name}=torchvision.models.resnet18")
        self.way.notes.append(f"{name}=torchvision.models.resnet18, a guess")
        self.way.doubtful = True
        return resnet18

    def _guess(self, name: str, annotation: Any) -> Any:
        """A value by the name, else one by the type or, for a single letter, a small size."""
        try:
            value, how = usual(name, annotation), "by its name"
        except CannotBuild:
            kind = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
            if kind != "float" and kind != "int" and len(name) > 1:
                raise
            value, how = (0.1 if kind == "float" else 64), "a guess"
            self.way.doubtful = True
        self.way.guessed.append(f"{name}={value!r}")
        self.way.notes.append(f"{name}={value!r}, {how}")
        return value

    def _configuration(self, name: str, kind: Any) -> Any:
        missing = {}
        if dataclasses.is_dataclass(kind):
            for field in dataclasses.fields(kind):
                none = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
                if none and field.init:
                    missing[field.name] = self._value(field.name, field.type)
        self.way.notes.append(f"{name}: {kind.__name__} with its defaults")
        return kind(**missing)

    def _count(self) -> int | None:
        """Parameters as the code sets it, without memory for them; None if it cannot be built that way."""
        if isinstance(self.way.target, self.torch.nn.Module) or not hasattr(self.torch.device("meta"), "__enter__"):
            return None
        try:
            with self.torch.device("meta"):
                return int(sum(p.numel() for p in self.build().parameters()))
        except Exception:  # noqa: BLE001 - many models look at values while they are built; the real build tells the reason.
            return None

    def _shrink(self, limit: int) -> None:
        """Make it small enough: fewer layers, a smaller vocabulary, then everything narrower by the same factor."""
        steps: list[tuple[Any, Any]] = [(LAYERS, lambda v: min(v, 2)), (VOCABULARY, lambda v: min(v, 1024))]
        steps += [(SCALABLE, lambda v: v // 2 if v % 2 == 0 else v)] * 4
        sizes = self._sizes()
        for pattern, smaller in steps:
            for name, value in sizes.items():
                if pattern.search(name.lower()):
                    sizes[name] = smaller(value)
            before = self._sizes()
            self._set({n: v for n, v in sizes.items() if v != before[n]})
            self.shrunk += [f"{n}: {before[n]} -> {v}" for n, v in sizes.items() if v != before[n]]
            count = self._count()
            if count is not None and count <= limit:
                break
        if self.shrunk:
            self.shrunk.insert(0, f"{self.full_size} parameters as the code sets it")

    def _sizes(self) -> dict[str, int]:
        """Every integer that the constructor is given, in arguments, configurations and defaults."""
        sizes: dict[str, int] = {}
        for parameter in parameters_of(self.way.target):
            value = self.way.arguments.get(parameter.name, parameter.default)
            if type(value) is int:
                sizes[parameter.name] = value
            elif hasattr(value, "__dict__") and not isinstance(value, type):
                sizes.update({n: v for n, v in vars(value).items() if type(v) is int})
        return sizes

    def _set(self, sizes: dict[str, int]) -> None:
        for parameter in parameters_of(self.way.target):
            value = self.way.arguments.get(parameter.name, parameter.default)
            if parameter.name in sizes:
                self.way.arguments[parameter.name] = sizes[parameter.name]
            elif hasattr(value, "__dict__") and not isinstance(value, type):
                changed = {n: v for n, v in sizes.items() if n in vars(value)}
                if changed and dataclasses.is_dataclass(value):
                    self.way.arguments[parameter.name] = dataclasses.replace(value, **changed)  # type: ignore[type-var]
                elif changed:
                    value = copy.copy(value)
                    vars(value).update(changed)
                    self.way.arguments[parameter.name] = value
