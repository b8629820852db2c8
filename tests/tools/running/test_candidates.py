"""Which model of a folder is meant, by what its README, its scripts and its name say."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.errors import BadReference
from paper_implementer.tools.running.entry import EntryPoint, find_entry

NET = """
from torch import nn

class {name}(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.line = nn.Linear(width, width)
    def forward(self, x):
        return self.line(x)
"""


def find(folder: Path) -> EntryPoint:
    return EntryPoint.model_validate(find_entry(str(folder), str(folder)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository named `deep-sort` with three models that nothing tells apart."""
    root = tmp_path / "deep-sort"
    for name in ("Alpha", "Beta", "Gamma"):
        place = root / "nets" / f"{name.lower()}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(NET.format(name=name))
    (root / "nets" / "__init__.py").write_text("from .alpha import Alpha\nfrom .beta import Beta\n")
    return root


def test_nothing_that_speaks_for_one_is_a_question(folder: Path) -> None:
    with pytest.raises(BadReference, match="Which model"):
        find(folder)


def test_the_model_that_the_readme_builds_is_meant(folder: Path) -> None:
    (folder / "README.md").write_text(
        "Install:\n```bash\npip install x\n```\n```python\nfrom nets import Beta\nnet = Beta(width=12)\n```\n"
    )
    found = find(folder)
    assert (found.module, found.name) == ("nets.beta", "Beta")
    assert "the README builds" in found.how_found


def test_of_two_of_one_name_it_is_the_one_that_the_readme_imports(folder: Path) -> None:
    (folder / "nets" / "other.py").write_text(NET.format(name="Beta"))
    (folder / "README.md").write_text("```python\nfrom nets import Beta\nBeta(12)\n```\n")
    assert find(folder).module == "nets.beta"


def test_what_scripts_of_the_folder_reach_goes_before_what_they_do_not(folder: Path) -> None:
    (folder / "train.py").write_text("from engine import run\nif __name__ == '__main__':\n    run()\n")
    (folder / "engine.py").write_text("import nets.gamma as g\ndef run():\n    return getattr(g, 'Gamma')\n")
    # The package passes on Alpha and Beta, so these are reached too; out of it, only Gamma is.
    (folder / "nets" / "__init__.py").write_text("")
    assert find(folder).name == "Gamma"


def test_the_model_named_as_the_folder_is_meant(folder: Path) -> None:
    (folder / "nets" / "delta.py").write_text(NET.format(name="DeepSort"))
    assert find(folder).name == "DeepSort"


def test_samples_stand_back(folder: Path) -> None:
    for name in ("alpha", "gamma"):
        (folder / "nets" / f"{name}.py").unlink()
    (folder / "examples").mkdir()
    (folder / "examples" / "big.py").write_text(
        NET.format(name="Part") + NET.format(name="Whole").replace("nn.Linear(width, width)", "Part(width)")
    )
    assert find(folder).name == "Beta"


def test_an_export_wrapper_does_not_hide_what_it_wraps(folder: Path) -> None:
    for name in ("alpha", "gamma"):
        (folder / "nets" / f"{name}.py").unlink()
    wrapper = NET.format(name="BetaOnnxModel").replace("nn.Linear(width, width)", "Beta(width)")
    (folder / "nets" / "export.py").write_text(wrapper)
    assert find(folder).name == "Beta"
