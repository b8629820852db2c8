import torch
import torch.nn as nn
import torch.nn.functional as F

from mixer import DecayMixer
from options import Options


def waves(span: int, channels: int) -> torch.Tensor:
    place = torch.arange(span).float().unsqueeze(1)
    speed = 10000.0 ** (-torch.arange(0, channels, 2).float() / channels)
    return torch.stack([(place * speed).sin(), (place * speed).cos()], dim=-1).flatten(1)


class Stage(nn.Module):
    def __init__(self, opt: Options):
        super().__init__()
        self.p_drop = opt.p_drop
        self.mixer = DecayMixer(opt.channels, opt.n_heads, opt.p_drop, opt.shortest, opt.longest)
        self.calm_a = nn.LayerNorm(opt.channels, eps=opt.tiny)
        self.calm_b = nn.LayerNorm(opt.channels, eps=opt.tiny)
        self.widen = nn.Linear(opt.channels, opt.expansion * opt.channels)
        self.narrow = nn.Linear(opt.expansion * opt.channels, opt.channels)

    def quiet(self, z: torch.Tensor) -> torch.Tensor:
        return F.dropout(z, self.p_drop, self.training)

    def think(self, z: torch.Tensor) -> torch.Tensor:
        return self.narrow(self.quiet(F.gelu(self.widen(z))))

    def forward(self, seq: torch.Tensor, keep: torch.Tensor | None = None) -> torch.Tensor:
        seq = self.calm_a(seq + self.quiet(self.mixer(seq, keep)))
        return self.calm_b(seq + self.quiet(self.think(seq)))


class SequenceSorter(nn.Module):
    """Token ids in, one score per label out."""

    def __init__(self, opt: Options = Options()):
        super().__init__()
        self.lookup = nn.Embedding(opt.symbols, opt.channels)
        self.register_buffer("beat", waves(opt.span, opt.channels), persistent=False)
        self.stages = nn.Sequential(*[Stage(opt) for _ in range(opt.stages)])
        self.calm_end = nn.LayerNorm(opt.channels, eps=opt.tiny)
        self.verdict = nn.Linear(opt.channels, opt.labels)
        self.p_drop = opt.p_drop
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                nn.init.trunc_normal_(weight, std=opt.spread)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, ids: torch.Tensor, keep: torch.Tensor | None = None) -> torch.Tensor:
        seq = F.dropout(self.lookup(ids) + self.beat[: ids.size(1)], self.p_drop, self.training)
        for stage in self.stages:
            seq = stage(seq, keep)
        seq = self.calm_end(seq)
        if keep is None:
            return self.verdict(seq.mean(1))
        real = keep.unsqueeze(-1).type_as(seq)
        return self.verdict((seq * real).sum(1) / real.sum(1).clamp_min(1))
