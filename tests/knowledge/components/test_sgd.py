"""SGD beside torch, Keras and optax, with a learning rate that falls: there the two forms of momentum part."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.sgd import SGD
from tests.support.agreement import assert_same, assert_same_arrays

GRADIENTS = torch.randn(20, 3, 4, generator=torch.Generator().manual_seed(0))


def rate(step: int) -> float:
    return 0.1 if step < 10 else 0.01


@pytest.mark.parametrize(
    "settings", [{"momentum": 0.0}, {"momentum": 0.9, "weight_decay": 0.1}, {"momentum": 0.9, "nesterov": True}]
)
def test_agrees_with_torch(settings: dict[str, Any]) -> None:
    mine, theirs = (torch.ones(3, 4, requires_grad=True) for _ in range(2))
    one, other = SGD([mine], lr=0.1, **settings), torch.optim.SGD([theirs], lr=0.1, **settings)
    for step, gradient in enumerate(GRADIENTS):
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        one.lr = other.param_groups[0]["lr"] = rate(step)
        one.step()
        other.step()
        assert_same(mine.detach(), theirs.detach())


def test_the_other_form_agrees_with_keras() -> None:
    import keras

    mine, theirs = torch.ones(3, 4, requires_grad=True), keras.Variable(keras.ops.ones((3, 4)))
    plain = torch.ones(3, 4, requires_grad=True)
    inside, outside = SGD([mine], lr=0.1, rate_inside=True), SGD([plain], lr=0.1)
    library = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
    for step, gradient in enumerate(GRADIENTS):
        mine.grad, plain.grad = gradient.clone(), gradient.clone()
        inside.lr = outside.lr = rate(step)
        library.learning_rate = rate(step)
        inside.step()
        outside.step()
        library.apply([keras.ops.convert_to_tensor(gradient.numpy())], [theirs])
    assert_same_arrays(mine.detach().numpy(), keras.ops.convert_to_numpy(theirs.value))
    assert not torch.allclose(mine, plain)


@pytest.mark.parametrize("nesterov", [False, True])
def test_the_jax_reference_agrees_with_optax(nesterov: bool) -> None:
    import jax.numpy as jnp
    import optax

    from paper_implementer.knowledge.components.jax.sgd import step

    mine, velocity, theirs = jnp.ones((3, 4)), jnp.zeros((3, 4)), jnp.ones((3, 4))
    optimizer = optax.sgd(0.1, momentum=0.9, nesterov=nesterov)
    state = optimizer.init(theirs)
    for gradient in GRADIENTS.numpy():
        mine, velocity = step(jnp.asarray(gradient), velocity, mine, lr=0.1, nesterov=nesterov)
        updates, state = optimizer.update(jnp.asarray(gradient), state, theirs)
        theirs = optax.apply_updates(theirs, updates)
    assert_same_arrays(mine, theirs, 1e-5)


@pytest.mark.parametrize("nesterov", [False, True])
def test_the_keras_reference_agrees_with_torch(nesterov: bool) -> None:
    import keras

    from paper_implementer.knowledge.components.keras import sgd as in_keras
    from tests.support.agreement import assert_same_arrays

    weight, theirs = keras.Variable(torch.ones(3, 4).numpy()), torch.ones(3, 4, requires_grad=True)
    mine = in_keras.SGD([weight], 0.1, 0.9, nesterov)
    library = torch.optim.SGD([theirs], 0.1, 0.9, nesterov=nesterov)
    for step in range(20):
        gradient = torch.randn(3, 4)
        theirs.grad = gradient
        mine.lr = library.param_groups[0]["lr"] = 0.1 / (step + 1)
        mine.step([gradient.numpy()])
        library.step()
        assert_same_arrays(weight, theirs.detach().numpy(), 1e-5)
