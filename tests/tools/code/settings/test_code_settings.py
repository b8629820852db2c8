"""What code sets: values from every place where research code keeps them, and what wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.knowledge.facts import Fact
from paper_implementer.tools.code.settings import RawSetting, code_settings, raw_settings
from paper_implementer.tools.errors import NotFound


def write(root: Path, files: dict[str, str]) -> str:
    """Write files; returns the root as text."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return str(root)


def values(settings: list[RawSetting]) -> dict[str, object]:
    """Path to value."""
    return {s.path: s.value for s in settings}


def facts(root: Path, files: dict[str, str], entry: str | None = None) -> dict[tuple[str, str | None], Fact]:
    """The first fact of each key and scope."""
    found: dict[tuple[str, str | None], Fact] = {}
    for fact in code_settings(write(root, files), "ref", entry):
        found.setdefault((fact.key, fact.scope), fact)
    return found


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("600_000", 600_000),
        ("5 * 8", 40),
        ("1 / 8", 0.125),
        ("2e-4 * 32", 0.0064),
        ("-1e-3", -0.001),
        ("2 ** 16", 65536),
        ("1 << 14", 16384),
        ("10 // 3", 3),
        ("(0.9, 0.95)", [0.9, 0.95]),
        ("[3] * 3", [3, 3, 3]),
        ("None", None),
        ("not True", False),
        ("BASE * 2", 24),
        ("int(4.0)", 4),
        ("math.sqrt(16)", 4.0),
        ("'cosine'", "cosine"),
    ],
)
def test_constant_expressions_have_their_value(tmp_path: Path, expression: str, value: object) -> None:
    root = write(tmp_path, {"a.py": f"import math\nBASE = 12\nx = {expression}\n"})
    assert values(raw_settings(root))["x"] == value


@pytest.mark.parametrize(
    "expression",
    [
        "f()",
        "os.environ['X']",
        "open('/etc/passwd')",
        "9 ** 9 ** 9 ** 9",
        "1 << 10 ** 9",
        "'x' * 10 ** 9",
        "[0] * 10 ** 9",
        "1 / 0",
        "__import__('os')",
    ],
)
def test_what_is_not_constant_or_not_bounded_is_left_out(tmp_path: Path, expression: str) -> None:
    assert "x" not in values(raw_settings(write(tmp_path, {"a.py": f"x = {expression}\n"})))


def test_options_of_argparse(tmp_path: Path) -> None:
    text = """
import argparse
LR = 3e-4
p = argparse.ArgumentParser()
p.add_argument("-e", "--num-epochs", type=int, default="90")
p.add_argument("--lr", default=LR, type=float)
p.add_argument("--fast", action="store_true")
p.add_argument("--no-bias", dest="bias", action="store_false")
p.add_argument("--name")
p.set_defaults(warmup=500)
"""
    found = {s.path: s.value for s in raw_settings(write(tmp_path, {"t.py": text})) if s.origin == "option"}
    assert found == {"num_epochs": 90, "lr": 3e-4, "fast": False, "bias": True, "warmup": 500}


def test_options_of_click_typer_and_absl(tmp_path: Path) -> None:
    text = """
import click, typer
from absl import flags
@click.command()
@click.option("--batch-size", default=32)
@click.option("--amp", is_flag=True)
@click.option("--tau", "temperature", default=0.07)
def main(**kw): ...
def run(width: int = typer.Option(512, "--width")): ...
flags.DEFINE_float("weight_decay", 1e-4, "help")
"""
    found = {s.path: s.value for s in raw_settings(write(tmp_path, {"t.py": text})) if s.origin == "option"}
    assert found == {"batch_size": 32, "amp": False, "temperature": 0.07, "width": 512, "weight_decay": 1e-4}


def test_fields_of_dataclasses_attrs_pydantic_and_configuration_classes(tmp_path: Path) -> None:
    text = """
@dataclass
class Optimizer:
    lr: float = 6e-4
    betas: tuple = field(default=(0.9, 0.95))
    layers: list = field(default_factory=lambda: [1, 2])
class Model(BaseModel):
    width: int = Field(
        256, ge=1)
class SmallConfig(PretrainedConfig):
    def __init__(self, hidden_size=768, layer_norm_eps=1e-12, **kw):
        self.depth = 3
        if kw:
            self.depth = 4
"""
    found = raw_settings(write(tmp_path, {"c.py": text}))
    assert values(found) == {
        "Optimizer.lr": 6e-4,
        "Optimizer.betas": [0.9, 0.95],
        "Optimizer.layers": [1, 2],
        "Model.width": 256,
        "SmallConfig.hidden_size": 768,
        "SmallConfig.layer_norm_eps": 1e-12,
        "SmallConfig.depth": 3,
    }
    assert [s.line for s in found] == [4, 5, 6, 9, 11, 11, 12]
    assert found[-1].symbol == "SmallConfig.__init__"


def test_dicts_and_config_objects(tmp_path: Path) -> None:
    text = """
from yacs.config import CfgNode as CN
_C = CN()
_C.TRAIN = CN()
_C.TRAIN.BASE_LR = 5e-4
settings = dict(optim=dict(lr=0.1), depth=4)
def get_config():
    config = ml_collections.ConfigDict()
    config.batch = 512
    config.model = {"width": 8}
    return config
def default_hparams():
    return HParams(n_ctx=1024)
def other():
    local = {"not": 1}
    if local:
        config.batch = 1
"""
    found = values(raw_settings(write(tmp_path, {"c.py": text})))
    assert found == {
        "_C.TRAIN.BASE_LR": 5e-4,
        "settings.optim.lr": 0.1,
        "settings.depth": 4,
        "config.batch": 512,
        "config.model.width": 8,
        "default_hparams.n_ctx": 1024,
    }


def test_yaml_json_toml_and_gin_with_their_lines(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "a.yaml": "# head\noptim:\n  lr: 1e-4\n  betas: [0.9, 0.98]\n  sizes: (1, 2)\nbase: &b\n  x: 1\nderived:\n  <<: *b\n  y: '2'\n",
            "b.json": '{\n\t"model": {\n\t\t"layers": 12\n\t}\n}\n',
            "c.toml": "[train]\nsteps = 10\n",
            "d.gin": "Layer.rate = 0.1  # said\n",
        },
    )
    assert [(s.place, s.path, s.value) for s in raw_settings(root)] == [
        ("a.yaml:3", "optim.lr", 1e-4),
        ("a.yaml:4", "optim.betas", [0.9, 0.98]),
        ("a.yaml:5", "optim.sizes", [1, 2]),
        ("a.yaml:7", "base.x", 1),
        ("a.yaml:7", "derived.x", 1),
        ("a.yaml:10", "derived.y", "2"),
        ("b.json:3", "model.layers", 12),
        ("c.toml:2", "train.steps", 10),
        ("d.gin:1", "Layer.rate", 0.1),
    ]


DATACLASSES = """
from dataclasses import dataclass, field
@dataclass
class Network:
    depth: int = 12
@dataclass
class Recipe:
    warmup: int = 2_000
    updates: int = 600_000
    net: Network = field(default_factory=Network)
"""


def test_yaml_overrides_the_dataclass_of_the_same_names(tmp_path: Path) -> None:
    root = write(tmp_path, {"settings.py": DATACLASSES, "recipe.yaml": "recipe:\n  warmup: 715\nnet:\n  depth: 6\n"})
    by_path = {s.path: s for s in raw_settings(root)}
    assert by_path["Recipe.warmup"].overridden_by == "recipe.yaml:2"
    assert by_path["Network.depth"].overridden_by == "recipe.yaml:4"
    assert by_path["Recipe.updates"].overridden_by is None
    assert by_path["recipe.warmup"].overrides == ["settings.py:8 = 2000"]
    warmup = next(f for f in code_settings(root, "ref") if f.key == "schedule.warmup_steps")
    assert (warmup.value, warmup.source.file, warmup.source.line) == (715, "recipe.yaml", 2)
    assert warmup.note == "recipe.yaml:2 overrides settings.py:8 = 2000"


def test_configs_of_which_one_is_chosen_are_alternatives_and_override_nothing(tmp_path: Path) -> None:
    files = {
        "train.py": "max_iters = 100\nlearning_rate = 1.0\n",
        "config/a.py": "max_iters = 500\n",
        "config/b.py": "max_iters = 700\nlearning_rate = 0.5\n",
    }
    found = facts(tmp_path, files)
    assert found["training.steps", None].value == 100
    assert found["training.steps", "a"].value == 500
    assert found["training.steps", "b"].note == "config/b.py:1 overrides train.py:1 = 100"
    assert found["optimizer.learning_rate", "b"].value == 0.5


def test_configs_that_agree_are_one_fact(tmp_path: Path) -> None:
    files = {f"config/{name}.yaml": f"batch_size: {size}\nlr: 0.5\n" for name, size in (("a", 8), ("b", 16), ("c", 8))}
    found = facts(tmp_path, files)
    assert found["training.batch_size", "a, c"].value == 8
    assert found["training.batch_size", "b"].value == 16
    assert found["optimizer.learning_rate", None].value == 0.5


def test_naming_the_config_that_is_run_makes_it_win(tmp_path: Path) -> None:
    files = {
        "train.py": "max_iters = 1000\nbatch_size = 4\n",
        "config/a.py": "max_iters = 500\n",
        "config/b.py": "max_iters = 700\n",
    }
    found = facts(tmp_path, files, entry="config/b.py")
    assert found["training.steps", None].value == 700
    assert found["training.batch_size", None].value == 4
    assert len([k for k in found if k[0] == "training.steps"]) == 1


def test_a_script_as_entry_leaves_aside_what_it_does_not_import(tmp_path: Path) -> None:
    files = {
        "train.py": "from lib import net\nbatch_size = 4\n",
        "lib/__init__.py": "",
        "lib/net.py": "hidden_size = 8\n",
        "old.py": "hidden_size = 16\nbatch_size = 2\n",
    }
    found = facts(tmp_path, files, entry="train.py")
    assert found["training.batch_size", None].value == 4
    assert found["model.hidden_size", None].value == 8
    assert len(found) == 2
    with pytest.raises(NotFound, match="no nothing"):
        code_settings(str(tmp_path), "ref", "nothing.py")


def test_flags_of_a_launch_script_win_over_options(tmp_path: Path) -> None:
    script = "#!/bin/sh\nLR=5e-4\npython -m torch.distributed.launch --nproc_per_node=8 main.py \\\n  --lr $LR --epochs 300 \\\n  --out $HOME/x --resume\n"
    options = 'p.add_argument("--lr", default=1.0)\np.add_argument("--epochs", default=10)\n'
    found = facts(tmp_path, {"main.py": options, "run.sh": script})
    rate = found["optimizer.learning_rate", None]
    assert (rate.value, rate.source.file, rate.source.line) == (5e-4, "run.sh", 4)
    assert rate.note == "run.sh:4 overrides main.py:1 = 1.0"
    assert found["training.epochs", None].value == 300
    assert "out" not in values(raw_settings(str(tmp_path)))


def test_commands_in_a_readme_hold_for_what_their_heading_says(tmp_path: Path) -> None:
    readme = """# Model
Run `python main.py --epochs 5 --quick` first, with --lr 9 never.
## Large, fine-tuning
```
python -m torch.distributed.launch --nproc_per_node=8 main.py \\
  --lr 5e-4 --crop 0.2 1.0 --bf16 \\
  --epochs 100
```
"""
    found = facts(tmp_path, {"main.py": 'p.add_argument("--lr", default=1e-3)\n', "README.md": readme})
    assert found["optimizer.learning_rate", None].value == 1e-3
    large = found["optimizer.learning_rate", "Large, fine-tuning"]
    assert (large.value, large.source.file, large.source.line) == (5e-4, "README.md", 6)
    assert found["training.epochs", "Large, fine-tuning"].value == 100
    assert found["training.epochs", "Model"].value == 5
    assert {s.path: s.value for s in raw_settings(str(tmp_path)) if s.file == "README.md"} == {
        "epochs": 100, "quick": True, "lr": 5e-4, "crop": [0.2, 1.0], "bf16": True,
    }  # fmt: skip


def test_variants_of_a_model_are_told_apart_by_the_functions_that_make_them(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self, depth=12, hidden_size=768): ...
def net_small(**kw):
    return Net(depth=8, hidden_size=384, **kw)
def net_large(**kw):
    return Net(depth=24, hidden_size=1024, **kw)
other = Foreign(depth=99)
"""
    found = {key: fact.value for key, fact in facts(tmp_path, {"net.py": text}).items()}
    assert found == {
        ("model.layers", None): 12, ("model.layers", "net_small"): 8, ("model.layers", "net_large"): 24,
        ("model.hidden_size", None): 768, ("model.hidden_size", "net_small"): 384, ("model.hidden_size", "net_large"): 1024,
    }  # fmt: skip


def test_scripts_that_disagree_are_told_apart_by_their_names(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        {
            "main_pretrain.py": 'p.add_argument("--lr", default=1e-3)\n',
            "main_finetune.py": 'p.add_argument("--lr", default=1e-4)\n',
        },
    )
    assert {(scope, fact.value) for (key, scope), fact in found.items() if key == "optimizer.learning_rate"} == {
        ("main_pretrain", 1e-3),
        ("main_finetune", 1e-4),
    }


def test_known_calls_state_facts_and_parameters_are_defaults(tmp_path: Path) -> None:
    text = """
class Block(nn.Module):
    def __init__(self, dim=768, drop_path_rate=0.1):
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.drop = nn.Dropout(0.3)
def build(params):
    nn.utils.clip_grad_norm_(params, 1.0)
    return torch.optim.AdamW(params, lr=3e-4, betas=(0.9, 0.95), eps=1e-9)
"""
    found = facts(tmp_path, {"m.py": text})
    stated = {key: (fact.value, fact.status, fact.source.line) for (key, _), fact in found.items()}
    assert stated == {
        "model.hidden_size": (768, "default", 3),
        "dropout.path": (0.1, "default", 3),
        "norm.epsilon": (1e-6, "stated", 4),
        "dropout.rate": (0.3, "stated", 5),
        "optimizer.gradient_clipping": (1.0, "stated", 7),
        "optimizer.name": ("adamw", "stated", 8),
        "optimizer.learning_rate": (3e-4, "stated", 8),
        "optimizer.betas": ([0.9, 0.95], "stated", 8),
        "optimizer.epsilon": (1e-9, "stated", 8),
    }


def test_one_name_means_what_its_place_says(tmp_path: Path) -> None:
    files = {
        "c.yaml": "norm:\n  eps: 1e-5\noptimizer:\n  _target_: torch.optim.SGD\n  momentum: 0.9\n  eps: 1e-8\ndropout:\n  attention: 0.2\neval:\n  batch_size: 7\n",
        "sample.py": "temperature = 0.8\n",
        "table.py": "defaults = {'lr': 5e-4, 'eps': 1e-6}\n",
        "util.py": "def unit(x, eps=1e-12): ...\n",
    }
    found = {key: fact.value for (key, _), fact in facts(tmp_path, files).items()}
    assert found == {
        "norm.epsilon": 1e-5,
        "optimizer.name": "sgd",
        "optimizer.momentum": 0.9,
        "optimizer.epsilon": 1e-8,
        "optimizer.learning_rate": 5e-4,
        "dropout.attention": 0.2,
        "eval.temperature": 0.8,
    }


def test_renamed_settings_are_known_by_what_they_are_passed_for(tmp_path: Path) -> None:
    files = {
        "options.py": """
class Options:
    peak: float = 1e-3
    shrink: float = 0.05
    m1: float = 0.8
    m2: float = 0.9
    tiny: float = 1e-7
    bound: float = 2.0
    stages: int = 3
    channels: int = 64
    rounds: int = 10
    symbols: int = 32
""",
        "fit.py": """
def build(net, o):
    groups = [{"params": net.a, "weight_decay": o.shrink}, {"params": net.b, "weight_decay": 0.0}]
    nn.utils.clip_grad_value_(net.parameters(), o.bound)
    for epoch in range(o.rounds):
        pass
    return torch.optim.AdamW(groups, lr=o.peak, betas=(o.m1, o.m2))
class Net:
    def __init__(self, cfg):
        self.table = nn.Embedding(cfg["symbols"], cfg["channels"])
        self.norm = nn.LayerNorm(cfg["channels"], eps=cfg["tiny"])
        self.body = nn.ModuleList([Stage(cfg) for _ in range(cfg["stages"])])
""",
    }
    found = {
        key: (fact.value, fact.source.line)
        for (key, _), fact in facts(tmp_path, files).items()
        if fact.source.file == "options.py"
    }
    assert found == {
        "optimizer.learning_rate": (1e-3, 3),
        "optimizer.weight_decay": (0.05, 4),
        "optimizer.betas": ([0.8, 0.9], 5),
        "norm.epsilon": (1e-7, 7),
        "model.layers": (3, 9),
        "model.hidden_size": (64, 10),
        "training.epochs": (10, 11),
    }


def test_a_name_that_is_passed_for_two_things_means_neither(tmp_path: Path) -> None:
    text = "class Options:\n    x: float = 0.5\ndef f(o):\n    return Dropout(o.x), SGD(p, lr=o.x)\n"
    assert ("dropout.rate", None) not in facts(tmp_path, {"a.py": text})


def test_betas_given_one_by_one_are_joined_and_a_config_completes_them_from_its_base(tmp_path: Path) -> None:
    files = {
        "train.py": "beta1 = 0.9\nbeta2 = 0.95\n",
        "config/a.py": "beta2 = 0.99\nx = 1\n",
        "config/b.py": "x = 2\n",
    }
    found = facts(tmp_path, files)
    base, other = found["optimizer.betas", None], found["optimizer.betas", "a"]
    assert (base.value, base.source.line, base.source.end_line) == ([0.9, 0.95], 1, 2)
    assert (other.value, other.source.file) == ([0.9, 0.99], "config/a.py")
    assert (other.note or "").startswith("beta1 at train.py:1, beta2 at config/a.py:1")


def test_keep_probabilities_and_switches_are_translated(tmp_path: Path) -> None:
    found = facts(tmp_path, {"c.yaml": "keep_prob: 0.9\nnorm_first: true\nhidden_act: gelu_new\n"})
    assert (found["dropout.rate", None].value, found["dropout.rate", None].status) == (0.1, "derived")
    assert found["norm.placement", None].value == "pre"
    assert found["activation.function", None].value == "gelu_tanh"


def test_python_2_and_broken_files_keep_what_can_be_read(tmp_path: Path) -> None:
    text = 'learning_rate = 0.01\nprint "training", learning_rate\ntry:\n    x = 0777\nexcept ValueError, e:\n    pass\nif 1 <> 2:\n    pass\nbatch_size = 8\n'
    found = values(raw_settings(write(tmp_path, {"old.py": text})))
    assert found["learning_rate"] == 0.01
    assert found["batch_size"] == 8


def test_every_fact_has_the_line_that_holds_its_value(tmp_path: Path) -> None:
    files = {
        "settings.py": DATACLASSES,
        "recipe.yaml": "recipe:\n  warmup: 715\n",
        "m.py": "opt = SGD(p,\n  lr=0.5,\n  momentum=0.75)\n",
    }
    for fact in code_settings(write(tmp_path, files), "ref"):
        if fact.key == "optimizer.name":
            continue
        line = (tmp_path / str(fact.source.file)).read_text().split("\n")[(fact.source.line or 0) - 1]
        assert str(fact.value) in line.replace("_", "")


def test_facts_of_a_repository_on_github_have_an_address(tmp_path: Path) -> None:
    root = write(tmp_path, {"conf/a b.yaml": "lr: 1\n"})
    pin = f"github:o/n@{'0' * 40}"
    assert (
        code_settings(root, f"{pin}//src")[0].source.url
        == f"https://github.com/o/n/blob/{'0' * 40}/src/conf/a%20b.yaml#L1"
    )
    assert code_settings(root, "pypi:x==1")[0].source.url is None
