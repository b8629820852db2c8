"""The command line: JSON for programs, text for people, errors of our tree, exit codes for CI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent.parent / "sample"


def run(*arguments: str, home: Path, module: str = "server") -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    code = f"from paper_implementer.server.{'cli' if module == 'server' else 'compare_cli'} import main; main()"
    environment = {**os.environ, "PAPER_IMPLEMENTER_HOME": str(home), "COLUMNS": "160"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=240, check=False)


@pytest.mark.parametrize("option", ["--max_chars", "--max-chars"])
def test_an_option_is_called_as_its_argument_or_with_hyphens(tmp_path: Path, option: str) -> None:
    done = run("read_paper", "nothing.pdf", option, "1000", home=tmp_path)
    assert "NotFound" in done.stderr
    assert "No such option" not in done.stderr


def test_call_prints_the_structured_result(tmp_path: Path) -> None:
    done = run("call", "lookup_default", '{"query": "adam betas", "method": "Transformer"}', home=tmp_path)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)["facts"]
    assert facts[0]["key"] == "optimizer.betas"
    assert facts[0]["source"]["ref"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["no_such_tool", "{}"], "BadReference"),
        (["lookup_default", "{nonsense"], "BadReference"),
        (["lookup_default", "[]"], "BadReference"),
        (["lookup_default", "{}"], "BadReference"),
        (["lookup_default", '{"query": "lr", "limit": "many"}'], "BadReference"),
        (["lookup_default", '{"query": "lr", "limits": 3}'], "BadReference"),
        (["fetch_paper", '{"paper": "/nowhere/paper.pdf"}'], "NotFound"),
    ],
)
def test_a_failed_call_prints_one_json_error_and_exits_with_1(arguments: list[str], kind: str, tmp_path: Path) -> None:
    done = run("call", *arguments, home=tmp_path)
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == kind
    assert set(error) == {"kind", "message", "hint"}


def test_a_tool_is_a_command_with_its_arguments_as_options_or_by_position(tmp_path: Path) -> None:
    by_option = run("lookup_default", "--query", "adam betas", "--method", "Transformer", home=tmp_path)
    by_position = run("lookup_default", "adam betas", "--method", "Transformer", home=tmp_path)
    assert by_option.returncode == 0, by_option.stderr
    assert "optimizer.betas" in by_option.stdout
    assert by_position.stdout == by_option.stdout


def test_a_failed_command_says_why_on_standard_error(tmp_path: Path) -> None:
    done = run("fetch_paper", "/nowhere/paper.pdf", home=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("NotFound: ")
    assert "Traceback" not in done.stderr


def test_doctor_names_what_it_looked_at(tmp_path: Path) -> None:
    done = run("doctor", home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("Python", "git", "Library", "Interpreter for runs", "GPU", "Sandbox"):
        assert name in done.stdout


def test_the_comparison_exits_with_1_for_a_difference_of_high_severity(tmp_path: Path) -> None:
    done = run(str(SAMPLE / "mine"), str(SAMPLE / "official"), home=tmp_path, module="compare")
    assert done.returncode == 1, done.stderr
    assert "high" in done.stdout
    assert "Fidelity" in done.stdout


def test_the_comparison_exits_with_0_for_code_and_itself(tmp_path: Path) -> None:
    done = run(str(SAMPLE / "official"), str(SAMPLE / "official"), home=tmp_path, module="compare")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No difference found" in done.stdout


def test_the_comparison_exits_with_2_if_it_cannot_be_made(tmp_path: Path) -> None:
    done = run("/nowhere/mine", str(SAMPLE / "official"), home=tmp_path, module="compare")
    assert done.returncode == 2
    assert "NotFound" in done.stderr
