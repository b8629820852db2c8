"""Settings of a run; `configs/base.yaml` overrides them."""

from dataclasses import dataclass, fields

import yaml


@dataclass
class Config:
    # model
    vocab_size: int = 32
    num_classes: int = 8
    max_len: int = 128
    width: int = 64
    depth: int = 3
    heads: int = 4
    ffn_ratio: int = 4
    dropout: float = 0.1
    min_half_life: float = 2.0
    max_half_life: float = 64.0
    norm_eps: float = 1e-5
    init_std: float = 0.02
    # optimisation
    lr: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.98
    adam_eps: float = 1e-8
    weight_decay: float = 0.05
    clip_norm: float = 1.0
    label_smoothing: float = 0.1
    warmup_steps: int = 200
    total_steps: int = 5000
    batch_size: int = 64
    # data
    task: str = "tally"
    seed: int = 7


def load_config(path):
    """Read a YAML file over the defaults; a name that is no setting is an error."""
    with open(path) as f:
        values = yaml.safe_load(f) or {}
    unknown = set(values) - {f.name for f in fields(Config)}
    if unknown:
        raise KeyError(f"unknown settings: {sorted(unknown)}")
    return Config(**values)
