"""AdamW beside torch and optax, step by step."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.adamw import AdamW
from tests.support.agreement import assert_same, assert_same_arrays

SETTINGS = [{"weight_decay": 0.0}, {"weight_decay": 0.1, "betas": (0.9, 0.98), "eps": 1e-6}]
GRADIENTS = torch.randn(20, 3, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("settings", SETTINGS)
def test_agrees_with_torch(settings: dict[str, float], dtype: torch.dtype) -> None:
    mine, theirs = (torch.ones(3, 4, dtype=dtype, requires_grad=True) for _ in range(2))
    optimizers = (AdamW([mine], lr=0.1, **settings), torch.optim.AdamW([theirs], lr=0.1, **settings))  # type: ignore[arg-type]
    for gradient in GRADIENTS.to(dtype):
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
        assert_same(mine.detach(), theirs.detach())


def test_a_parameter_without_a_gradient_is_not_decayed() -> None:
    idle = torch.ones(2, requires_grad=True)
    AdamW([idle], weight_decay=0.5).step()
    assert torch.equal(idle.detach(), torch.ones(2))


def test_the_first_step_is_as_long_as_the_learning_rate() -> None:
    weight = torch.zeros(3, requires_grad=True)
    weight.grad = torch.tensor([1e-3, -5.0, 200.0])
    AdamW([weight], lr=0.01, weight_decay=0).step()
    torch.testing.assert_close(weight.detach(), torch.tensor([-0.01, 0.01, -0.01]), rtol=1e-4, atol=0)


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_jax_reference_agrees_with_optax(settings: dict[str, float]) -> None:
    import jax.numpy as jnp
    import optax

    from paper_implementer.knowledge.components.jax.adamw import start, step

    mine = theirs = {"w": jnp.ones((3, 4))}
    state = start(mine)
    named = {"eps": settings.get("eps", 1e-8), "weight_decay": settings["weight_decay"]}
    beta1, beta2 = settings.get("betas", (0.9, 0.999))  # type: ignore[misc]
    optimizer = optax.adamw(0.1, b1=beta1, b2=beta2, **named)
    their_state = optimizer.init(theirs)
    for gradient in GRADIENTS.numpy():
        mine, state = step({"w": gradient}, state, mine, lr=0.1, betas=(beta1, beta2), **named)
        updates, their_state = optimizer.update({"w": gradient}, their_state, theirs)
        theirs = optax.apply_updates(theirs, updates)
        assert_same_arrays(mine["w"], theirs["w"], 1e-4)


def test_the_keras_reference_agrees_with_torch() -> None:
    import keras

    from paper_implementer.knowledge.components.keras.adamw import AdamW as KerasAdamW

    weight, theirs = keras.Variable(keras.ops.ones((3, 4))), torch.ones(3, 4, requires_grad=True)
    mine, reference = (
        KerasAdamW([weight], lr=0.1, weight_decay=0.1),
        torch.optim.AdamW([theirs], lr=0.1, weight_decay=0.1),
    )
    for gradient in GRADIENTS:
        theirs.grad = gradient.clone()
        mine.step([gradient.numpy()])
        reference.step()
    assert_same_arrays(keras.ops.convert_to_numpy(weight.value), theirs.detach().numpy(), 1e-4)
