"""Train EbbNet: python -m ebbnet.train --config configs/base.yaml"""

import argparse
import math

import torch
import torch.nn.functional as F

from .config import Config, load_config
from .data import make_batch
from .model import EbbNet


def build_optimizer(model, cfg):
    """AdamW; biases, norms and half-lives are not decayed."""
    decay = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": decay, "weight_decay": cfg.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=cfg.lr, betas=(cfg.beta1, cfg.beta2), eps=cfg.adam_eps)


def lr_at(step, cfg):
    """Linear warm-up, then a half cosine to zero."""
    if step < cfg.warmup_steps:
        return cfg.lr * (step + 1) / cfg.warmup_steps
    progress = (step - cfg.warmup_steps) / max(1, cfg.total_steps - cfg.warmup_steps)
    return 0.5 * cfg.lr * (1.0 + math.cos(math.pi * progress))


def train_step(model, optimizer, tokens, labels, step, cfg):
    for group in optimizer.param_groups:
        group["lr"] = lr_at(step, cfg)
    loss = F.cross_entropy(model(tokens), labels, label_smoothing=cfg.label_smoothing)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), cfg.clip_norm)
    optimizer.step()
    return loss.item()


@torch.no_grad()
def accuracy(model, cfg, batches=16):
    model.eval()
    generator = torch.Generator().manual_seed(cfg.seed + 1)
    right = total = 0
    for _ in range(batches):
        tokens, labels = make_batch(cfg, generator)
        right += (model(tokens).argmax(dim=1) == labels).sum().item()
        total += len(labels)
    model.train()
    return right / total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default=None)
    parser.add_argument("--task", default=None, choices=["tally", "echo", "span"])
    parser.add_argument("--steps", type=int, default=None)
    args = parser.parse_args()
    cfg = load_config(args.config) if args.config else Config()
    if args.task:
        cfg.task = args.task
    if args.steps:
        cfg.total_steps = args.steps

    torch.manual_seed(cfg.seed)
    generator = torch.Generator().manual_seed(cfg.seed)
    model = EbbNet(cfg)
    optimizer = build_optimizer(model, cfg)
    for step in range(cfg.total_steps):
        tokens, labels = make_batch(cfg, generator)
        loss = train_step(model, optimizer, tokens, labels, step, cfg)
        if step % 100 == 0 or step == cfg.total_steps - 1:
            print(f"step {step} loss {loss:.4f} accuracy {accuracy(model, cfg):.3f}")


if __name__ == "__main__":
    main()
