"""Two ways of writing the same computation have the same number; another computation has another."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.code.canonical.diverge import Comparer
from paper_implementer.tools.code.canonical.evaluate import Evaluator
from paper_implementer.tools.code.canonical.facts import View
from paper_implementer.tools.code.canonical.project import open_project

HEAD = (
    "import math\nimport torch\nfrom torch import nn\nimport torch.nn.functional as F\nfrom einops import rearrange\n\n"
)


def view(folder: Path, body: str) -> View:
    folder.mkdir(parents=True)
    (folder / "code.py").write_text(f"{HEAD}def f(x, y, s):\n    " + body.replace("\n", "\n    ") + "\n")
    project = open_project(str(folder))
    module = project.load("code.py")
    return View(Evaluator(project).unit(module, module.functions["f"]), "f", "code.py")


def equal(tmp_path: Path, first: str, second: str) -> bool:
    outcome = Comparer(view(tmp_path / "a", first), view(tmp_path / "b", second)).run()
    assert outcome is not None
    return outcome.equal


SAME = [
    ("return x.lerp(y, s)", "return x * (1 - s) + s * y"),
    ("return torch.addcmul(x, y, y, value=s)", "return x + s * y ** 2"),
    ("return (x - s * y) / s", "return x / s - y"),
    (
        "return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)",
        "return x / ((x * x).mean(-1, keepdim=True) + 1e-6).sqrt()",
    ),
    ("return x * torch.sigmoid(x)", "return F.silu(x)"),
    ("return F.normalize(x, dim=-1) @ y.t()", "return torch.matmul(x / x.norm(dim=-1, keepdim=True), y.T)"),
    ("return F.cross_entropy(x, y)", "return -F.log_softmax(x, 1).gather(1, y[:, None]).squeeze(1).mean()"),
    ("return ((x - y) ** 2).mean()", "return F.mse_loss(x, y)"),
    ("return s * x.view(4, -1).transpose(0, 1)", "return rearrange(x, '(a b) -> b a', a=4) * s"),
    ("if s is None:\n    s = 1\nreturn x * s", "return s * x"),
    ("return torch.arange(10) / 9", "return torch.linspace(0, 1, 10)"),
    ("return x < y", "return y > x"),
    ("g = lambda t: t * s\nreturn g(x) + g(y)", "return s * (x + y)"),
    (
        "for layer in [torch.exp, torch.log]:\n    x = layer(x)\nreturn x + 0 * y",
        "return torch.log(torch.exp(x)) + 0 * y",
    ),
]
OTHER = [
    ("return x.lerp(y, s)", "return x * s + (1 - s) * y * y"),
    ("return x / (y.sqrt() + 1e-6)", "return x / (y + 1e-6).sqrt()"),
    ("return F.gelu(x)", "return F.gelu(x, approximate='tanh')"),
    ("return F.cross_entropy(x, y)", "return F.cross_entropy(x, y, reduction='sum')"),
    ("return x < y", "return x <= y"),
    ("return x.softmax(-1) * s", "return (x * s).softmax(-1)"),
    ("return x.var(-1)", "return x.var(-1, unbiased=False)"),
    ("return torch.relu(x) + y", "return torch.relu(x + y)"),
    ("return F.layer_norm(x, (8,))", "return F.layer_norm(x, (8,), eps=1e-6)"),
    ("return F.l1_loss(x, y)", "return F.mse_loss(x, y)"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_the_same_computation_is_recognised(first: str, second: str, tmp_path: Path) -> None:
    assert equal(tmp_path, first, second)


@pytest.mark.parametrize(("first", "second"), OTHER)
def test_another_computation_is_told_apart(first: str, second: str, tmp_path: Path) -> None:
    assert not equal(tmp_path, first, second)


def test_code_is_never_run(tmp_path: Path) -> None:
    marker = tmp_path / "was_run"
    view(tmp_path / "a", f"open({str(marker)!r}, 'w').write('x')\nreturn x + y * s")
    assert not marker.exists()


def test_recursion_and_depth_are_bounded(tmp_path: Path) -> None:
    deep = "return " + "(" * 80 + "x" + " + y)" * 80
    assert view(tmp_path / "deep", deep).nodes
    again = view(tmp_path / "again", "return f(f(x, y, s), y, s) + " + " + ".join("f(x, y, s)" for _ in range(200)))
    assert len(again.nodes) < 40_000
