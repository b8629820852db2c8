"""Diffusion beside the schedulers of diffusers: betas, noise, single steps and long ones."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.ddpm import Diffusion, cosine_betas, linear_betas
from tests.support.agreement import assert_same_arrays


@pytest.mark.parametrize("schedule", ["linear", "squaredcos_cap_v2"])
@pytest.mark.parametrize("clip", [True, False])
def test_agrees_with_the_ddpm_of_diffusers(schedule: str, clip: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from diffusers import DDPMScheduler
    from diffusers.schedulers import scheduling_ddpm

    theirs = DDPMScheduler(beta_schedule=schedule, clip_sample=clip)
    mine = Diffusion(linear_betas() if schedule == "linear" else cosine_betas(), clip)
    torch.testing.assert_close(mine.betas, theirs.betas)
    clean, noise, drawn = (torch.randn(4, 3, 5) for _ in range(3))
    steps = torch.tensor([0, 10, 500, 999])
    torch.testing.assert_close(mine.add(clean, noise, steps), theirs.add_noise(clean, noise, steps))
    monkeypatch.setattr(scheduling_ddpm, "randn_tensor", lambda *args, **kwargs: drawn)
    for step in (998, 500, 1, 0):
        expected = theirs.step(noise, step, clean).prev_sample
        # diffusers takes alpha as a quotient of products, which costs digits where little is left of the data.
        torch.testing.assert_close(mine.ddpm_step(clean, noise, step, drawn), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("eta", [0.0, 1.0])
@pytest.mark.parametrize("clip", [True, False])
def test_agrees_with_the_ddim_of_diffusers(clip: bool, eta: float) -> None:
    from diffusers import DDIMScheduler

    theirs: Any = DDIMScheduler(clip_sample=clip)
    theirs.set_timesteps(20)
    mine = Diffusion(linear_betas(), clip)
    noisy, told, drawn = (torch.randn(2, 3, 5) for _ in range(3))
    for step in (950, 500, 50, 0):
        expected = theirs.step(
            told, step, noisy, eta=eta, variance_noise=drawn if eta else None, use_clipped_model_output=clip
        ).prev_sample
        # diffusers ends at the first step's variance unless told otherwise.
        to = step - 50 if step else -1
        torch.testing.assert_close(mine.ddim_step(noisy, told, step, to, eta, drawn), expected, rtol=1e-4, atol=1e-4)


def test_the_noise_that_was_added_leads_back_to_the_data() -> None:
    mine = Diffusion(linear_betas())
    clean, noise = torch.rand(2, 3) * 2 - 1, torch.randn(2, 3)
    noisy = mine.add(clean, noise, torch.tensor([700, 700]))
    torch.testing.assert_close(mine.ddim_step(noisy, noise, 700, -1), clean, rtol=1e-3, atol=1e-3)


def test_the_jax_reference_agrees_with_diffusers() -> None:
    import jax.numpy as jnp
    from diffusers import DDIMScheduler

    from paper_implementer.knowledge.components.jax.ddpm import add_noise, alpha_bars, ddim_step

    theirs: Any = DDIMScheduler(clip_sample=False)
    theirs.set_timesteps(20)
    bars = alpha_bars(jnp.linspace(1e-4, 0.02, 1000))
    noisy, told = torch.randn(3, 5), torch.randn(3, 5)
    steps = torch.tensor([0, 500, 999])
    mine_noisy = add_noise(bars, jnp.asarray(noisy.numpy()), jnp.asarray(told.numpy()), jnp.asarray(steps.numpy()))
    assert_same_arrays(mine_noisy, theirs.add_noise(noisy, told, steps).numpy(), 1e-4)
    mine = ddim_step(bars, jnp.asarray(noisy.numpy()), jnp.asarray(told.numpy()), 500, 450)
    assert_same_arrays(mine, theirs.step(told, 500, noisy).prev_sample.numpy(), 1e-4)


def test_the_keras_reference_agrees_with_diffusers() -> None:
    from diffusers import DDIMScheduler

    from paper_implementer.knowledge.components.keras.ddpm import add_noise, alpha_bars, ddim_step
    from tests.support.agreement import assert_same_arrays

    theirs = DDIMScheduler(clip_sample=False, set_alpha_to_one=True)
    theirs.set_timesteps(50)
    bars = alpha_bars(theirs.betas.numpy())
    clean, noise = torch.randn(2, 3, 3, 4, 4)
    steps = torch.tensor([0, 500, 999])
    noisy = theirs.add_noise(clean, noise, steps)
    assert_same_arrays(add_noise(bars, clean.numpy(), noise.numpy(), steps.numpy()), noisy.numpy(), 1e-4)
    for step, to in ((980, 960), (0, -1)):
        expected = theirs.step(noise, step, noisy).prev_sample
        assert_same_arrays(ddim_step(bars, noisy.numpy(), noise.numpy(), step, to), expected.numpy(), 1e-3)
