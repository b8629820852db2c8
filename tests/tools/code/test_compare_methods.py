"""Implementations of the same method under other names: nothing is found in a faithful one, and each change is found where it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from paper_implementer.tools.code.compare import compare


@dataclass(frozen=True)
class Change:
    """One deviation: `old` becomes `new` in my file; its finding has one of these categories, at the line of `new`."""

    old: str
    new: str
    categories: tuple[str, ...]
    within: int = 1


@dataclass(frozen=True)
class Method:
    """A method as its authors wrote it, as I wrote it, and the deviations to plant."""

    official: str
    mine: str
    changes: list[Change] = field(default_factory=list)


METHODS = {
    "grouped-query attention": Method(
        """
import torch
import torch.nn as nn
import torch.nn.functional as F


class GroupedQueryAttention(nn.Module):
    def __init__(self, dim, num_heads, num_kv_heads):
        super().__init__()
        self.num_heads = num_heads
        self.num_kv_heads = num_kv_heads
        self.head_dim = dim // num_heads
        self.wq = nn.Linear(dim, num_heads * self.head_dim, bias=False)
        self.wk = nn.Linear(dim, num_kv_heads * self.head_dim, bias=False)
        self.wv = nn.Linear(dim, num_kv_heads * self.head_dim, bias=False)
        self.wo = nn.Linear(num_heads * self.head_dim, dim, bias=False)

    def forward(self, x):
        b, t, _ = x.shape
        q = self.wq(x).view(b, t, self.num_heads, self.head_dim).transpose(1, 2)
        k = self.wk(x).view(b, t, self.num_kv_heads, self.head_dim).transpose(1, 2)
        v = self.wv(x).view(b, t, self.num_kv_heads, self.head_dim).transpose(1, 2)
        groups = self.num_heads // self.num_kv_heads
        k = k.repeat_interleave(groups, dim=1)
        v = v.repeat_interleave(groups, dim=1)
        scores = q @ k.transpose(-2, -1) / self.head_dim ** 0.5
        mask = torch.triu(torch.ones(t, t, dtype=torch.bool, device=x.device), diagonal=1)
        scores = scores.masked_fill(mask, float("-inf"))
        attn = F.softmax(scores, dim=-1)
        out = (attn @ v).transpose(1, 2).reshape(b, t, -1)
        return self.wo(out)
""",
        """
import torch
from torch import nn


class SharedKeys(nn.Module):
    def __init__(self, width, n_q, n_kv):
        super().__init__()
        self.n_q, self.n_kv, self.size = n_q, n_kv, width // n_q
        self.ask = nn.Linear(width, n_q * self.size, bias=False)
        self.key = nn.Linear(width, n_kv * self.size, bias=False)
        self.val = nn.Linear(width, n_kv * self.size, bias=False)
        self.mix = nn.Linear(n_q * self.size, width, bias=False)

    def forward(self, tokens):
        n, length, _ = tokens.shape
        a = self.ask(tokens).reshape(n, length, self.n_q, self.size).permute(0, 2, 1, 3)
        k = self.key(tokens).reshape(n, length, self.n_kv, self.size).permute(0, 2, 1, 3)
        v = self.val(tokens).reshape(n, length, self.n_kv, self.size).permute(0, 2, 1, 3)
        each = self.n_q // self.n_kv
        k = torch.repeat_interleave(k, each, 1)
        v = torch.repeat_interleave(v, each, 1)
        table = torch.einsum("nhid,nhjd->nhij", a * self.size ** -0.5, k)
        seen = torch.tril(torch.ones(length, length, device=tokens.device)) == 1
        table = table.masked_fill(~seen, -float("inf"))
        weights = table.softmax(-1)
        merged = torch.einsum("nhij,nhjd->nhid", weights, v).permute(0, 2, 1, 3).reshape(n, length, -1)
        return self.mix(merged)
""",
        [
            Change("a * self.size ** -0.5", "a * self.size ** -1", ("attention_scale",)),
            Change("table.softmax(-1)", "table.softmax(-2)", ("softmax_dim",)),
            Change("k = torch.repeat_interleave(k, each, 1)", "k = k.repeat(1, each, 1, 1)", ("head_layout",)),
            Change(
                "torch.tril(torch.ones(length, length, device=tokens.device))",
                "torch.tril(torch.ones(length, length), -1)",
                ("mask_convention",),
            ),
            Change(
                "self.key = nn.Linear(width, n_kv * self.size, bias=False)",
                "self.key = nn.Linear(width, n_kv * self.size)",
                ("qkv_bias", "bias_flag"),
            ),
        ],
    ),
    "root-mean-square norm": Method(
        """
import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        out = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
        return out * self.weight
""",
        """
import torch
from torch import nn


class Rescale(nn.Module):
    def __init__(self, n, small=1e-6):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(n))
        self.small = small

    def forward(self, v):
        power = (v * v).mean(dim=-1, keepdim=True)
        return self.gain * v / (power + self.small).sqrt()
""",
        [
            Change("(power + self.small).sqrt()", "(power.sqrt() + self.small)", ("epsilon",)),
            Change("small=1e-6", "small=1e-5", ("epsilon",)),
            Change(
                "(v * v).mean",
                "(v * v).sum",
                ("norm_type", "variance_estimator", "loss_reduction", "pooling", "epsilon"),
            ),
        ],
    ),
    "focal loss": Method(
        """
import torch
import torch.nn.functional as F


def sigmoid_focal_loss(inputs, targets, alpha=0.25, gamma=2.0):
    p = torch.sigmoid(inputs)
    ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce * ((1 - p_t) ** gamma)
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    return (alpha_t * loss).mean()
""",
        """
from torch.nn.functional import binary_cross_entropy_with_logits


def hard_example_loss(scores, truth, balance=0.25, focus=2.0):
    error = binary_cross_entropy_with_logits(scores, truth, reduction="none")
    sure = scores.sigmoid()
    right = truth * sure + (1 - truth) * (1 - sure)
    share = truth * balance + (1 - truth) * (1 - balance)
    weighted = share * (1 - right).pow(focus) * error
    return weighted.mean()
""",
        [
            Change("(1 - right).pow(focus)", "right.pow(focus)", ("loss_function", "loss_weights")),
            Change(
                "truth * balance + (1 - truth) * (1 - balance)",
                "truth * (1 - balance) + (1 - truth) * balance",
                ("loss_weights", "loss_function"),
            ),
            Change("focus=2.0", "focus=1.0", ("loss_weights", "loss_function")),
            Change("return weighted.mean()", "return weighted.sum()", ("loss_reduction",)),
        ],
    ),
    "cosine schedule with warm-up": Method(
        """
import math


def get_lr(it, learning_rate, min_lr, warmup_iters, lr_decay_iters):
    if it < warmup_iters:
        return learning_rate * (it + 1) / (warmup_iters + 1)
    if it > lr_decay_iters:
        return min_lr
    decay_ratio = (it - warmup_iters) / (lr_decay_iters - warmup_iters)
    coeff = 0.5 * (1.0 + math.cos(math.pi * decay_ratio))
    return min_lr + coeff * (learning_rate - min_lr)
""",
        """
from math import cos, pi


def rate_at(step, peak, floor, ramp, total):
    if step < ramp:
        return peak * (step + 1) / (ramp + 1)
    if step > total:
        return floor
    done = (step - ramp) / (total - ramp)
    return floor + (peak - floor) * (1 + cos(pi * done)) / 2
""",
        [
            Change("peak * (step + 1) / (ramp + 1)", "peak * step / ramp", ("warmup", "lr_schedule")),
            Change(
                "floor + (peak - floor) * (1 + cos(pi * done)) / 2",
                "peak * (1 + cos(pi * done)) / 2",
                ("lr_schedule", "warmup"),
            ),
            Change("(step - ramp) / (total - ramp)", "step / total", ("lr_schedule", "warmup")),
        ],
    ),
    "moving average of weights": Method(
        """
import copy
import torch


class ModelEMA:
    def __init__(self, model, decay=0.9999):
        self.module = copy.deepcopy(model)
        self.decay = decay

    @torch.no_grad()
    def update(self, model):
        for ema_p, p in zip(self.module.parameters(), model.parameters()):
            ema_p.mul_(self.decay).add_(p, alpha=1 - self.decay)
""",
        """
from copy import deepcopy

import torch


class SlowCopy:
    def __init__(self, net, keep=0.9999):
        self.slow = deepcopy(net)
        self.keep = keep

    @torch.no_grad()
    def follow(self, net):
        for old, new in zip(self.slow.parameters(), net.parameters()):
            old.lerp_(new, 1 - self.keep)
""",
        [
            Change("old.lerp_(new, 1 - self.keep)", "old.lerp_(new, self.keep)", ("ema_direction", "ema_decay")),
            Change("keep=0.9999", "keep=0.99", ("ema_decay", "ema_direction")),
        ],
    ),
    "top-p sampling": Method(
        """
import torch


def top_p_filter(logits, top_p=0.9, filter_value=-float("inf")):
    sorted_logits, sorted_indices = torch.sort(logits, descending=True)
    cumulative_probs = torch.cumsum(torch.softmax(sorted_logits, dim=-1), dim=-1)
    remove = cumulative_probs > top_p
    remove[..., 1:] = remove[..., :-1].clone()
    remove[..., 0] = False
    mask = remove.scatter(1, sorted_indices, remove)
    return logits.masked_fill(mask, filter_value)
""",
        """
import torch


def smallest_set(scores, mass=0.9):
    ordered, order = scores.sort(dim=-1, descending=True)
    share = ordered.softmax(dim=-1)
    before = share.cumsum(dim=-1) - share
    outside = before > mass
    outside = torch.zeros_like(outside).scatter(-1, order, outside)
    return scores.masked_fill(outside, float("-inf"))
""",
        [
            Change(
                "before = share.cumsum(dim=-1) - share",
                "before = share.cumsum(dim=-1)",
                ("boundary_condition",),
                within=3,
            )
        ],
    ),
    "mixup": Method(
        """
import numpy as np
import torch


def mixup_data(x, y, alpha=1.0):
    lam = np.random.beta(alpha, alpha)
    index = torch.randperm(x.size(0))
    mixed_x = lam * x + (1 - lam) * x[index, :]
    return mixed_x, y, y[index], lam


def mixup_criterion(criterion, pred, y_a, y_b, lam):
    return lam * criterion(pred, y_a) + (1 - lam) * criterion(pred, y_b)
""",
        """
import torch
from numpy import random


def blend(images, classes, strength=1.0):
    share = random.beta(strength, strength)
    order = torch.randperm(len(images))
    return share * images + (1 - share) * images[order], classes, classes[order], share


def blended_loss(loss, guess, first, second, share):
    return (1 - share) * loss(guess, second) + share * loss(guess, first)
""",
        [
            Change("strength=1.0", "strength=0.2", ("loss_weights", "augmentation")),
            Change(
                "(1 - share) * loss(guess, second) + share",
                "loss(guess, second) + share",
                ("loss_weights", "loss_function"),
            ),
        ],
    ),
    "momentum SGD": Method(
        """
import torch
from torch.optim import Optimizer


class SGDM(Optimizer):
    def __init__(self, params, lr=0.1, momentum=0.9, weight_decay=1e-4):
        defaults = dict(lr=lr, momentum=momentum, weight_decay=weight_decay)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                grad = p.grad.add(p, alpha=group["weight_decay"])
                state = self.state[p]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(p)
                buf = state["momentum_buffer"]
                buf.mul_(group["momentum"]).add_(grad)
                p.add_(buf, alpha=-group["lr"])
""",
        """
import torch


class HeavyBall(torch.optim.Optimizer):
    def __init__(self, weights, rate=0.1, inertia=0.9, shrink=1e-4):
        super().__init__(weights, dict(rate=rate, inertia=inertia, shrink=shrink))

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            for w in g["params"]:
                memory = self.state[w]
                if not memory:
                    memory["speed"] = torch.zeros_like(w)
                force = w.grad + g["shrink"] * w
                memory["speed"] = g["inertia"] * memory["speed"] + force
                w.sub_(g["rate"] * memory["speed"])
""",
        [
            Change("inertia=0.9", "inertia=0.99", ("optimizer_betas", "optimizer_variant")),
            Change(
                'g["inertia"] * memory["speed"] + force',
                'g["inertia"] * memory["speed"] + (1 - g["inertia"]) * force',
                ("optimizer_variant", "optimizer_betas"),
            ),
            Change(
                'w.grad + g["shrink"] * w', "w.grad", ("weight_decay_coupling", "weight_decay", "optimizer_variant")
            ),
        ],
    ),
    "contrastive image-text loss": Method(
        """
import torch
import torch.nn as nn
import torch.nn.functional as F


class ClipLoss(nn.Module):
    def forward(self, image_features, text_features, logit_scale):
        image_features = F.normalize(image_features, dim=-1)
        text_features = F.normalize(text_features, dim=-1)
        logits_per_image = logit_scale * image_features @ text_features.T
        logits_per_text = logit_scale * text_features @ image_features.T
        labels = torch.arange(image_features.shape[0], device=image_features.device)
        return (F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)) / 2
""",
        """
import torch
from torch.nn.functional import cross_entropy


def pair_loss(pictures, captions, sharpness):
    pictures = pictures / pictures.norm(dim=-1, keepdim=True)
    captions = captions / captions.norm(dim=-1, keepdim=True)
    table = sharpness * pictures @ captions.t()
    match = torch.arange(len(table))
    rows = cross_entropy(table, match)
    columns = cross_entropy(table.t(), match)
    return 0.5 * (rows + columns)
""",
        [
            Change(
                "    return 0.5 * (rows + columns)",
                "    return rows",
                ("loss_symmetry", "loss_function", "loss_weights"),
                within=3,
            ),
            Change(
                "captions = captions / captions.norm(dim=-1, keepdim=True)",
                "captions = captions",
                ("feature_normalization",),
                within=3,
            ),
        ],
    ),
    "sinusoidal positions": Method(
        """
import math
import torch


def sinusoidal_embedding(max_len, dim, base=10000.0):
    position = torch.arange(max_len).unsqueeze(1)
    div_term = torch.exp(torch.arange(0, dim, 2) * (-math.log(base) / dim))
    return torch.cat([torch.sin(position * div_term), torch.cos(position * div_term)], dim=-1)
""",
        """
import torch


def waves(count, width, longest=10000.0):
    speed = longest ** (-torch.arange(0, width, 2) / width)
    angle = torch.outer(torch.arange(count), speed)
    return torch.cat((angle.sin(), angle.cos()), -1)
""",
        [
            Change("longest=10000.0", "longest=1000.0", ("positional_base",)),
            Change(
                "torch.cat((angle.sin(), angle.cos()), -1)",
                "torch.cat((angle.cos(), angle.sin()), -1)",
                ("rope_pairing", "position_offset", "positional_base"),
            ),
            Change("torch.arange(count)", "torch.arange(1, count + 1)", ("position_offset", "positional_base")),
        ],
    ),
    "convolutional stem": Method(
        """
from torch import nn


class ConvBlock(nn.Module):
    def __init__(self, in_ch, out_ch):
        super().__init__()
        self.conv = nn.Conv2d(in_ch, out_ch, kernel_size=3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(out_ch, eps=1e-3, momentum=0.03)
        self.act = nn.SiLU()
        self.drop = nn.Dropout2d(0.1)

    def forward(self, x):
        return self.drop(self.act(self.bn(self.conv(x))))
""",
        """
from torch import nn
from torch.nn import functional as F


class Stem(nn.Module):
    def __init__(self, c_in, c_out):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(c_in, c_out, 3, 1, 1, bias=False),
            nn.BatchNorm2d(c_out, 1e-3, 0.03),
        )

    def forward(self, image):
        return F.dropout2d(F.silu(self.net(image)), 0.1, self.training)
""",
        [
            Change("nn.BatchNorm2d(c_out, 1e-3, 0.03)", "nn.BatchNorm2d(c_out, 1e-3)", ("norm_type",)),
            Change("nn.BatchNorm2d(c_out, 1e-3, 0.03)", "nn.BatchNorm2d(c_out, momentum=0.03)", ("epsilon",)),
            Change("F.silu(", "F.gelu(", ("activation_variant",)),
            Change("0.1, self.training", "0.2, self.training", ("dropout_rate",)),
            Change("3, 1, 1, bias=False", "3, 1, 1", ("bias_flag",)),
        ],
    ),
    "transformer block": Method(
        """
from torch import nn
import torch.nn.functional as F


class Mlp(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, dim)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, dim, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.qkv = nn.Linear(dim, dim * 3)
        self.proj = nn.Linear(dim, dim)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = Mlp(dim, hidden)

    def attend(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        y = F.scaled_dot_product_attention(q, k, v)
        return self.proj(y.transpose(1, 2).reshape(b, n, c))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.mlp(self.norm2(x))
""",
        """
import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self, width, n_head, inner):
        super().__init__()
        self.n_head = n_head
        self.pre_a = nn.LayerNorm(width, 1e-6)
        self.to_qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.pre_b = nn.LayerNorm(width, 1e-6)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)

    def forward(self, seq):
        b, n, c = seq.shape
        size = c // self.n_head
        q, k, v = self.to_qkv(self.pre_a(seq)).view(b, n, 3, self.n_head, size).permute(2, 0, 3, 1, 4).unbind(0)
        w = torch.softmax(q @ k.transpose(-1, -2) * size ** -0.5, dim=-1)
        seq = seq + self.out((w @ v).transpose(1, 2).reshape(b, n, c))
        hidden = nn.functional.gelu(self.up(self.pre_b(seq)))
        return seq + self.down(hidden)
""",
        [
            Change("self.pre_b = nn.LayerNorm(width, 1e-6)", "self.pre_b = nn.LayerNorm(width)", ("epsilon",)),
            Change(
                "nn.functional.gelu(self.up(",
                'nn.functional.gelu(approximate="tanh", input=self.up(',
                ("activation_variant",),
            ),
            Change("* size ** -0.5", "* c ** -0.5", ("attention_scale",)),
            Change("self.up(self.pre_b(seq))", "self.up(seq)", ("norm_placement",)),
            Change(
                "self.to_qkv = nn.Linear(width, 3 * width)",
                "self.to_qkv = nn.Linear(width, 3 * width, bias=False)",
                ("qkv_bias", "bias_flag"),
            ),
        ],
    ),
    "training script": Method(
        """
import torch
from torch.utils.data import DataLoader


def build(model, dataset):
    loader = DataLoader(dataset, batch_size=128, shuffle=True, drop_last=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, betas=(0.9, 0.95), weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=1000, eta_min=3e-5)
    return loader, optimizer, schedule


def train_step(model, loss_fn, optimizer, batch):
    loss = loss_fn(model(batch[0]), batch[1])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss
""",
        """
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR
from torch.utils.data import DataLoader


def prepare(net, samples):
    feed = DataLoader(samples, 128, shuffle=True, drop_last=True)
    opt = AdamW(net.parameters(), 3e-4, (0.9, 0.95), weight_decay=0.1)
    return feed, opt, CosineAnnealingLR(opt, 1000, 3e-5)


def advance(net, criterion, opt, pair):
    error = criterion(net(pair[0]), pair[1])
    error.backward()
    clip_grad_norm_(net.parameters(), max_norm=1)
    opt.step()
    return error
""",
        [
            Change("(0.9, 0.95)", "(0.9, 0.999)", ("optimizer_betas",)),
            Change("(0.9, 0.95), weight_decay=0.1)", "(0.9, 0.95))", ("weight_decay",)),
            Change("3e-4", "1e-3", ("learning_rate",)),
            Change("1000, 3e-5", "1000", ("lr_schedule",)),
            Change("max_norm=1)", "max_norm=5)", ("gradient_clipping",)),
            Change("shuffle=True, drop_last=True", "shuffle=True", ("shuffle",)),
        ],
    ),
    "variational encoder": Method(
        """
import torch
import torch.nn.functional as F


def reparameterize(mu, logvar):
    std = torch.exp(0.5 * logvar)
    return mu + torch.randn_like(std) * std


def vae_loss(recon, x, mu, logvar):
    bce = F.binary_cross_entropy(recon, x, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld
""",
        """
import torch
from torch.nn.functional import binary_cross_entropy


def draw(mean, log_var):
    spread = (log_var / 2).exp()
    return mean + spread * torch.randn_like(spread)


def bound(image, target, mean, log_var):
    fit = binary_cross_entropy(image, target, reduction="sum")
    gap = 0.5 * (mean ** 2 + log_var.exp() - 1 - log_var).sum()
    return fit + gap
""",
        [
            Change("(log_var / 2).exp()", "log_var.exp()", ("parameterization",)),
            Change('reduction="sum"', 'reduction="mean"', ("loss_reduction",)),
            Change("gap = 0.5 * (mean", "gap = (mean", ("loss_weights", "loss_function")),
        ],
    ),
}


def run(tmp_path: Path, method: Method, mine: str) -> tuple[list[tuple[str, int]], str]:
    (tmp_path / "mine").mkdir()
    (tmp_path / "official").mkdir()
    (tmp_path / "mine" / "own.py").write_text(mine)
    (tmp_path / "official" / "model.py").write_text(method.official)
    found = compare(
        str(tmp_path / "mine"), str(tmp_path / "official"), mine_ref="mine", official_ref="official"
    ).findings
    return [(f.category, f.mine.line) for f in found], "\n".join(
        f"{f.mine.line}: {f.category}: {f.summary}" for f in found
    )


@pytest.mark.parametrize("name", METHODS)
def test_a_faithful_implementation_has_no_findings(name: str, tmp_path: Path) -> None:
    found, text = run(tmp_path, METHODS[name], METHODS[name].mine)
    assert not found, text


CHANGES = [(name, i) for name, method in METHODS.items() for i in range(len(method.changes))]


@pytest.mark.parametrize(("name", "index"), CHANGES)
def test_each_change_is_found_where_it_is(name: str, index: int, tmp_path: Path) -> None:
    method = METHODS[name]
    change = method.changes[index]
    assert method.mine.count(change.old) == 1
    mine = method.mine.replace(change.old, change.new)
    if 'approximate="tanh", input=' in change.new:
        mine = mine.replace("input=self.up(self.pre_b(seq)))", "input=self.up(self.pre_b(seq)))")
    line = mine[: mine.index(change.new)].count("\n") + 1
    found, text = run(tmp_path, method, mine)
    assert any(c in change.categories and abs(at - line) <= change.within for c, at in found), text or "nothing found"
