"""Contrastive losses beside CLIP's in transformers and the equation of SimCLR."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

from paper_implementer.knowledge.components.pytorch.info_nce import clip_loss, nt_xent
from tests.support.agreement import assert_same_arrays, assert_same_gradients


def theirs(images: Tensor, texts: Tensor) -> Tensor:
    from transformers.models.clip.modeling_clip import image_text_contrastive_loss as library

    return library(normalize(texts, dim=-1) @ normalize(images, dim=-1).T / 0.07)


def test_agrees_with_clip_of_transformers() -> None:
    assert_same_gradients(clip_loss, theirs, [torch.randn(6, 16), torch.randn(6, 16)])


def test_agrees_with_the_equation_of_simclr() -> None:
    first, second = torch.randn(4, 8), torch.randn(4, 8)
    views = torch.cat([first, second])
    terms = []
    for i in range(8):
        partner = (i + 4) % 8
        score = {k: float(torch.exp(cosine_similarity(views[i], views[k], dim=0) / 0.5)) for k in range(8) if k != i}
        terms.append(-torch.log(torch.tensor(score[partner] / sum(score.values()))))
    torch.testing.assert_close(nt_xent(first, second, 0.5), torch.stack(terms).mean())


def test_gradients_are_finite_although_the_diagonal_is_left_out() -> None:
    first = torch.randn(4, 8, requires_grad=True)
    nt_xent(first, torch.randn(4, 8)).backward()
    assert first.grad is not None
    assert first.grad.isfinite().all()


def test_the_jax_reference_agrees_with_transformers() -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.info_nce import clip_loss as in_jax

    images, texts = torch.randn(6, 16), torch.randn(6, 16)
    mine = in_jax(jnp.asarray(images.numpy()), jnp.asarray(texts.numpy()))
    assert_same_arrays(mine, theirs(images, texts).numpy())


def test_the_keras_reference_agrees_with_torch() -> None:
    from torch.nn.functional import cross_entropy, normalize

    from paper_implementer.knowledge.components.keras.info_nce import clip_loss as in_keras

    images, texts = torch.randn(2, 6, 5)
    scores = normalize(images) @ normalize(texts).T / 0.07
    expected = (cross_entropy(scores, torch.arange(6)) + cross_entropy(scores.T, torch.arange(6))) / 2
    assert_same_arrays(in_keras(images.numpy(), texts.numpy()), expected.numpy())
