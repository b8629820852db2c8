"""Prompt tuning (arXiv:2104.08691): learned embeddings before those of the input."""

import torch
from torch import Tensor, nn


class SoftPrompt(nn.Module):
    """Puts learned vectors before a sequence of embeddings; the model itself stays frozen.

    **Arguments:**

    - `start`: embeddings to begin with, `(tokens, dim)`: those of words of the task, or of frequent words.
    """

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.prompt = nn.Parameter(start.detach().clone())

    def forward(self, embedded: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Lengthen embeddings `(batch, length, dim)` and their mask `(batch, length)` by the prompt, at the front."""
        batch = len(embedded)
        prompt = self.prompt.to(embedded.dtype).expand(batch, -1, -1)
        seen = mask.new_ones(batch, self.prompt.shape[0])
        return torch.cat([prompt, embedded], dim=1), torch.cat([seen, mask], dim=1)
