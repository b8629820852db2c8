"""How a repository builds its model is read from its README, its code and its configuration files, and used."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from paper_implementer.tools.running.smoke import smoke_run
from paper_implementer.tools.running.usage import usage_of
from tests.support.isolation import ISOLATION

pytestmark = pytest.mark.anyio

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, {parameters}):
        super().__init__()
        assert {condition}
        self.line = nn.Linear(24, 5)
    def forward(self, x):
        return self.line(x)
"""


async def built(folder: Path) -> tuple[str, str]:
    """Status of the forward check on a folder, and how its model was built."""
    report = await smoke_run(
        str(folder), checks=["forward"], home=folder / "home", device="cpu", python=sys.executable, isolation=ISOLATION
    )
    return next(c.status for c in report.checks if c.name == "forward"), report.entry.how_found


def write(folder: Path, parameters: str, condition: str) -> Path:
    file = folder / "net.py"
    file.write_text(NET.format(parameters=parameters, condition=condition))
    return file


def test_a_call_keeps_its_literals_as_python_and_its_place(tmp_path: Path) -> None:
    file = write(tmp_path, "a, b, c", "True")
    (tmp_path / "run.py").write_text("from net import Net\nSIZES = (2, 3)\nmodel = Net(4 * 6, SIZES, c=object())\n")
    [call] = usage_of(tmp_path, file, "Net").calls
    assert ast.literal_eval(call.positional) == [24, (2, 3)]
    assert ast.literal_eval(call.named) == {}
    assert call.place == "run.py:3"


def test_the_call_of_the_readme_goes_first_and_brings_its_inputs(tmp_path: Path) -> None:
    file = write(tmp_path, "kind, bins", "True")
    (tmp_path / "run.py").write_text("from net import Net\nNet('a', 3)\n")
    (tmp_path / "README.md").write_text(
        "```python\nnet = Net(kind='b', bins=7)\nids = torch.randint(0, 30, (1, 9))\nnet(torch.randn(1, 3, 24), ids)\n```\n"
    )
    first, second = usage_of(tmp_path, file, "Net").calls
    assert (first.place, second.place) == ("README.md:2", "run.py:2")
    assert first.inputs == [
        {"shape": [1, 3, 24], "dtype": "float32"},
        {"shape": [1, 9], "dtype": "int64", "high": 30},
    ]


def test_names_that_change_are_no_literals(tmp_path: Path) -> None:
    file = write(tmp_path, "a", "True")
    (tmp_path / "run.py").write_text("n = 3\nn = 4\nNet(n)\n")
    assert usage_of(tmp_path, file, "Net").calls == []


def test_functions_that_return_the_model_are_found_through_one_another(tmp_path: Path) -> None:
    file = write(tmp_path, "kind", "True")
    file.write_text(
        file.read_text()
        + "def _make(kind):\n    net = Net(kind)\n    return net\n\ndef small(pretrained=False):\n    return _make('s')\n\ndef other(): return 3\n"
    )
    (tmp_path / "hub.py").write_text("from net import Net\ndef hub_net():\n    return Net('h')\n")
    assert usage_of(tmp_path, file, "Net").factories == ["net:small", "hub:hub_net"]


def test_the_smallest_file_that_sets_what_the_model_reads_is_its_configuration(tmp_path: Path) -> None:
    file = write(tmp_path, "config", "config.model.width and config.data.bins")
    (tmp_path / "configs").mkdir()
    for name, width in (("a", 512), ("b", 16)):
        (tmp_path / "configs" / f"{name}.yml").write_text(f"model:\n  width: {width}\ndata:\n  bins: 3\n")
    (tmp_path / "configs" / "c.json").write_text('{"model": {"width": 1}}')
    found = usage_of(tmp_path, file, "Net")
    assert (found.config_file, found.config["model"]) == ("configs/b.yml", {"width": 16})


@pytest.mark.parametrize(
    "text", ["a: &a [1]\nb: [*a, *a]\n", "!!python/object/apply:os.system ['true']", "- 1\n", "a: ["]
)
def test_files_that_are_no_plain_settings_are_passed_over(text: str, tmp_path: Path) -> None:
    file = write(tmp_path, "config", "config.a")
    (tmp_path / "config.yaml").write_text(text)
    assert usage_of(tmp_path, file, "Net").config == {}


@pytest.mark.parametrize(
    ("parameters", "condition", "files", "how"),
    [
        ("kind, bins", "(kind, bins) == ('soft', 7)", {"run.py": "Net(kind='soft', bins=7)\n"}, "as in run.py:1"),
        ("kind, vocab_size", "kind == 'soft'", {"run.py": "Net('soft', read())\n"}, "vocab_size=128, by its name"),
        ("stages", "stages == 'x'", {"make.py": "from net import Net\ndef make(size='x'):\n    return Net(size)\n"}, "built by make()"),
        ("args", "args.recipe == '8-8'", {"main.py": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--recipe', default='8-8')\n"}, "args: main.py"),
        ("cfg", "cfg.net.recipe == 'r'", {"config.yaml": "net: {recipe: r}\n"}, "cfg: config.yaml"),
    ],
)  # fmt: skip
async def test_a_model_is_built_as_its_repository_builds_it(
    parameters: str, condition: str, files: dict[str, str], how: str, tmp_path: Path
) -> None:
    write(tmp_path, parameters, condition)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    status, found = await built(tmp_path)
    assert how in found
    assert status == "pass"


async def test_a_configuration_that_a_class_gives_itself_is_completed_as_the_readme_does(tmp_path: Path) -> None:
    file = write(tmp_path, "config", "config.kind == 'tiny' and config.bins == 3")
    own = "    @staticmethod\n    def get_default_config():\n        from types import SimpleNamespace\n        return SimpleNamespace(kind=None, bins=3)\n"
    file.write_text(file.read_text() + own)
    (tmp_path / "README.md").write_text("```python\nc = Net.get_default_config()\nc.kind = 'tiny'\nnet = Net(c)\n```\n")
    status, found = await built(tmp_path)
    assert "get_default_config()" in found
    assert status == "pass"


async def test_parameters_behind_a_decorated_class_are_seen(tmp_path: Path) -> None:
    file = write(tmp_path, "num_classes, hidden_dim", "hidden_dim == 64")
    decorator = "\ndef kept(cls):\n    class Kept(cls):\n        def __init__(self, *args, **kwargs):\n            super().__init__(*args, **kwargs)\n    Kept.__name__ = cls.__name__\n    return Kept\n"
    text = (
        file.read_text()
        .replace("\nclass Net", decorator + "\n@kept\nclass Net")
        .replace("super().__init__()\n        assert", "nn.Module.__init__(self)\n        assert")
    )
    file.write_text(text)
    status, _ = await built(tmp_path)
    assert status == "pass"
