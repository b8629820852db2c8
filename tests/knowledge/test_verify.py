"""Reopening the cited places: a line that holds the quote passes, one that moved or changed is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.knowledge.catalogue import body_of
from paper_implementer.knowledge.facts import Source
from paper_implementer.knowledge.verify import installed_roots, places, verify


def _place(kind: str) -> tuple[str, Source]:
    """Some fact's place of this kind that has a quote."""
    for method, _, source in places():
        if source.kind == kind and source.quote and (source.line or source.page):
            return method, source
    raise AssertionError(kind)


def test_every_place_in_an_installed_package_holds_what_it_quotes() -> None:
    roots = installed_roots()
    if not any(ref.startswith("pypi:torch==") for ref in roots):
        pytest.skip("torch is not installed in the cited version")
    checks = [check for check in verify(roots) if check.verdict != "not opened"]
    assert len(checks) > 100
    assert [check for check in checks if check.verdict == "differs"] == []


def test_a_moved_line_is_reported(tmp_path: Path) -> None:
    method, source = _place("code")
    file = tmp_path / (source.file or "")
    file.parent.mkdir(parents=True)
    lines = ["#"] * 5000
    lines[(source.line or 1) - 1] = source.quote or ""
    file.write_text("\n".join(lines), encoding="utf-8")
    cited = [check for check in verify({source.ref: tmp_path}, names=[method]) if check.source == source]
    assert {check.verdict for check in cited} == {"holds"}
    file.write_text("\n".join(["# moved", *lines]), encoding="utf-8")
    cited = [check for check in verify({source.ref: tmp_path}, names=[method]) if check.source == source]
    assert {check.verdict for check in cited} == {"differs"}
    assert "#" in cited[0].why


def test_a_missing_file_and_a_short_file_are_reported(tmp_path: Path) -> None:
    method, source = _place("code")
    checks = [check for check in verify({source.ref: tmp_path}, names=[method]) if check.source == source]
    assert "no file" in checks[0].why
    file = tmp_path / (source.file or "")
    file.parent.mkdir(parents=True)
    file.write_text("", encoding="utf-8")
    checks = [check for check in verify({source.ref: tmp_path}, names=[method]) if check.source == source]
    assert "has 0 lines" in checks[0].why


def test_what_cannot_be_reopened_is_not_called_right() -> None:
    checks = verify({}, names=["bert"])
    assert {check.verdict for check in checks} == {"not opened"}
    body = body_of("bert")
    assert len(checks) == sum(len(g.rows) for g in body.facts) + sum(len(p.sources) for p in body.pitfalls)


def test_a_paper_is_checked_page_by_page() -> None:
    method, source = _place("paper")
    assert source.page is not None
    pages = [""] * 40
    pages[source.page - 1] = f"and so, {source.quote}, as before"
    cited = [check for check in verify({}, {source.ref: pages}, [method]) if check.source == source]
    assert {check.verdict for check in cited} == {"holds"}
    cited = [check for check in verify({}, {source.ref: [""] * 40}, [method]) if check.source == source]
    assert {check.verdict for check in cited} == {"differs"}
