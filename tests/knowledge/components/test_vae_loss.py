"""The bound beside torch.distributions, which knows nothing of autoencoders."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Normal, kl_divergence

from paper_implementer.knowledge.components.pytorch.vae_loss import sample, vae_loss
from tests.support.agreement import assert_same_gradients


def test_agrees_with_distributions() -> None:
    data = torch.randint(0, 2, (3, 2, 4)).double()

    def theirs(logits: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
        likelihood = Bernoulli(logits=logits).log_prob(data).sum((1, 2))
        posterior = Normal(mean, log_variance.exp().sqrt())
        return (0.7 * kl_divergence(posterior, Normal(0.0, 1.0)).sum(-1) - likelihood).mean()

    inputs = [torch.randn(3, 2, 4).double(), torch.randn(3, 5).double(), torch.randn(3, 5).double()]
    assert_same_gradients(lambda x, m, v: vae_loss(x, data, m, v, 0.7), theirs, inputs)


def test_samples_have_the_mean_and_the_variance_that_were_given() -> None:
    drawn = sample(torch.full((20000, 1), 3.0), torch.full((20000, 1), 4.0).log())
    assert abs(drawn.mean() - 3) < 0.06
    assert abs(drawn.std() - 2) < 0.06
