"""The interpreter is the user's, found where projects keep it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import NotInstalled
from paper_implementer.tools.running.interpreter import find_interpreter


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("PAPER_IMPLEMENTER_PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    config.cache_clear()
    yield
    config.cache_clear()


def environment(folder: Path, has_torch: bool = True) -> Path:
    """A virtual environment whose interpreter answers as one with torch does, or as one without."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    answer = '{"python": "3.10.1", "torch": "2.5.0"}' if has_torch else '{"python": "3.10.1", "torch": null}'
    python.write_text(f"#!/bin/sh\necho '{answer}'\n")
    python.chmod(0o755)
    return python


def test_the_one_of_the_workspace_is_found_from_a_folder_below(tmp_path: Path) -> None:
    python = environment(tmp_path / ".venv")
    (tmp_path / "src" / "net").mkdir(parents=True)
    found = find_interpreter(tmp_path / "src" / "net" / "model.py")
    assert (found.path, found.torch) == (str(python), "2.5.0")
    assert found.how_found == f"virtual environment {tmp_path / '.venv'}"


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert find_interpreter(tmp_path / "repository").path == sys.executable


def test_one_without_torch_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path / "venv", has_torch=False)
    active = environment(tmp_path / "elsewhere")
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "elsewhere"))
    found = find_interpreter(tmp_path)
    assert (found.path, found.how_found) == (str(active), "activated environment (CONDA_PREFIX)")


def test_one_that_is_named_is_taken_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path / ".venv")
    named = environment(tmp_path / "named")
    monkeypatch.setenv("PAPER_IMPLEMENTER_PYTHON", str(named))
    assert find_interpreter(tmp_path).how_found == "named by PAPER_IMPLEMENTER_PYTHON"
    without = environment(tmp_path / "without", has_torch=False)
    with pytest.raises(NotInstalled, match="no torch"):
        find_interpreter(tmp_path, str(without))
