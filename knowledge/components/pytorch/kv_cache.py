"""Cache of keys and values for decoding one token after another."""

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention


class KVCache:
    """Holds keys and values of what was read, in memory that is taken once.

    **Arguments:**

    - `shape`: `(batch, kv_heads, longest, head_dim)`.
    """

    def __init__(self, shape: tuple[int, int, int, int], dtype: torch.dtype, device: torch.device | str) -> None:
        self.keys, self.values = (torch.empty(shape, dtype=dtype, device=device) for _ in range(2))
        self.length = 0

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add `(batch, kv_heads, new, head_dim)`, positions applied already, and give all so far."""
        end = self.length + keys.shape[2]
        if end > self.keys.shape[2]:
            raise ValueError(f"{end} positions do not fit into a cache of {self.keys.shape[2]}")
        self.keys[:, :, self.length : end], self.values[:, :, self.length : end] = keys, values
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def reorder(self, beams: Tensor) -> None:
        """Follow the beams that went on: row i becomes what row `beams[i]` was, `(batch,)`."""
        self.keys, self.values = self.keys[beams], self.values[beams]


def attend(query: Tensor, cache: KVCache, keys: Tensor, values: Tensor) -> Tensor:
    """Causal attention of new places to all so far.

    **Arguments:**

    - `query`: `(batch, heads, new, head_dim)`, as the result; `keys`, `values`: of the same places.
    """
    all_keys, all_values = cache.extend(keys, values)
    new, known = query.shape[2], all_keys.shape[2]
    # The last query meets the last key; `is_causal` would align the first ones in torch.
    mask = torch.ones(new, known, dtype=torch.bool, device=query.device).tril(known - new)
    grouped = query.shape[1] != all_keys.shape[1]
    return scaled_dot_product_attention(query, all_keys, all_values, attn_mask=mask, enable_gqa=grouped)
