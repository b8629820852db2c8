"""The shape of a file in `knowledge/methods`: one method or component, its facts and its pitfalls, each with its places.

A file holds two YAML documents. The first is the head (`Method`): names and relations, small, so that every head can be
read at once. The second is the body (`Body`): documents, facts and pitfalls.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator, model_validator

from .facts import Fact, Source, Status
from .vocabulary import terms

_PINNED = re.compile(r"^(github:[\w.-]+/[\w.-]+@[0-9a-f]{40}|pypi:[\w.-]+==[\w.+!-]+)$")
_QUOTE_WORDS = 25


class MalformedKnowledge(ValueError):
    """A knowledge file says something that the schema does not allow; the message names the file and the field."""


class Strict(BaseModel):
    """A model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Method(Strict):
    """The head of a file: what the method is called and what it builds on.

    **Arguments:**

    - `name`: the stem of the file.
    - `aliases`: every other usual name; sizes too ("ViT-B/16"), where the name of the size alone names the method.
    - `families`: topics that it belongs to ("vision", "optimizer"); parents in the sense of kind.
    - `follows`: methods whose settings hold where this one is silent, nearest first.
    - `papers`, `code`: references that open it, official ones first.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    title: str
    aliases: list[str] = Field(default_factory=list)
    families: list[str] = Field(min_length=1)
    follows: list[str] = Field(default_factory=list)
    papers: list[str] = Field(default_factory=list)
    code: list[str] = Field(default_factory=list)


class Document(Strict):
    """Something that can be opened: a paper, or a repository or package at a pin."""

    paper: str | None = None
    code: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Document:
        if (self.paper is None) == (self.code is None):
            raise ValueError("give either `paper` or `code`")
        if self.code is not None and not _PINNED.match(self.code):
            raise ValueError(f"{self.code!r} is not pinned: github:owner/name@<40 hex digits> or pypi:name==version")
        return self

    @property
    def ref(self) -> str:
        """The reference, as a `Source` has it."""
        return self.paper or self.code or ""


class Where(Strict):
    """A place in a document: `section` (and `page`, `quote`) of a paper, `file` and `line` of code."""

    section: str | None = None
    page: int | None = Field(default=None, ge=1)
    file: str | None = None
    line: int | None = Field(default=None, ge=1)
    end_line: int | None = Field(default=None, ge=1)
    quote: str | None = None

    @field_validator("quote")
    @classmethod
    def _short(cls, quote: str | None) -> str | None:
        if quote is not None and len(quote.split()) > _QUOTE_WORDS:
            raise ValueError(f"a quote has at most {_QUOTE_WORDS} words: quote less, say the rest in the note")
        return quote


class Row(Where):
    """One value of one key, at a place.

    **Arguments:**

    - `also`: other words by which people ask for it.
    - `scope`: added to the scope of the group.
    """

    key: str
    value: JsonValue
    unit: str | None = None
    scope: str | None = None
    note: str | None = None
    also: list[str] = Field(default_factory=list)

    @field_validator("key")
    @classmethod
    def _known(cls, key: str) -> str:
        if key not in terms():
            raise ValueError(f"{key!r} is no key of the vocabulary")
        return key


class Group(Where):
    """Rows that one document states together; what the rows leave out (file, section, page) is the group's."""

    document: str
    scope: str | None = None
    status: Status = "stated"
    rows: list[Row] = Field(min_length=1)

    @field_validator("status")
    @classmethod
    def _not_derived(cls, status: Status) -> Status:
        if status == "derived":
            raise ValueError("knowledge holds what sources say: stated, default or convention")
        return status


class PitfallPlace(Where):
    """Where a pitfall can be seen."""

    document: str


class WrittenPitfall(Strict):
    """A mistake that is easy to make, the keys that it is about, and where it can be seen."""

    statement: str
    keys: list[str] = Field(default_factory=list)
    sources: list[PitfallPlace] = Field(min_length=1)

    @field_validator("keys")
    @classmethod
    def _known(cls, keys: list[str]) -> list[str]:
        if unknown := [key for key in keys if key not in terms()]:
            raise ValueError(f"{unknown} are no keys of the vocabulary")
        return keys


class Body(Strict):
    """The facts and pitfalls of a method."""

    documents: dict[str, Document]
    facts: list[Group] = Field(default_factory=list)
    pitfalls: list[WrittenPitfall] = Field(default_factory=list)

    @model_validator(mode="after")
    def _located(self) -> Body:
        for at, group in enumerate(self.facts):
            self._document(group.document, f"facts[{at}].document")
            for row_at, row in enumerate(group.rows):
                self._check(row, group, f"facts[{at}].rows[{row_at}]")
        for at, pitfall in enumerate(self.pitfalls):
            for place_at, place in enumerate(pitfall.sources):
                self._document(place.document, f"pitfalls[{at}].sources[{place_at}].document")
                self._check(place, place, f"pitfalls[{at}].sources[{place_at}]")
        return self

    def _document(self, name: str, field: str) -> None:
        if name not in self.documents:
            raise ValueError(f"{field}: {name!r} is not one of `documents`")

    def _check(self, place: Where, group: Group | PitfallPlace, field: str) -> None:
        source = self.source(group, place)
        if source.kind == "code" and (source.file is None or source.line is None):
            raise ValueError(f"{field}: code needs `file` and `line`")
        if source.kind == "paper" and source.section is None:
            raise ValueError(f"{field}: a paper needs `section`")
        if source.end_line is not None and source.line is not None and source.end_line < source.line:
            raise ValueError(f"{field}: `end_line` is before `line`")

    def source(self, group: Group | PitfallPlace, place: Where) -> Source:
        """The place of a row, what it leaves out taken from its group."""
        document = self.documents[group.document]
        return Source(
            kind="paper" if document.paper else "code",
            ref=document.ref,
            section=place.section or group.section,
            page=place.page or group.page,
            file=place.file or group.file,
            line=place.line,
            end_line=place.end_line,
            quote=place.quote,
        )

    def fact(self, group: Group, row: Row) -> Fact:
        """A row as everything else speaks of it."""
        scope = ", ".join(part for part in (group.scope, row.scope) if part) or None
        return Fact(
            key=row.key,
            value=row.value,
            unit=row.unit,
            scope=scope,
            status=group.status,
            source=self.source(group, row),
            note=row.note,
        )


Part = Literal["head", "body"]


def parse(text: str, file: str, part: Part) -> object:
    """One of the two YAML documents of a knowledge file, not yet validated."""
    written, before = _part(text, file, part)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(written, Loader=loader)
    except yaml.MarkedYAMLError as error:
        at = f"{before + error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise MalformedKnowledge(f"{file}:{at}not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise MalformedKnowledge(f"{file}: not YAML: {error}") from error


def _part(text: str, file: str, part: Part) -> tuple[str, int]:
    """The text of a document, and how many lines of the file stand before it."""
    head, separator, body = text.partition("\n---\n")
    if not separator:
        raise MalformedKnowledge(f"{file}:1: a line '---' must part the head from the body")
    return (head, 0) if part == "head" else (body, head.count("\n") + 2)


def explain(text: str, file: str, part: Part, error: ValidationError) -> MalformedKnowledge:
    """What pydantic found wrong, one problem a line: file and line, field, what is the matter."""
    written, before = _part(text, file, part)
    root = yaml.compose(written, Loader=yaml.SafeLoader)
    problems = []
    for item in error.errors():
        # Where the rule of a whole document names the place itself ("facts[2].rows[0]: ..."), that is the place.
        named = re.match(r"Value error, ([\w.\[\]]+): ", item["msg"])
        path = item["loc"] or (_steps(named[1]) if named else ())
        field = ".".join(str(step) for step in item["loc"]) or "file"
        problems.append(f"{file}:{before + _line(root, path)}: {field}: {item['msg']}")
    return MalformedKnowledge("\n".join(problems))


def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdigit() else step for step in re.findall(r"\w+", path))


def _line(node: yaml.Node | None, path: tuple[str | int, ...]) -> int:
    """The line of the innermost node on a path that is there, from 1."""
    line = node.start_mark.line + 1 if node else 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == str(step)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            pairs = [(node.value[step], node.value[step])]
        else:
            pairs = []
        if not pairs:
            break
        line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
    return line


def read_head(text: str, file: str) -> Method:
    """Validate the head of a knowledge file; raises `MalformedKnowledge`."""
    try:
        method = Method.model_validate(parse(text, file, "head"))
    except ValidationError as error:
        raise explain(text, file, "head", error) from error
    if method.name != Path(file).stem:
        raise MalformedKnowledge(f"{file}:1: name: {method.name!r} is not the stem of the file")
    return method


def read_body(text: str, file: str) -> Body:
    """Validate the body of a knowledge file; raises `MalformedKnowledge`."""
    try:
        return Body.model_validate(parse(text, file, "body"))
    except ValidationError as error:
        raise explain(text, file, "body", error) from error


def read_harvested(text: str, file: str) -> Body:
    """Validate a file of `harvested`, which has a body alone; raises `MalformedKnowledge`."""
    return read_body(f"\n---\n{text}", file)
