"""Noising and steps back of diffusion models (arXiv:2006.11239, section 2; arXiv:2010.02502, section 4.1)."""

import math

import torch
from torch import Tensor


def linear_betas(steps: int = 1000, first: float = 1e-4, last: float = 0.02) -> Tensor:
    """Variances that grow evenly, `(steps,)` (arXiv:2006.11239, section 4)."""
    return torch.linspace(first, last, steps)


def cosine_betas(steps: int = 1000, offset: float = 0.008, largest: float = 0.999) -> Tensor:
    """Variances from a squared cosine, `(steps,)` (arXiv:2102.09672, section 3.2)."""

    def kept(step: int) -> float:
        return math.cos((step / steps + offset) / (1 + offset) * math.pi / 2) ** 2

    return torch.tensor([min(1 - kept(step + 1) / kept(step), largest) for step in range(steps)])


class Diffusion:
    """The noise of a schedule, and the way back for a network that tells the noise.

    **Arguments:**

    - `betas`: variance of each step, `(steps,)`.
    - `clip`: cut the implied clean data to [-1, 1]; for pixels in that range only.
    """

    def __init__(self, betas: Tensor, clip: bool = True) -> None:
        self.betas, self.clip = betas, clip
        self.bars = torch.cumprod(1 - betas, dim=0)

    def add(self, clean: Tensor, noise: Tensor, steps: Tensor) -> Tensor:
        """Data after so many steps of noise: `clean` and `noise` `(batch, ...)`, `steps` `(batch,)` from 0."""
        bars = self.bars.to(clean)[steps].view(-1, *[1] * (clean.dim() - 1))
        return bars.sqrt() * clean + (1 - bars).sqrt() * noise

    def clean(self, noisy: Tensor, told: Tensor, step: int) -> Tensor:
        """The clean data that the told noise implies."""
        bar = self.bars[step]
        implied = (noisy - (1 - bar).sqrt() * told) / bar.sqrt()
        return implied.clamp(-1, 1) if self.clip else implied

    def ddpm_step(self, noisy: Tensor, told: Tensor, step: int, noise: Tensor | None = None) -> Tensor:
        """One step back with noise: from `step` to the one before; `noisy` and `told` `(batch, ...)`."""
        beta, bar, before = self.betas[step], self.bars[step], self._before(step - 1)
        clean = self.clean(noisy, told, step)
        mean = (before.sqrt() * beta * clean + (1 - beta).sqrt() * (1 - before) * noisy) / (1 - bar)
        if step == 0:
            return mean
        variance = (1 - before) / (1 - bar) * beta
        return mean + variance.sqrt() * (torch.randn_like(noisy) if noise is None else noise)

    def ddim_step(
        self, noisy: Tensor, told: Tensor, step: int, to: int, eta: float = 0.0, noise: Tensor | None = None
    ) -> Tensor:
        """A step back over any number of steps, `to` -1 for clean data; `eta` 0 without chance, 1 with as much as DDPM."""
        bar, before = self.bars[step], self._before(to)
        clean = self.clean(noisy, told, step)
        if self.clip:
            # The noise must fit the clipped data, else the two do not add up to what is seen.
            told = (noisy - bar.sqrt() * clean) / (1 - bar).sqrt()
        sigma = eta * ((1 - before) / (1 - bar) * (1 - bar / before)).sqrt()
        back = before.sqrt() * clean + (1 - before - sigma**2).clamp(min=0).sqrt() * told
        if eta == 0:
            return back
        return back + sigma * (torch.randn_like(noisy) if noise is None else noise)

    def _before(self, step: int) -> Tensor:
        return self.bars[step] if step >= 0 else torch.ones(())
