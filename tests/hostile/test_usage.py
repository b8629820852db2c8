"""Strangers' READMEs, code and configuration files are read for how a model is built, and nothing comes of the bad ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from paper_implementer.tools.running.entry import EntryPoint, find_entry

NET = "from torch import nn\nclass Net(nn.Module):\n    def __init__(self, config):\n        self.key = config.key\n"


def find(folder: Path) -> EntryPoint:
    return EntryPoint.model_validate(find_entry(str(folder), str(folder)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    (root / "net.py").write_text(NET)
    return root


@pytest.mark.parametrize("name", ["config.yaml", "config.json", "README.md", "run.py"])
def test_links_out_of_the_repository_are_not_read(name: str, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / name
    outside.write_text(
        {"json": '{"key": "secret"}', "yaml": "key: secret"}.get(name.partition(".")[2], "Net('secret')\n")
    )
    if name == "README.md":
        outside.write_text("```python\nNet('secret')\n```\n")
    (folder / name).symlink_to(outside)
    assert "secret" not in find(folder).model_dump_json()


@pytest.mark.parametrize("name", ["config.yaml", "README.md", "run.py"])
def test_pipes_and_folders_with_the_names_of_files_are_passed_over(name: str, folder: Path) -> None:
    os.mkfifo(folder / name)
    (folder / "config.yml").mkdir()
    assert find(folder).name == "Net"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "```a\n" * 100_000),
        ("README.md", "```python\n" + "(" * 50_000 + "\n```\n"),
        ("README.md", "```python\n" + "Net(1)\n" * 20_000 + "```\n"),
        ("run.py", "Net(" + "[" * 5_000 + "]" * 5_000 + ")\n"),
        ("run.py", "Net(config=9**9**9)\n"),
        ("run.py", "x = 2 * 3\n" + "Net(x)\n" * 20_000),
        ("config.yaml", "[" * 20_000),
        ("config.yaml", "key: !!python/object/apply:os.system [true]\n"),
        ("config.yaml", "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nkey: *c\n"),
        ("config.json", "{" * 20_000),
        ("config.yaml", "key: .nan\n"),
        ("config.yaml", "\x00\x01"),
    ],
)  # fmt: skip
def test_text_made_to_hurt_a_reader_does_not(name: str, text: str, folder: Path) -> None:
    (folder / name).write_text(text)
    assert find(folder).name == "Net"
