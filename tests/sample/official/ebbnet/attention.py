"""Fading attention (Sec. 3.1 of the paper)."""

import math

import torch
from torch import nn


class FadingAttention(nn.Module):
    """Multi-head attention whose logits fade with distance, followed by an output gate.

    Each head learns a half-life h: a key that is h positions away weighs half as much as a
    key beside the query, everything else being equal.
    """

    def __init__(self, width, heads, dropout=0.1, min_half_life=2.0, max_half_life=64.0):
        super().__init__()
        if width % heads:
            raise ValueError(f"width {width} is not a multiple of heads {heads}")
        self.heads = heads
        self.head_dim = width // heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.gate = nn.Linear(width, width)
        self.proj = nn.Linear(width, width)
        self.attn_drop = nn.Dropout(dropout)
        spread = torch.linspace(math.log(min_half_life), math.log(max_half_life), heads)
        self.log_half_life = nn.Parameter(spread)

    def forward(self, x, mask=None):
        b, t, c = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, self.head_dim).permute(2, 0, 3, 1, 4)
        logits = (q @ k.transpose(-2, -1)) * self.head_dim**-0.5

        pos = torch.arange(t, device=x.device)
        distance = (pos[:, None] - pos[None, :]).abs().to(x.dtype)
        rate = math.log(2.0) * torch.exp(-self.log_half_life)
        logits = logits - rate[:, None, None] * distance

        if mask is not None:
            logits = logits.masked_fill(~mask[:, None, None, :], float("-inf"))
        weights = self.attn_drop(logits.softmax(dim=-1))
        y = (weights @ v).transpose(1, 2).reshape(b, t, c)
        return self.proj(torch.sigmoid(self.gate(x)) * y)
