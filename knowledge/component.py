"""A component of the field with a reference implementation: its shape on disk, and how it is looked up.

`components/NAME.yaml` holds two YAML documents, as a method's file does: a head with the names, and a body with equations,
variants, edge cases and what each reference was checked against. The code is the file `components/FRAMEWORK/NAME.py`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .catalogue import body_of, entries_of
from .facts import Fact, Source
from .lookup import Pitfall
from .schema import Document, MalformedKnowledge, Strict, Where, explain, parse
from .vocabulary import terms
from .words import tokens

Framework = Literal["pytorch", "jax", "keras"]

FRAMEWORKS: dict[str, Framework] = {
    "pytorch": "pytorch",
    "torch": "pytorch",
    "jax": "jax",
    "flax": "jax",
    "keras": "keras",
    "tensorflow": "keras",
    "tf": "keras",
}
"""What people call a framework, and the folder that holds its references; those of Keras run on TensorFlow, JAX and torch."""

_FILES = "paper_implementer.knowledge.components"


class ComponentHead(Strict):
    """The names of a component.

    **Arguments:**

    - `name`: the stem of the file.
    - `aliases`: every other usual name.
    - `families`: topics that it belongs to ("attention", "optimizer").
    - `facts_of`: methods of the knowledge base whose facts and pitfalls are about it.
    - `keys`: of those, only facts and pitfalls about these keys; all where none is given.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    title: str
    aliases: list[str] = Field(default_factory=list)
    families: list[str] = Field(min_length=1)
    facts_of: list[str] = Field(default_factory=list)
    keys: list[str] = Field(default_factory=list)

    @field_validator("keys")
    @classmethod
    def _known(cls, keys: list[str]) -> list[str]:
        if unknown := [key for key in keys if key not in terms()]:
            raise ValueError(f"{unknown} are no keys of the vocabulary")
        return keys


class Cited(Where):
    """Something that is said of a component, and the document that says it."""

    document: str


class WrittenEquation(Cited):
    """An equation, what its symbols mean, and where it stands."""

    latex: str
    says: str


class WrittenVariant(Cited):
    """A usual variant, and how it differs from the reference."""

    name: str
    differs: str


class AgainstLibrary(Strict):
    """An independent implementation that a test holds the reference against.

    **Arguments:**

    - `against`: what it is, importable where that makes sense ("torch.nn.RMSNorm").
    - `package`: its package at the version of the test ("torch==2.13.0").
    - `covers`: what was compared: forward, gradients, shapes, dtypes.
    - `test`: the test that does it, as pytest names it.
    """

    against: str
    package: str = Field(pattern=r"^[A-Za-z0-9._-]+==[\w.+!-]+$")
    covers: str
    test: str = Field(pattern=r"^tests/[\w/]+\.py::\w+$")


class ComponentBody(Strict):
    """What is known of a component."""

    documents: dict[str, Document]
    equations: list[WrittenEquation] = Field(min_length=1)
    usage: dict[Framework, str] = Field(min_length=1)
    variants: list[WrittenVariant] = Field(default_factory=list)
    edge_cases: list[str] = Field(default_factory=list)
    checks: dict[Framework, list[AgainstLibrary]] = Field(min_length=1)

    @model_validator(mode="after")
    def _cited(self) -> ComponentBody:
        for cited in (*self.equations, *self.variants):
            if cited.document not in self.documents:
                raise ValueError(f"{cited.document!r} is not one of `documents`")
            where = self.documents[cited.document]
            if where.paper and not cited.section:
                raise ValueError(f"{cited.document}: a paper needs `section`")
            if where.code and not (cited.file and cited.line):
                raise ValueError(f"{cited.document}: code needs `file` and `line`")
        if set(self.usage) != set(self.checks):
            raise ValueError("`usage` and `checks` must name the same frameworks")
        return self

    def source(self, cited: Cited) -> Source:
        """The place of something that is said."""
        document = self.documents[cited.document]
        return Source(
            kind="paper" if document.paper else "code",
            ref=document.ref,
            **cited.model_dump(include={"section", "page", "file", "line", "end_line", "quote"}),
        )


class Equation(BaseModel):
    """An equation of a component, in LaTeX, with its place."""

    model_config = ConfigDict(extra="forbid")

    latex: str
    says: str
    source: Source


class Variant(BaseModel):
    """A usual variant of a component: how it differs from the reference, and where it is described."""

    model_config = ConfigDict(extra="forbid")

    name: str
    differs: str
    source: Source


class CheckedAgainst(BaseModel):
    """An independent implementation that a test of this project holds the reference against."""

    model_config = ConfigDict(extra="forbid")

    against: str
    package: str
    covers: str


class Component(BaseModel):
    """A component: what it computes, a reference implementation, and what that was checked against."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str
    framework: Framework
    frameworks: list[Framework]
    equations: list[Equation]
    code: str
    usage: str
    variants: list[Variant]
    edge_cases: list[str]
    pitfalls: list[Pitfall]
    defaults: list[Fact]
    sources: list[Source]
    checked_against: list[CheckedAgainst]


class NoSuchComponent(LookupError):
    """No component, or no reference of it in a framework; the message names the nearest."""


@cache
def _texts() -> dict[str, str]:
    files = (file for file in resources.files(_FILES).iterdir() if file.name.endswith(".yaml"))
    return {
        file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8")
        for file in sorted(files, key=lambda file: file.name)
    }


@cache
def head_of_component(name: str) -> ComponentHead:
    """The names of a component, by the stem of its file; raises `MalformedKnowledge`."""
    return read_component_head(_texts()[name], f"{name}.yaml")


@cache
def body_of_component(name: str) -> ComponentBody:
    """What is known of a component, by the stem of its file; raises `MalformedKnowledge`."""
    return read_component_body(_texts()[name], f"{name}.yaml")


def components() -> list[str]:
    """The names of all components."""
    return list(_texts())


def cited_by_component(name: str) -> Iterator[tuple[str, Source]]:
    """Every place that a component's equations and variants cite, and what for."""
    body = body_of_component(name)
    for equation in body.equations:
        yield equation.says[:60], body.source(equation)
    for variant in body.variants:
        yield variant.name, body.source(variant)


def read_component_head(text: str, file: str) -> ComponentHead:
    """Validate the head of a component's file; raises `MalformedKnowledge`."""
    try:
        head = ComponentHead.model_validate(parse(text, file, "head"))
    except ValidationError as error:
        raise explain(text, file, "head", error) from error
    if head.name != Path(file).stem:
        raise MalformedKnowledge(f"{file}:1: name: {head.name!r} is not the stem of the file")
    return head


def read_component_body(text: str, file: str) -> ComponentBody:
    """Validate the body of a component's file; raises `MalformedKnowledge`."""
    try:
        return ComponentBody.model_validate(parse(text, file, "body"))
    except ValidationError as error:
        raise explain(text, file, "body", error) from error


def code_of_component(name: str, framework: Framework) -> str:
    """The text of a reference implementation."""
    return (resources.files(_FILES) / framework / f"{name}.py").read_text(encoding="utf-8")


def lookup_component(name: str, framework: str = "pytorch") -> Component:
    """Find a component by any usual name; raises `NoSuchComponent` with the nearest names."""
    folder = FRAMEWORKS.get(framework.strip().lower())
    if folder is None:
        raise NoSuchComponent(f"no framework called {framework!r}; there are pytorch, jax and keras (for TensorFlow)")
    stem = _find(name)
    head, body = head_of_component(stem), body_of_component(stem)
    if folder not in body.usage:
        raise NoSuchComponent(f"{head.title} has no reference in {folder}, only in {', '.join(body.usage)}")
    cited = [body.source(each) for each in (*body.equations, *body.variants)]
    return Component(
        name=stem,
        title=head.title,
        framework=folder,
        frameworks=list(body.usage),
        equations=[Equation(latex=each.latex, says=each.says, source=body.source(each)) for each in body.equations],
        code=code_of_component(stem, folder),
        usage=body.usage[folder],
        variants=[Variant(name=each.name, differs=each.differs, source=body.source(each)) for each in body.variants],
        edge_cases=body.edge_cases,
        pitfalls=_pitfalls(head),
        defaults=_defaults(head),
        sources=[source for at, source in enumerate(cited) if source not in cited[:at]],
        checked_against=[CheckedAgainst(**check.model_dump(exclude={"test"})) for check in body.checks[folder]],
    )


@cache
def _names() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for stem in components():
        head = head_of_component(stem)
        for alias in (stem.replace("_", " "), head.title, *head.aliases):
            found.setdefault(tokens(alias.lower()), stem)
    return found


def _find(name: str) -> str:
    asked = tokens(name.lower().replace("_", " "))
    names = _names()
    if asked in names:
        return names[asked]
    inside = [alias for alias in names if alias and _contains(asked, alias)]
    if inside:
        return names[max(inside, key=len)]
    written = {" ".join(alias): head_of_component(stem).title for alias, stem in names.items()}
    near = difflib.get_close_matches(" ".join(asked), written, n=5, cutoff=0.5)
    near += [alias for alias in written if set(asked) & set(alias.split()) and alias not in near]
    titles = list(dict.fromkeys(written[alias] for alias in near))[:5]
    raise NoSuchComponent(
        f"no component called {name!r} is in the knowledge base"
        + (f"; the nearest names: {', '.join(titles)}" if titles else "")
    )


def _contains(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


def _defaults(head: ComponentHead) -> list[Fact]:
    facts = [entry.fact for name in head.facts_of for entry in entries_of(name)]
    return [fact for fact in facts if not head.keys or fact.key in head.keys]


def _pitfalls(head: ComponentHead) -> list[Pitfall]:
    found: list[Pitfall] = []
    for name in head.facts_of:
        body = body_of(name)
        for written in body.pitfalls:
            if not head.keys or not written.keys or set(written.keys) & set(head.keys):
                sources = [body.source(place, place) for place in written.sources]
                found.append(Pitfall(statement=written.statement, sources=sources))
    return found
