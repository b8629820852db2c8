"""Guidance beside diffusers and the equation of the paper."""

from __future__ import annotations

import torch

from paper_implementer.knowledge.components.pytorch.classifier_free_guidance import dropped, guided


def test_rescaling_agrees_with_diffusers() -> None:
    from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

    conditional, unconditional = torch.randn(2, 3, 8, 8), torch.randn(2, 3, 8, 8)
    plain = unconditional + 7.5 * (conditional - unconditional)
    torch.testing.assert_close(guided(conditional, unconditional, 7.5), plain)
    expected = rescale_noise_cfg(plain, conditional, guidance_rescale=0.7)
    torch.testing.assert_close(guided(conditional, unconditional, 7.5, rescale=0.7), expected)


def test_a_scale_is_one_more_than_the_w_of_the_paper() -> None:
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.classifier_free_guidance import guided as in_jax

    conditional, unconditional = torch.randn(4), torch.randn(4)
    expected = (1 + 2) * conditional - 2 * unconditional
    torch.testing.assert_close(guided(conditional, unconditional, 3.0), expected)
    mine = in_jax(jnp.asarray(conditional.numpy()), jnp.asarray(unconditional.numpy()), 3.0)
    torch.testing.assert_close(torch.tensor(mine.tolist()), expected)
    torch.testing.assert_close(guided(conditional, unconditional, 1.0), conditional)


def test_about_a_tenth_of_the_labels_is_dropped() -> None:
    labels = dropped(torch.zeros(10_000, dtype=torch.int64), null=7, rate=0.1)
    assert set(labels.unique().tolist()) == {0, 7}
    assert 850 < int((labels == 7).sum()) < 1150
