"""Grouped-query attention (arXiv:2305.13245, section 2.2), with multi-query attention (arXiv:1911.02150) as one group."""

from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class GroupedQueryAttention(nn.Module):
    """Self-attention in which several query heads share a head of keys and values.

    **Arguments:**

    - `dim`: width of the model.
    - `heads`: query heads; `kv_heads` must divide it: equal is multi-head, 1 multi-query attention.
    - `head_dim`: width of a head; `dim / heads` where none is given.
    - `bias`: do the projections have biases?

    Shapes: `(batch, length, dim) -> (batch, length, dim)`; `mask` is boolean, `(batch, length)`, True for real positions.
    """

    def __init__(self, dim: int, heads: int, kv_heads: int, head_dim: int | None = None, bias: bool = False) -> None:
        super().__init__()
        if heads % kv_heads:
            raise ValueError(f"{heads} query heads cannot share {kv_heads} key-value heads evenly")
        self.heads, self.kv_heads = heads, kv_heads
        self.head_dim = head_dim or dim // heads
        self.query = nn.Linear(dim, heads * self.head_dim, bias=bias)
        self.key = nn.Linear(dim, kv_heads * self.head_dim, bias=bias)
        self.value = nn.Linear(dim, kv_heads * self.head_dim, bias=bias)
        self.out = nn.Linear(heads * self.head_dim, dim, bias=bias)

    def forward(self, x: Tensor, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        def split(projected: Tensor, heads: int) -> Tensor:
            return projected.unflatten(-1, (heads, self.head_dim)).transpose(1, 2)

        query = split(self.query(x), self.heads)
        # Neighbouring query heads form a group: each key-value head is repeated in place.
        group = self.heads // self.kv_heads
        key = split(self.key(x), self.kv_heads).repeat_interleave(group, dim=1)
        value = split(self.value(x), self.kv_heads).repeat_interleave(group, dim=1)
        allowed = None if mask is None else mask[:, None, None, :]
        if causal and allowed is not None:
            length = x.shape[1]
            allowed = allowed & mask.new_ones(length, length).tril()  # type: ignore[union-attr]
        mixed = scaled_dot_product_attention(query, key, value, allowed, is_causal=causal and allowed is None)
        return self.out(mixed.transpose(1, 2).flatten(2))
