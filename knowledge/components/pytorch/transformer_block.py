"""A block of the Transformer: post-norm (arXiv:1706.03762, section 3.1) or pre-norm (arXiv:2002.04745, section 3)."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn.functional import relu, scaled_dot_product_attention


class TransformerBlock(nn.Module):
    """Self-attention and a feed-forward layer, each with a residual sum and a norm.

    **Arguments:**

    - `dim`: width of the model; `heads` divides it; `hidden`: width of the feed-forward layer, usually 4 times.
    - `pre_norm`: norms before the sub-layers (put one more after the last block), else after the sums.
    - `dropout`: of the outputs of both sub-layers.

    Shapes: `(batch, length, dim) -> (batch, length, dim)`; `mask` boolean, `(batch, length)`, True for real positions.
    """

    def __init__(
        self,
        dim: int,
        heads: int,
        hidden: int,
        pre_norm: bool = True,
        dropout: float = 0.0,
        activation: Callable[[Tensor], Tensor] = relu,
    ) -> None:
        super().__init__()
        self.heads, self.pre_norm, self.activation = heads, pre_norm, activation
        self.project, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, hidden), nn.Linear(hidden, dim)
        self.norms = nn.ModuleList([nn.LayerNorm(dim), nn.LayerNorm(dim)])
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        def attend(y: Tensor) -> Tensor:
            query, key, value = self.project(y).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
            allowed = None if mask is None else mask[:, None, None, :]
            if causal and allowed is not None:
                allowed = allowed & allowed.new_ones(y.shape[1], y.shape[1]).tril()
            mixed = scaled_dot_product_attention(query, key, value, allowed, is_causal=causal and allowed is None)
            return self.out(mixed.transpose(1, 2).flatten(2))

        def feed_forward(y: Tensor) -> Tensor:
            return self.down(self.activation(self.up(y)))

        for norm, sublayer in zip(self.norms, (attend, feed_forward), strict=True):
            added = self.dropout(sublayer(norm(x) if self.pre_norm else x))
            x = x + added if self.pre_norm else norm(x + added)
        return x
