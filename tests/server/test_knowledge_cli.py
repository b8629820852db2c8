"""`paper-implementer knowledge`: what a person sees, and the exit codes that a script relies on."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paper_implementer.knowledge.catalogue import body_of
from paper_implementer.server.knowledge_cli import app
from paper_implementer.server.state import library
from paper_implementer.tools.papers.library import Origin
from paper_implementer.tools.papers.paper import Block, Paper


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAPER_IMPLEMENTER_HOME", str(tmp_path / "home"))
    library.cache_clear()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_list_counts_what_there_is_and_names_the_frameworks_of_references() -> None:
    done = run("list", "--family", "normalisation")
    assert done.exit_code == 0
    assert "rmsnorm" in done.output
    assert "pytorch" in done.output
    assert "facts" in done.output.splitlines()[-1]
    assert "adamw" not in done.output


def test_show_prints_facts_with_places_and_the_code_of_every_framework() -> None:
    done = run("show", "RMSNorm")
    assert done.exit_code == 0
    assert "norm.epsilon" in done.output
    assert "(pytorch)" in done.output
    assert "(jax)" in done.output


@pytest.mark.parametrize("command", [["show", "rmsnrom"], ["verify", "rmsnrom"]])
def test_an_unknown_name_gets_the_nearest(command: list[str], home: Path) -> None:
    done = run(*command)
    assert done.exit_code == 1
    assert "rmsnorm" in done.output


def test_validate_names_file_line_and_field(tmp_path: Path) -> None:
    text = (resources.files("paper_implementer.knowledge.methods") / "rmsnorm.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if "key: norm.epsilon" in line)
    lines[at] = lines[at].replace("norm.epsilon", "norm.epsilom")
    file = tmp_path / "rmsnorm.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    done = run("validate", str(file))
    assert done.exit_code == 1
    assert f"rmsnorm.yaml:{at + 1}: facts.0.rows.0.key" in done.output
    file.write_text(text, encoding="utf-8")
    assert run("validate", str(file)).exit_code == 0


def test_validate_reads_everything_that_is_installed() -> None:
    assert run("validate").exit_code == 0


def test_verify_opens_given_folders_and_papers_of_the_library(home: Path) -> None:
    source = next(
        body.source(group, row)
        for body in [body_of("attention")]
        for group in body.facts
        for row in group.rows
        if body.source(group, row).ref == "arXiv:1706.03762"
    )
    page = source.page or 1
    blocks = [Block(id="par:1", kind="paragraph", text=f"... {source.quote} ...", page=page)]
    origin = Origin(content_hash="0" * 64, parser_version="1", source_format="pdf", main="paper.pdf")
    paper = Paper(id="arXiv:1706.03762v7", title="A title", pages=page, blocks=blocks, source_format="pdf")
    library().save(paper, {}, origin, ("1706.03762",))
    done = run("verify", "attention")
    assert "1 differs" not in done.output
    assert int(done.output.split(" holds")[0].split()[-1]) >= 1

    library().save(paper.model_copy(update={"blocks": []}), {}, origin, ("1706.03762",))
    done = run("verify", "attention")
    assert done.exit_code == 1
    assert "does not hold the quote" in done.output


def test_verify_says_which_place_differs_in_a_given_folder(home: Path) -> None:
    (home / "empty").mkdir()
    ref = next(
        source.code for source in body_of("rmsnorm").documents.values() if source.code and "llama" in source.code
    )
    done = run("verify", "rmsnorm", "--root", f"{ref}={home / 'empty'}")
    assert done.exit_code == 1
    assert "there is no file llama/model.py" in done.output
    assert run("verify", "rmsnorm", "--root", "nonsense").exit_code == 1


def test_harvest_writes_again_what_is_there_and_nothing_else(home: Path) -> None:
    done = run("harvest")
    assert done.exit_code == 0
    assert "changed: nothing" in done.output
    assert run("harvest", "--into", str(home / "nowhere")).exit_code == 1
