"""Loss of a variational autoencoder (arXiv:1312.6114, section 3 and appendix B)."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def sample(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Draw from the posterior so that gradients reach its parameters; all are `(batch, latent)`."""
    return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Divergence of a diagonal Gaussian from the standard one, in nats: `(batch, latent)` gives `(batch,)`."""
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(-1)


def vae_loss(logits: Tensor, data: Tensor, mean: Tensor, log_variance: Tensor, beta: float = 1.0) -> Tensor:
    """Negative evidence lower bound, mean over the batch and summed over everything else, `()`.

    **Arguments:**

    - `logits`: of Bernoulli pixels, `(batch, ...)`; `data`: same shape, in [0, 1].
    - `mean`, `log_variance`: of the posterior, `(batch, latent)`.
    - `beta`: weight of the divergence; 1 is the bound itself.
    """
    reconstruction = binary_cross_entropy_with_logits(logits, data, reduction="none").flatten(1).sum(-1)
    return (reconstruction + beta * divergence(mean, log_variance)).mean()
