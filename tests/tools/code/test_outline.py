"""The outline of a code base, and reading from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.code.codebase import Codebase
from paper_implementer.tools.code.outline import MAX_ENTRIES, outline
from paper_implementer.tools.code.read import read_code
from paper_implementer.tools.errors import BadReference, NotFound

MODEL = '''import torch


class Block(Base):
    """A block."""

    def __init__(self, dim, heads=8):
        self.mix = Mixer(dim)

    @property
    def width(self):
        return self.measure(2)

    def measure(self, n):
        return helper(n)


class Mixer:
    class Inner:
        def go(self): ...


if torch.cuda.is_available():
    def fast(x):
        return x


def helper(n):
    def local():
        pass
    return n
'''
TRAIN = """import argparse
from model import Block

def main():
    block = Block(64)
    block.measure(3)

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def code(tmp_path: Path) -> Codebase:
    """A small project."""
    files = {
        "model.py": MODEL,
        "train.py": TRAIN,
        "config/base.yaml": "lr: 1\n",
        "config/small.py": "lr = 2\n",
        "pyproject.toml": '[project]\nname = "x"\n[project.scripts]\nrun-x = "x.cli:main"\n',
        "tests/test_model.py": "def test_it(): ...\n",
        "node_modules/x/setup.py": "def no(): ...\n",
        "build/lib/model.py": "def built(): ...\n",
        ".hidden/secret.py": "def no(): ...\n",
        "kernels/fast.cu": "__global__ void f() {}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Codebase(id="x", root=tmp_path, ref="x")


def test_classes_methods_and_functions_with_their_lines(code: Codebase) -> None:
    found = {e.symbol: (e.kind, e.line, e.end_line) for e in outline(code).outline if e.file == "model.py"}
    assert found == {
        "Block": ("class", 4, 15),
        "Block.__init__": ("method", 7, 8),
        "Block.width": ("method", 11, 12),
        "Block.measure": ("method", 14, 15),
        "Mixer": ("class", 18, 20),
        "Mixer.Inner": ("class", 19, 20),
        "Mixer.Inner.go": ("method", 20, 20),
        "fast": ("function", 24, 25),
        "helper": ("function", 28, 31),
    }


def test_entry_points_configs_and_languages(code: Codebase) -> None:
    found = outline(code)
    assert [(p.file, p.line, p.symbol) for p in found.entry_points] == [
        ("train.py", 8, "__main__"),
        ("pyproject.toml", 4, "run-x = x.cli:main"),
    ]
    assert found.configs == ["config/base.yaml", "config/small.py"]
    assert found.languages == {"Python": 4, "CUDA": 1, "YAML": 1, "TOML": 1}


def test_what_is_left_out_is_said(code: Codebase) -> None:
    assert "Left out: 2 vendored or built folders." in outline(code).warnings


def test_a_file_with_a_syntax_error_is_reported_and_the_rest_of_it_read(code: Codebase) -> None:
    (code.root / "broken.py").write_text("def before():\n    pass\n\nx = = 3\n\ndef after():\n    return 1\n")
    found = outline(code)
    assert [e.symbol for e in found.outline if e.file == "broken.py"] == ["before", "after"]
    assert "broken.py: no valid Python 3 at line 4; the rest was read." in found.warnings


def test_a_repository_without_python_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "main.cpp").write_text("int main() {}\n")
    with pytest.raises(NotFound, match=r"holds no Python. It holds C\+\+ \(1\)"):
        outline(Codebase(id="x", root=tmp_path, ref="x"))


def test_a_long_outline_keeps_classes_and_functions_and_counts_all(tmp_path: Path) -> None:
    classes = "".join(f"class C{n}:\n    def a(self): ...\n    def b(self): ...\n" for n in range(300))
    (tmp_path / "many.py").write_text(classes)
    found = outline(Codebase(id="x", root=tmp_path, ref="x"))
    assert (len(found.outline), found.total) == (MAX_ENTRIES, 900)
    assert sum(e.kind == "class" for e in found.outline) == 300


def test_a_symbol_is_read_with_its_decorators_callers_and_callees(code: Codebase) -> None:
    found = read_code(code, "Block.width")
    assert found.text == "    @property\n    def width(self):\n        return self.measure(2)"
    assert (found.place.file, found.place.line, found.place.end_line) == ("model.py", 10, 12)
    assert [(p.symbol, p.line) for p in found.callees] == [("Block.measure", 14)]
    measure = read_code(code, "measure")
    assert [(p.file, p.line, p.symbol) for p in measure.callers] == [
        ("model.py", 12, "Block.width"),
        ("train.py", 6, "main"),
    ]
    assert [p.symbol for p in measure.callees] == ["helper"]


@pytest.mark.parametrize("symbol", ["Block", "model.Block", "model:Block"])
def test_a_symbol_may_have_its_module_in_front(code: Codebase, symbol: str) -> None:
    assert read_code(code, symbol).place.symbol == "Block"


def test_a_constant_and_a_field_are_symbols_too(code: Codebase) -> None:
    (code.root / "settings.py").write_text("RATES = [\n    1,\n]\nclass Recipe:\n    warmup: int = 5\n")
    assert read_code(code, "RATES").text == "RATES = [\n    1,\n]"
    assert read_code(code, "Recipe.warmup").place.line == 5


def test_an_unknown_symbol_names_the_nearest(code: Codebase) -> None:
    with pytest.raises(NotFound, match=r"has no Blok\. Nearest: Block"):
        read_code(code, "Blok")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("1", "import argparse"),
        ("2-4", "from model import Block\n\ndef main():"),
        ("8-", 'if __name__ == "__main__":\n    main()'),
    ],
)
def test_lines_of_a_file(code: Codebase, lines: str, text: str) -> None:
    assert read_code(code, file="train.py", lines=lines).text == text


def test_lines_and_files_that_are_not_there(code: Codebase) -> None:
    with pytest.raises(NotFound, match="has 9 lines"):
        read_code(code, file="train.py", lines="10-12")
    with pytest.raises(BadReference):
        read_code(code, file="train.py", lines="ten")
    with pytest.raises(NotFound, match=r"Nearest: train\.py"):
        read_code(code, file="trian.py")
    with pytest.raises(NotFound):
        read_code(code, file="../../etc/passwd")
    with pytest.raises(BadReference):
        read_code(code)
