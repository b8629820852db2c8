"""Differences of many kinds, each between two small programs that share no name; and rewritings that differ in nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from paper_implementer.tools.code.compare import compare
from paper_implementer.tools.code.findings import Finding


@dataclass(frozen=True)
class Case:
    """Two programs, and what tells them apart: the category, and a piece of the line of mine; nothing where they agree."""

    name: str
    official: str
    mine: str
    expected: tuple[str, str] | None = None


HEAD = """
import math
import torch
from torch import nn
import torch.nn.functional as F
"""

CASES = [
    Case(
        "an argument that nothing reads",
        """
        def drop_branch(x, rate=0.0, training=False, rescale=True):
            if rate == 0.0 or not training:
                return x
            keep = 1 - rate
            mask = torch.empty(x.shape[0], 1, 1).bernoulli_(keep)
            if rescale:
                mask = mask / keep
            return x * mask
        """,
        """
        def skip(x, p=0.0, training=False, scaled=True):
            if p == 0.0 or not training:
                return x
            stay = 1 - p
            return x * torch.empty(x.shape[0], 1, 1).bernoulli_(stay) / stay
        """,
        ("argument_ignored", "def skip"),
    ),
    Case(
        "a gain that is made and never applied",
        """
        class Scale(nn.Module):
            def __init__(self, width, branch, start=1e-5):
                super().__init__()
                self.gamma = nn.Parameter(torch.full((width,), start))
                self.branch = branch

            def forward(self, x):
                return self.branch(x) * self.gamma
        """,
        """
        class Scaled(nn.Module):
            def __init__(self, n, inner, first=1e-5):
                super().__init__()
                self.weight = nn.Parameter(torch.full((n,), first))
                self.inner = inner

            def forward(self, h):
                return self.inner(h)
        """,
        ("layer_scale", "return self.inner(h)"),
    ),
    Case(
        "patches with the channels first",
        """
        def patchify(images, p):
            n, c, h, w = images.shape
            x = images.reshape(n, c, h // p, p, w // p, p)
            x = torch.einsum("nchpwq->nhwpqc", x)
            return x.reshape(n, (h // p) * (w // p), p * p * c)
        """,
        """
        def to_patches(pictures, side):
            b, c, h, w = pictures.shape
            x = pictures.view(b, c, h // side, side, w // side, side)
            x = x.permute(0, 2, 4, 1, 3, 5)
            return x.reshape(b, (h // side) * (w // side), side * side * c)
        """,
        ("tensor_layout", "permute"),
    ),
    Case(
        "no norm after the last block",
        """
        class Encoder(nn.Module):
            def __init__(self, width, depth):
                super().__init__()
                self.blocks = nn.ModuleList([nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width)) for _ in range(depth)])
                self.norm = nn.LayerNorm(width)

            def forward(self, x):
                for block in self.blocks:
                    x = x + block(x)
                return self.norm(x)
        """,
        """
        class Stack(nn.Module):
            def __init__(self, n, layers):
                super().__init__()
                self.parts = nn.ModuleList([nn.Sequential(nn.LayerNorm(n), nn.Linear(n, n)) for _ in range(layers)])

            def forward(self, h):
                for part in self.parts:
                    h = h + part(h)
                return h
        """,
        ("norm_placement", "return h"),
    ),
    Case(
        "warm-up one step early, in a function that is handed on",
        """
        def linear_schedule(optimizer, warmup_steps, total_steps):
            def scale(step):
                if step < warmup_steps:
                    return step / max(1, warmup_steps)
                return max(0.0, (total_steps - step) / max(1, total_steps - warmup_steps))
            return torch.optim.lr_scheduler.LambdaLR(optimizer, scale)
        """,
        """
        def ramp(opt, warm, total):
            def factor(i):
                if i < warm:
                    return (i + 1) / max(1, warm)
                return max(0.0, (total - i) / max(1, total - warm))
            return torch.optim.lr_scheduler.LambdaLR(opt, factor)
        """,
        ("warmup", "(i + 1)"),
    ),
    Case(
        "the variance of all but one",
        """
        def standardize(z):
            return F.batch_norm(z, None, None, training=True)

        def redundancy_loss(z_a, z_b, weight=0.005):
            c = standardize(z_a).T @ standardize(z_b) / z_a.size(0)
            return (1 - c.diagonal()).square().sum() + weight * c.square().sum()
        """,
        """
        def whiten(z):
            return (z - z.mean(0)) / (z.var(0) + 1e-5).sqrt()

        def redundancy(a, b, trade=0.005):
            c = whiten(a).T @ whiten(b) / a.size(0)
            return (1 - c.diagonal()).square().sum() + trade * c.square().sum()
        """,
        ("variance_estimator", "z.var(0)"),
    ),
    Case(
        "the variance where the mean of squares belongs",
        """
        class RMSNorm(nn.Module):
            def __init__(self, dim, eps=1e-6):
                super().__init__()
                self.weight = nn.Parameter(torch.ones(dim))
                self.eps = eps

            def forward(self, x):
                return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))
        """,
        """
        class RootNorm(nn.Module):
            def __init__(self, n, tiny=1e-6):
                super().__init__()
                self.g = nn.Parameter(torch.ones(n))
                self.tiny = tiny

            def forward(self, h):
                return self.g * h * torch.rsqrt(h.var(-1, keepdim=True, unbiased=False) + self.tiny)
        """,
        ("norm_type", "h.var"),
    ),
    Case(
        "log-probabilities in a matching cost",
        """
        def matching_cost(logits, boxes, labels, targets, w_class=1.0, w_box=5.0):
            probabilities = logits.softmax(-1)
            by_class = -probabilities[:, labels]
            by_box = torch.cdist(boxes, targets, p=1)
            return w_box * by_box + w_class * by_class
        """,
        """
        def pairing_cost(scores, found, ids, wanted, w_class=1.0, w_box=5.0):
            p = scores.log_softmax(-1)
            kind = -p[:, ids]
            gap = torch.cdist(found, wanted, p=1)
            return w_class * kind + w_box * gap
        """,
        ("matching_cost", "log_softmax"),
    ),
    Case(
        "one of two softmaxes over another axis",
        """
        class LinearAttention(nn.Module):
            def __init__(self, dim, heads):
                super().__init__()
                self.heads = heads
                self.to_qkv = nn.Linear(dim, dim * 3, bias=False)

            def forward(self, x):
                q, k, v = self.to_qkv(x).chunk(3, dim=-1)
                q = q.softmax(dim=-1)
                k = k.softmax(dim=-2)
                return q @ (k.transpose(-1, -2) @ v)
        """,
        """
        class Linear(nn.Module):
            def __init__(self, n, heads):
                super().__init__()
                self.heads = heads
                self.qkv = nn.Linear(n, n * 3, bias=False)

            def forward(self, h):
                a, b, c = self.qkv(h).chunk(3, dim=-1)
                a = a.softmax(dim=-1)
                b = b.softmax(dim=-1)
                return a @ (b.transpose(-1, -2) @ c)
        """,
        ("softmax_dim", "b = b.softmax"),
    ),
    Case(
        "a pipeline without blur",
        """
        from torchvision import transforms as T

        def augment(size=224):
            return T.Compose([
                T.RandomResizedCrop(size, scale=(0.2, 1.0)),
                T.RandomHorizontalFlip(),
                T.RandomApply([T.GaussianBlur(23)], p=0.5),
                T.ToTensor(),
            ])
        """,
        """
        from torchvision import transforms as T

        def view(side=224):
            return T.Compose([
                T.RandomResizedCrop(side, scale=(0.2, 1.0)),
                T.RandomHorizontalFlip(),
                T.ToTensor(),
            ])
        """,
        ("augmentation", "T.Compose"),
    ),
    Case(
        "a softmax over the batch",
        """
        def soft_target_loss(logits, target):
            return torch.sum(-target * F.log_softmax(logits, dim=-1), dim=-1).mean()
        """,
        """
        def soft_loss(scores, wanted):
            return -(wanted * F.log_softmax(scores, 0)).sum(-1).mean()
        """,
        ("softmax_dim", "log_softmax(scores, 0)"),
    ),
    Case(
        "a norm behind the projection",
        """
        class Merge(nn.Module):
            def __init__(self, dim):
                super().__init__()
                self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)
                self.norm = nn.LayerNorm(4 * dim)

            def forward(self, x):
                return self.reduction(self.norm(x))
        """,
        """
        class Halve(nn.Module):
            def __init__(self, n):
                super().__init__()
                self.down = nn.Linear(4 * n, 2 * n, bias=False)
                self.scale = nn.LayerNorm(2 * n)

            def forward(self, h):
                return self.scale(self.down(h))
        """,
        ("norm_placement", "self.scale(self.down(h))"),
    ),
    Case(
        "bounds as clamp, or as minimum and maximum",
        """
        def bucket(distance, buckets=32, far=128):
            half = buckets // 2
            n = -torch.min(distance, torch.zeros_like(distance))
            large = half + (torch.log(n.float() / half) / math.log(far / half) * (buckets - half)).long()
            large = torch.min(large, torch.full_like(large, buckets - 1))
            return torch.where(n < half, n, large)
        """,
        """
        def bin_of(delta, count=32, limit=128):
            exact = count // 2
            gap = (-delta).clamp(min=0)
            big = exact + ((count - exact) * torch.log(gap.float() / exact) / math.log(limit / exact)).long()
            return torch.where(gap < exact, gap, big.clamp(max=count - 1))
        """,
    ),
    Case(
        "the likelihood of a Bernoulli, fused or written out",
        """
        def focal_loss(inputs, targets, alpha=0.25, gamma=2.0):
            p = torch.sigmoid(inputs)
            ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
            p_t = p * targets + (1 - p) * (1 - targets)
            return ((alpha * targets + (1 - alpha) * (1 - targets)) * ce * (1 - p_t) ** gamma).mean()
        """,
        """
        def focal(scores, labels, balance=0.25, focus=2.0):
            q = scores.sigmoid()
            nll = -(labels * F.logsigmoid(scores) + (1 - labels) * F.logsigmoid(-scores))
            wrong = 1 - (q * labels + (1 - q) * (1 - labels))
            weight = labels * balance + (1 - labels) * (1 - balance)
            return torch.mean(weight * wrong.pow(focus) * nll)
        """,
    ),
    Case(
        "an interpolation by name or by number, shuffling by flag or by sampler",
        """
        from torchvision import transforms as T

        def loader(data, size=224, batch=64):
            crop = T.Compose([T.RandomResizedCrop(size, scale=(0.2, 1.0), interpolation=3), T.ToTensor()])
            sampler = torch.utils.data.RandomSampler(data)
            return crop, torch.utils.data.DataLoader(data, batch_size=batch, sampler=sampler, drop_last=True)
        """,
        """
        from torchvision import transforms as T

        def batches(images, side=224, many=64):
            how = T.InterpolationMode.BICUBIC
            cut = T.Compose([T.RandomResizedCrop(side, scale=(0.2, 1.0), interpolation=how), T.ToTensor()])
            return cut, torch.utils.data.DataLoader(images, batch_size=many, shuffle=True, drop_last=True)
        """,
    ),
    Case(
        "a draw below a probability, or a draw with it",
        """
        def drop_path(x, p, training=True):
            if not training:
                return x
            keep = 1 - p
            return x * torch.empty(x.shape[0], 1, 1).bernoulli_(keep) / keep
        """,
        """
        def thin(h, rate, training=True):
            if not training:
                return h
            stay = 1 - rate
            return h / stay * (torch.rand(h.shape[0], 1, 1) < stay)
        """,
    ),
]


def findings_of(case: Case, folder: Path) -> tuple[list[Finding], list[str]]:
    """What the comparison finds, and my lines."""
    for side, text in (("official", case.official), ("mine", case.mine)):
        (folder / side).mkdir()
        (folder / side / f"{side}_code.py").write_text(HEAD + dedent(text))
    found = compare(str(folder / "mine"), str(folder / "official"), mine_ref="mine", official_ref="official").findings
    return found, (HEAD + dedent(case.mine)).splitlines()


@pytest.mark.parametrize("case", [c for c in CASES if c.expected], ids=lambda c: c.name)
def test_a_difference_is_found_at_its_line_and_nothing_else(case: Case, tmp_path: Path) -> None:
    found, lines = findings_of(case, tmp_path)
    assert case.expected is not None
    assert [f.category for f in found] == [case.expected[0]]
    assert found[0].mine is not None
    assert case.expected[1] in lines[found[0].mine.line - 1]


@pytest.mark.parametrize("case", [c for c in CASES if not c.expected], ids=lambda c: c.name)
def test_a_rewriting_is_no_difference(case: Case, tmp_path: Path) -> None:
    assert findings_of(case, tmp_path)[0] == []
