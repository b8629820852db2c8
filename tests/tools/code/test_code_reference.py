"""References to code, as users type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.code.reference import CodeReference, parse_reference
from paper_implementer.tools.errors import BadReference, PaperImplementerError, RefusedForSafety


@pytest.mark.parametrize(
    ("typed", "location", "ref", "sub"),
    [
        ("github:owner/name", "https://github.com/owner/name.git", None, None),
        ("github:owner/name.git@v1.0", "https://github.com/owner/name.git", "v1.0", None),
        ("github:owner/name@feature/x//src/a", "https://github.com/owner/name.git", "feature/x", "src/a"),
        ("github:owner/name//src/a/", "https://github.com/owner/name.git", None, "src/a"),
        ("https://github.com/owner/name", "https://github.com/owner/name.git", None, None),
        ("https://github.com/owner/name/tree/main/src", "https://github.com/owner/name.git", "main", "src"),
        ("https://git.example.org/a/b.git@main//c", "https://git.example.org/a/b.git", "main", "c"),
        ("https://git.example.org:8443/a/b", "https://git.example.org:8443/a/b", None, None),
        ("pypi:timm", "timm", None, None),
        ("pypi:timm==1.0.0//timm/models", "timm", "1.0.0", "timm/models"),
    ],
)
def test_the_forms(typed: str, location: str, ref: str | None, sub: str | None) -> None:
    found = parse_reference(typed)
    assert (found.location, found.ref, found.sub) == (location, ref, sub)


@pytest.mark.parametrize("typed", ["./model.py", "/somewhere/else", "mine", "mine/with space"])
def test_anything_plain_is_a_path(typed: str) -> None:
    assert parse_reference(typed).kind == "local"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "--upload-pack=touch /tmp/x",
        "github:--upload-pack=x/y",
        "github:owner/name@--upload-pack=x",
        "github:owner/name@a..b",
        "github:owner/name@main.lock",
        "github:owner/name@",
        "github:owner",
        "github:owner/..",
        "github:owner/name//../../etc",
        "github:owner/name//.git/config",
        "github:owner/name\n--x",
        "pypi:",
        "pypi:-r requirements.txt",
        "pypi:name==1.0; rm",
        "pypi:name @ https://example.org/x.whl",
        "https:///x.git",
        "https://ex ample.org/x.git",
        "https://example.org/../x.git",
        "https://example.org/x.git@-x",
    ],
)
def test_what_names_no_code_is_a_bad_reference(typed: str) -> None:
    with pytest.raises(BadReference):
        parse_reference(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "ext::sh -c touch% /tmp/x",
        "file:///etc",
        "ssh://host/x.git",
        "git@github.com:owner/name.git",
        "git://host/x.git",
        "http://example.org/x.git",
        "https://user:secret@example.org/x.git",
        "https://token@github.com/owner/name.git",
        "ftp://host/x",
    ],
)
def test_schemes_that_run_commands_or_send_passwords_are_refused(typed: str) -> None:
    with pytest.raises(RefusedForSafety) as caught:
        parse_reference(typed)
    assert caught.value.hint


def test_plain_http_is_for_trusted_hosts_only() -> None:
    found = parse_reference("http://127.0.0.1:8000/x.git", frozenset({"127.0.0.1:8000"}))
    assert found.location == "http://127.0.0.1:8000/x.git"
    with pytest.raises(RefusedForSafety):
        parse_reference("http://127.0.0.1:8001/x.git", frozenset({"127.0.0.1:8000"}))


@given(
    st.one_of(
        st.text(max_size=60),
        st.builds(
            "{}{}@{}//{}".format,
            st.sampled_from(["github:a/b", "https://h.org/x.git", "pypi:x=="]),
            *[st.text(max_size=20)] * 3,
        ),
    )
)
def test_no_text_becomes_an_option_or_leaves_the_root(typed: str) -> None:
    try:
        found: CodeReference = parse_reference(typed)
    except PaperImplementerError:
        return
    assert not (found.ref or "").startswith("-")
    assert ".." not in (found.sub or "").split("/")
    assert found.kind == "local" or found.location.startswith("https://") or found.kind == "pypi"
    assert not found.location.startswith("-")
