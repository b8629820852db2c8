"""Multi-head attention (arXiv:1706.03762, section 3.2.2), of a sequence to itself or to another."""

from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class MultiHeadAttention(nn.Module):
    """Attention in several heads, each with projections of its own.

    **Arguments:**

    - `dim`: width of the model; `heads` divides it.
    - `dropout`: of the attention weights, in training.

    Shapes: `x` `(batch, queries, dim)`, as the result; `memory` `(batch, keys, dim)`, `x` itself where none is given;
    `mask` boolean, `(batch, keys)`, True for keys that are real.
    """

    def __init__(self, dim: int, heads: int, dropout: float = 0.0, bias: bool = True) -> None:
        super().__init__()
        if dim % heads:
            raise ValueError(f"a width of {dim} does not fall into {heads} heads")
        self.heads, self.dropout = heads, dropout
        self.query, self.key, self.value, self.out = (nn.Linear(dim, dim, bias=bias) for _ in range(4))

    def forward(
        self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None, causal: bool = False
    ) -> Tensor:
        memory = x if memory is None else memory

        def split(projected: Tensor) -> Tensor:
            return projected.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        allowed = None if mask is None else mask[:, None, None, :]
        if causal:
            queries, keys = x.shape[1], memory.shape[1]
            triangle = x.new_ones(queries, keys).bool().tril(keys - queries)
            allowed = triangle if allowed is None else allowed & triangle
        mixed = scaled_dot_product_attention(
            split(self.query(x)),
            split(self.key(memory)),
            split(self.value(memory)),
            allowed,
            dropout_p=self.dropout if self.training else 0.0,
        )
        return self.out(mixed.transpose(1, 2).flatten(2))
