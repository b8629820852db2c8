"""Harvesting: defaults are read from sources without running them, and what is kept is what the packages say."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from paper_implementer.knowledge.harvest import NotThere, harvest, harvested_text, packages, write
from paper_implementer.knowledge.harvest.reading import Module
from paper_implementer.knowledge.schema import read_harvested

KEPT = Path(__file__).parents[2] / "knowledge" / "harvested"

SOURCE = """
from __future__ import annotations
import torch.nn as nn
from .constants import MEAN, SMALL as TINY

BATCH = 2**5


class Model(nn.Module):
    layers: int = 12
    rate: float = interval(min=0.0)(default=0.1)
    sizes: list[int] = field(default_factory=lambda: [1, 2])

    def __init__(self, eps=TINY, *, act=nn.GELU, batch: int = BATCH, mode=InterpolationMode.BICUBIC, made=compute()):
        self.eps = eps


def vit_tiny(pretrained=False):
    return build(dict(depth=12, heads=3), depth=1)


def _cfg(url="", **kwargs):
    return {"url": url, "crop": 0.9, "mean": MEAN, **kwargs}


TABLE = {
    "tiny.in1k": _cfg(url="somewhere", crop=1.0),
    "base": _cfg(),
}
TABLE = registered(TABLE)
"""

ReadModule = Callable[[str], Module]


@pytest.fixture
def module(tmp_path: Path) -> Module:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/models.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "demo/constants.py").write_text("MEAN = (0.5, 1 / 4)\nSMALL = -1e-6\n", encoding="utf-8")
    return Module(tmp_path, "demo/models.py")


def test_a_class_gives_its_fields_and_the_arguments_of_its_constructor(module: Module) -> None:
    found = {name: setting.value for name, setting in module.settings("Model").items()}
    assert found == {
        "layers": 12,
        "rate": 0.1,
        "sizes": [1, 2],
        "eps": -1e-6,
        "act": "GELU",
        "batch": 32,
        "mode": "bicubic",
    }


def test_the_place_of_a_setting_is_its_line_and_what_is_written_there(module: Module) -> None:
    rate, batch = (module.settings("Model")[name] for name in ("rate", "batch"))
    assert SOURCE.splitlines()[rate.line - 1].strip() == rate.quote
    assert batch.quote == "batch: int = BATCH"
    assert batch.quote in SOURCE.splitlines()[batch.line - 1]


def test_the_calls_in_a_function_are_read_apart_from_its_arguments(module: Module) -> None:
    assert {name: setting.value for name, setting in module.settings("vit_tiny").items()} == {"pretrained": False}
    inside = {name: setting.value for name, setting in module.settings("vit_tiny()").items()}
    assert inside == {"depth": 1, "heads": 3}


def test_an_entry_of_a_table_is_completed_by_the_function_that_makes_it(module: Module) -> None:
    tiny, base = module.settings("TABLE[tiny.in1k]"), module.settings("TABLE[base]")
    assert (tiny["crop"].value, base["crop"].value) == (1.0, 0.9)
    assert tiny["mean"].value == [0.5, 0.25]
    assert base["crop"].quote == '"crop": 0.9'


@pytest.mark.parametrize("symbol", ["Gone", "Model.gone", "TABLE[large]"])
def test_what_is_not_there_is_an_error(module: Module, symbol: str) -> None:
    with pytest.raises(NotThere):
        module.settings(symbol)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotThere):
        Module(tmp_path, "demo/gone.py")


def test_code_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("raise SystemExit\n\ndef f(a=1): ...\n", encoding="utf-8")
    assert Module(tmp_path, "bad.py").settings("f")["a"].value == 1


def _installed() -> dict[str, Path]:
    roots = {}
    for name, ref in packages().items():
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        if found.version.partition("+")[0] == ref.partition("==")[2]:
            roots[ref] = Path(str(found.locate_file("")))
    return roots


def test_harvesting_again_gives_what_is_kept() -> None:
    roots = _installed()
    if len(roots) < len(packages()):
        pytest.skip(f"not installed in the cited version: {sorted({*packages().values()} - {*roots})}")
    found = harvest(roots)
    assert {name: harvested_text(body) for name, body in found.items()} == {
        file.stem: file.read_text(encoding="utf-8") for file in KEPT.glob("*.yaml")
    }


def test_what_is_kept_of_a_package_that_was_not_opened_stays(tmp_path: Path) -> None:
    kept = next(file for file in sorted(KEPT.glob("*.yaml")) if file.read_text(encoding="utf-8").count("pypi:") > 4)
    (tmp_path / kept.name).write_bytes(kept.read_bytes())
    before = read_harvested(kept.read_text(encoding="utf-8"), kept.name)
    gone, *left = before.documents
    assert write({}, [gone], tmp_path) == [kept.stem]
    after = read_harvested((tmp_path / kept.name).read_text(encoding="utf-8"), kept.name)
    assert list(after.documents) == left
    assert write({}, left, tmp_path) == [kept.stem]
    assert not (tmp_path / kept.name).exists()
