"""GPUs are found by any usual name, and their numbers stand where they say."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from paper_implementer.knowledge.gpus import NoSuchGpu, find_gpu, gpus


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("H100", "H100 SXM"),
        ("NVIDIA A100-SXM4-80GB", "A100 80GB"),
        ("a100 40gb", "A100 40GB"),
        ("Tesla T4", "T4"),
        ("V100-SXM2-16GB", "V100 SXM 16GB"),
        ("h200", "H200 SXM"),
    ],
)
def test_a_gpu_is_found_by_any_usual_name(asked: str, name: str) -> None:
    assert find_gpu(asked).name == name


def test_an_unknown_one_gets_names_and_no_guess() -> None:
    with pytest.raises(NoSuchGpu, match="H100 SXM"):
        find_gpu("H1000")


def test_names_are_unique_and_rates_rise_with_fewer_bits() -> None:
    names = [name.lower() for gpu in gpus() for name in (gpu.name, *gpu.aliases)]
    assert len(names) == len(set(names))
    for gpu in gpus():
        assert gpu.tflops["fp16"] > gpu.tflops["fp32"]
        assert gpu.memory.line > 0


def test_lines_hold_the_numbers_where_the_packages_are_installed() -> None:
    opened = 0
    for gpu in gpus():
        for place, expected in ((gpu.rates, None), (gpu.memory, f"memory={gpu.memory_gib:g},")):
            package, _, version = place.code.removeprefix("pypi:").partition("==")
            try:
                held = metadata.distribution(package)
            except metadata.PackageNotFoundError:
                continue
            if held.version != version:
                continue
            lines = Path(str(held.locate_file(place.file))).read_text(encoding="utf-8").splitlines()
            assert re.search(expected or r'": \{$', lines[place.line - 1])
            opened += 1
    if not opened:
        pytest.skip("lightning and gpuhunt, whose tables are cited, are not installed")
