"""Gated cross-attention (arXiv:2204.14198, section 2.2): a frozen language model learns to look."""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class GatedCrossAttention(nn.Module):
    """Cross-attention and a feed-forward part, each behind a gate that is shut at the start.

    **Arguments:**

    - `dim`: of the text, `(batch, length, dim)`; `context_dim`: of what is looked at.
    """

    def __init__(self, dim: int, context_dim: int, heads: int = 8, expansion: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm, self.feed_norm = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.query = nn.Linear(dim, dim, bias=False)
        self.key_value = nn.Linear(context_dim, 2 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.feed = nn.Sequential(
            nn.Linear(dim, expansion * dim, bias=False), nn.GELU(), nn.Linear(expansion * dim, dim, bias=False)
        )
        # tanh(0) = 0: the block is the identity until it learns otherwise.
        self.attention_gate, self.feed_gate = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor, context: Tensor, seen: Tensor | None = None) -> Tensor:
        """Let text look at a context.

        **Arguments:**

        - `x`: `(batch, length, dim)`, as the result; `context`: `(batch, items, context_dim)`.
        - `seen`: `(batch, length, items)`, true where a token sees an item; a token that sees nothing takes nothing.
        """
        query = self._split(self.query(self.norm(x)))
        key, value = (self._split(part) for part in self.key_value(context).chunk(2, -1))
        mask = None if seen is None else seen.unsqueeze(1)
        looked = scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).flatten(2)
        if seen is not None:
            looked = looked.masked_fill(~seen.any(-1, keepdim=True), 0.0)
        x = x + self.attention_gate.tanh() * self.out(looked)
        return x + self.feed_gate.tanh() * self.feed(self.feed_norm(x))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
