"""The self-test passes in the sandbox, and sees each guarantee broken where there is none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.errors import BadReference, NotInstalled
from paper_implementer.tools.running.sandbox import bubblewrap, level, selftest
from paper_implementer.tools.running.sandbox.level import Enclosed, Sandbox, choose
from paper_implementer.tools.running.sandbox.selftest import GUARANTEES, examine
from tests.support.isolation import SANDBOX, needs_sandbox


class NoSandbox(Sandbox):
    """Runs commands as they are, as a sandbox that does nothing would."""

    def enclose(self, inner: list[str], **given: Any) -> Enclosed:
        return Enclosed(inner, {**given["environment"], "CANARY": "1"}, b"")


@needs_sandbox
def test_every_guarantee_holds_in_the_sandbox_of_this_machine() -> None:
    assert SANDBOX is not None
    assert {each.name: each.detail for each in examine(SANDBOX) if not each.holds} == {}


@pytest.mark.skipif(sys.platform != "linux", reason="the probes of Linux")
def test_without_a_sandbox_the_probes_get_out() -> None:
    broken = {each.name for each in examine(NoSandbox("bubblewrap", "none")) if not each.holds}
    assert broken >= {"network", "files", "scratch", "processes", "environment"}
    assert broken <= set(GUARANTEES)


def test_a_sandbox_that_does_not_start_holds_nothing() -> None:
    found = examine(Sandbox("bubblewrap", "/bin/false"))
    assert all(not each.holds and "could not be tried" in each.detail for each in found)


def test_auto_refuses_where_there_is_no_sandbox_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level, "available", lambda: None)
    with pytest.raises(NotInstalled, match="isolation='none'"):
        choose("auto")
    assert choose("none") is None


def test_auto_refuses_where_the_sandbox_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level, "available", lambda: Sandbox("bubblewrap", "/bin/false"))
    with pytest.raises(NotInstalled, match="does not hold here"):
        choose("auto")


def test_a_level_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadReference, match="Levels are auto, bubblewrap"):
        choose("jail")


def test_the_program_of_the_package_is_found_without_one_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("bubblewrap is for Linux")
    monkeypatch.setattr("shutil.which", lambda name: None)
    found = bubblewrap.find()
    assert found is not None
    assert Path(found).is_file()


def test_the_self_test_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Sandbox] = []

    def count(sandbox: Sandbox, names: list[str]) -> dict[str, str]:
        calls.append(sandbox)
        return dict.fromkeys(names, "")

    monkeypatch.setattr(selftest, "_try", count)
    one = Sandbox("bubblewrap", "/made/up/by/this/test")
    assert examine(one) == examine(one)
    assert len(calls) == 1
