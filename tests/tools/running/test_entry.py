"""The model that a target means is found by reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.errors import BadReference, NotFound
from paper_implementer.tools.running.entry import EntryPoint, find_entry

SAMPLE = Path(__file__).parents[2] / "sample"
LAYERS = """
from torch import nn

class Attention(nn.Module):
    def forward(self, x): return x

class Block(nn.Module):
    def __init__(self):
        self.attention = Attention()
    def forward(self, x): return x
"""
NETS = """
import torch.nn
from layers import Block

class Base(torch.nn.Module):
    def __init__(self):
        self.blocks = [Block() for _ in range(2)]

class Classifier(Base):
    def forward(self, x): return x

class SomeLoss(torch.nn.Module):
    def forward(self, x): return x
"""


def find(target: str, cwd: Path) -> EntryPoint:
    return EntryPoint.model_validate(find_entry(target, str(cwd)))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "layers.py").write_text(LAYERS)
    (tmp_path / "nets.py").write_text(NETS)
    return tmp_path


def test_in_a_folder_it_is_the_one_that_no_other_uses(project: Path) -> None:
    found = find(str(project), project.parent)
    assert (found.module, found.name, found.root) == ("nets", "Classifier", str(project))


def test_broken_and_foreign_files_of_a_folder_are_passed_over(project: Path) -> None:
    (project / "broken.py").write_text("def (:\n")
    (project / "binary.py").write_bytes(b"\x00\xff" * 100)
    (project / "deep.py").write_text("x = " + "-" * 200_000 + "1")
    (project / ".venv").mkdir()
    (project / ".venv" / "big.py").write_text(NETS.replace("Classifier", "Vendored"))
    assert find(str(project), project).name == "Classifier"


def test_a_file_of_a_package_is_imported_from_above_the_package() -> None:
    found = find("official/ebbnet/model.py", SAMPLE)
    assert (found.module, found.name) == ("ebbnet.model", "EbbNet")
    assert found.root == str(SAMPLE / "official")
    assert found.search[0] == found.root


def test_a_class_can_be_named_in_a_file_a_folder_and_a_module(project: Path) -> None:
    assert find("layers.py:Block", project).name == "Block"
    assert find(f"{project}:Block", project).module == "layers"
    module = find("package.nets:Classifier", project)
    assert (module.module, module.search) == ("package.nets", [str(project)])


def test_several_that_could_be_meant_are_asked_about(project: Path) -> None:
    for name in ("One", "Two", "Three", "Four"):
        (project / f"{name.lower()}.py").write_text(NETS.replace("Classifier", name).replace("Base", f"{name}Base"))
    (project / "nets.py").unlink()
    with pytest.raises(BadReference, match=r"Which model .* four.py:Four, one.py:One, three.py:Three and 1 more"):
        find(str(project), project)


def test_a_script_that_uses_one_of_them_settles_it(project: Path) -> None:
    (project / "other.py").write_text(NETS.replace("Classifier", "Other").replace("Base", "OtherBase"))
    (project / "train.py").write_text("from other import Other\nmodel = Other()\n")
    assert find(str(project), project).name == "Other"


def test_smoke_py_has_the_first_word(project: Path) -> None:
    (project / "smoke.py").write_text("from layers import Block\ndef model():\n    return Block()\n")
    found = find(str(project), project)
    assert (found.module, found.name, found.how_found) == ("smoke", "model", "model() of smoke.py")


@pytest.mark.parametrize("target", ["nowhere", "nowhere.py:Net", "no module:Net", ""])
def test_what_is_not_there_is_not_found(target: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        find(target, tmp_path)


def test_a_folder_without_a_model_says_how_to_name_one(tmp_path: Path) -> None:
    (tmp_path / "tool.py").write_text("print(1)\n")
    with pytest.raises(NotFound, match=r"subclass of torch.nn.Module.*path.py:function"):
        find(str(tmp_path), tmp_path)
    (tmp_path / "data.csv").write_text("1")
    with pytest.raises(BadReference, match="not a Python file"):
        find("data.csv", tmp_path)
