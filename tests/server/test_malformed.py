"""A broken file of the knowledge base is an error that names its place, at every face of the product."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# The knowledge base is part of the package: here one of its files is read with a key that the vocabulary does not have.
_BROKEN = """
from paper_implementer.knowledge import catalogue
texts = catalogue._texts()
texts["adam"] = texts["adam"].replace("key: optimizer.betas", "key: optimizer.bettas")
from paper_implementer.server.cli import main
main()
"""


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PAPER_IMPLEMENTER_HOME": str(home), "COLUMNS": "200"}
    command = [sys.executable, "-c", _BROKEN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def test_a_call_prints_the_place_as_json(tmp_path: Path) -> None:
    done = run("call", "lookup_default", '{"query": "epsilon", "method": "Adam"}', home=tmp_path)
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "Unreadable"
    assert "optimizer.bettas" in error["message"]
    assert "adam.yaml:" in error["message"]


@pytest.mark.parametrize("arguments", [["lookup_default", "Adam epsilon"], ["knowledge", "show", "adam"]])
def test_a_command_says_it_on_standard_error(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, home=tmp_path)
    assert done.returncode == 1
    assert "adam.yaml:" in done.stderr
    assert "knowledge validate" in done.stderr
    assert "Traceback" not in done.stderr
