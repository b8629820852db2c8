"""The readers of settings hold for any text whatever."""

from __future__ import annotations

import ast
import json

from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.code.settings.data_files import scalar, settings_of_data
from paper_implementer.tools.code.settings.literals import Unknown, evaluate
from paper_implementer.tools.code.settings.python import settings_of_python
from paper_implementer.tools.code.settings.shell import settings_of_shell
from paper_implementer.tools.code.syntax import parse

WORDS = st.sampled_from(
    ["x", "=", "(", ")", "[", "]", "{", "}", ":", "\n", "    ", "class A", "def f", "return", "1e-3", "'s'", ",", "print x", "if", "else", "**", "\\\n", "\0", "lr", "@", "&a", "*a", "- ", "--lr", "python", '"']
)  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(exclude_characters="\r"), max_size=200), st.lists(WORDS, max_size=60).map(" ".join)
)


@given(TEXTS)
def test_python_of_any_text_parses_to_statements_on_its_own_lines(text: str) -> None:
    parsed = parse(text)
    lines = text.count("\n") + 1
    assert all(1 <= node.lineno <= lines for node in ast.walk(parsed.module) if isinstance(node, ast.stmt))
    assert all(1 <= line <= lines for line in parsed.broken)


@given(TEXTS)
def test_settings_of_any_text_lie_on_its_lines_and_are_json(text: str) -> None:
    lines = text.count("\n") + 1
    found = settings_of_python("a.py", text).settings + settings_of_shell("a.sh", text)
    for name in ("a.yaml", "a.json", "a.toml", "a.gin"):
        found += settings_of_data(name, text)
    for setting in found:
        assert 1 <= setting.line <= max(lines, len(text.splitlines()) + 1)
        json.dumps(setting.value, allow_nan=False)


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(10**9), 10**9),
            st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.text(max_size=20),
        ),
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=12,
    )
)
def test_a_literal_evaluates_to_itself(value: object) -> None:
    found = evaluate(ast.parse(repr(value), mode="eval").body, {})
    assert not isinstance(found, Unknown)
    assert found == value


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True),
        st.one_of(st.booleans(), st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6)),
        max_size=6,
    )
)
def test_json_and_yaml_give_back_what_was_written(content: dict[str, object]) -> None:
    for name in ("a.json", "a.yaml"):
        found = {
            s.path: s.value
            for s in settings_of_data(name, json.dumps(content, indent="\t" if name == "a.json" else None))
        }
        assert found == content


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_of_any_notation_are_numbers(value: float) -> None:
    assert scalar(repr(value)) == value


def test_a_number_out_of_range_stays_text() -> None:
    assert scalar("1e999") == "1e999"
