"""Losses of generative adversarial networks: the minimax game (arXiv:1406.2661), hinge and Wasserstein."""

from typing import Literal

from torch import Tensor
from torch.nn.functional import relu, softplus

Kind = Literal["non-saturating", "hinge", "wasserstein"]


def discriminator_loss(real: Tensor, fake: Tensor, kind: Kind = "non-saturating") -> Tensor:
    """What the discriminator minimises, `()`.

    **Arguments:**

    - `real`, `fake`: its raw scores of real and of generated data, `(...)`; the latter from detached images.
    """
    if kind == "non-saturating":
        # -log sigmoid(x) = softplus(-x): finite for any score.
        return softplus(-real).mean() + softplus(fake).mean()
    if kind == "hinge":
        return relu(1 - real).mean() + relu(1 + fake).mean()
    return fake.mean() - real.mean()


def generator_loss(fake: Tensor, kind: Kind = "non-saturating") -> Tensor:
    """What the generator minimises, `()`; its images `fake` were scored as `(...)` without detaching."""
    return softplus(-fake).mean() if kind == "non-saturating" else -fake.mean()
