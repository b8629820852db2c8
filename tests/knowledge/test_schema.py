"""A knowledge file is refused, with its name and the field, where it says what the schema does not allow."""

from __future__ import annotations

import pytest

from paper_implementer.knowledge.schema import MalformedKnowledge, read_body, read_head

HEAD = "name: demo\ntitle: Demo\nfamilies: [component]\n"
PIN = "pypi:torch==2.13.0"
ROW = "{key: norm.epsilon, value: 1.0e-05, line: 3}"


def body(row: str = ROW, group: str = "", document: str = f"{{code: '{PIN}'}}", tail: str = "") -> str:
    """The text of a file with one fact, the parts of which can be replaced."""
    place = group or "file: demo.py"
    return f"{HEAD}---\ndocuments:\n  code: {document}\nfacts:\n- document: code\n  {place}\n  rows:\n  - {row}\n{tail}"


def test_a_well_formed_file_is_read() -> None:
    read = read_body(body(), "demo.yaml")
    fact = read.fact(read.facts[0], read.facts[0].rows[0])
    assert (fact.key, fact.value, fact.source.ref, fact.source.file, fact.source.line) == (
        "norm.epsilon",
        1e-5,
        PIN,
        "demo.py",
        3,
    )
    assert read_head(body(), "demo.yaml").title == "Demo"


def test_scopes_of_group_and_row_are_joined() -> None:
    text = body(row="{key: norm.epsilon, value: 1, line: 3, scope: test}", group="file: demo.py\n  scope: base")
    read = read_body(text, "demo.yaml")
    assert read.fact(read.facts[0], read.facts[0].rows[0]).scope == "base, test"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (body(row="{key: no.such_key, value: 1, line: 3}"), "facts.0.rows.0.key"),
        (body(row="{key: norm.epsilon, line: 3}"), "facts.0.rows.0.value"),
        (body(row="{key: norm.epsilon, value: 1, line: 0}"), "facts.0.rows.0.line"),
        (body(row="{key: norm.epsilon, value: 1, line: 3, colour: red}"), "facts.0.rows.0.colour"),
        (body(row=f"{{key: norm.epsilon, value: 1, line: 3, quote: '{'word ' * 40}'}}"), "facts.0.rows.0.quote"),
        (body(row="{key: norm.epsilon, value: 1}"), "facts[0].rows[0]: code needs `file` and `line`"),
        (body(row="{key: norm.epsilon, value: 1, line: 9, end_line: 3}"), "facts[0].rows[0]: `end_line`"),
        (body(document="{paper: 'arXiv:1234.56789'}"), "facts[0].rows[0]: a paper needs `section`"),
        (body(document="{code: 'github:owner/name@main'}"), "documents.code"),
        (body(document="{}"), "documents.code"),
        (body(group="file: demo.py\n  status: derived"), "facts.0.status"),
        (body().replace("document: code", "document: other"), "facts[0].document: 'other'"),
        (body(tail="pitfalls:\n- statement: Beware.\n  sources: []\n"), "pitfalls.0.sources"),
        (
            body(
                tail="pitfalls:\n- statement: Beware.\n  keys: [no.such_key]\n  sources: [{document: code, line: 1}]\n"
            ),
            "pitfalls.0.keys",
        ),
    ],
)
def test_a_malformed_body_is_refused_naming_file_and_field(text: str, field: str) -> None:
    with pytest.raises(MalformedKnowledge) as refused:
        read_body(text, "demo.yaml")
    assert "demo.yaml" in str(refused.value)
    assert field in str(refused.value)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (body().replace("title: Demo\n", ""), "title"),
        (body().replace("families: [component]", "families: []"), "families"),
        (body().replace("name: demo", "name: Other"), "name"),
        (body().replace("name: demo", "name: other"), "name"),
        (body().replace("\n---\n", "\n"), "---"),
        (body().replace("name: demo", "name: [demo"), "not YAML"),
    ],
)
def test_a_malformed_head_is_refused_naming_file_and_field(text: str, field: str) -> None:
    with pytest.raises(MalformedKnowledge) as refused:
        read_head(text, "demo.yaml")
    assert "demo.yaml" in str(refused.value)
    assert field in str(refused.value)
