"""Lion beside lion-pytorch and optax, step by step."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.lion import Lion
from tests.support.agreement import assert_same, assert_same_arrays

GRADIENTS = torch.randn(20, 3, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_agrees_with_lion_pytorch(decay: float) -> None:
    from lion_pytorch import Lion as Library

    mine, theirs = (torch.ones(3, 4, requires_grad=True) for _ in range(2))
    optimizers = (Lion([mine], lr=0.01, weight_decay=decay), Library([theirs], lr=0.01, weight_decay=decay))
    for gradient in GRADIENTS:
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
        assert_same(mine.detach(), theirs.detach())


def test_a_weight_without_gradients_only_decays() -> None:
    weight = torch.ones(2, requires_grad=True)
    weight.grad = torch.zeros(2)
    Lion([weight], lr=0.1, weight_decay=0.5).step()
    torch.testing.assert_close(weight.detach(), torch.full((2,), 0.95))


def test_the_jax_reference_agrees_with_optax() -> None:
    import jax.numpy as jnp
    import optax

    from paper_implementer.knowledge.components.jax.lion import step

    mine, momenta, theirs = jnp.ones((3, 4)), jnp.zeros((3, 4)), jnp.ones((3, 4))
    optimizer = optax.lion(0.01, weight_decay=0.3)
    state = optimizer.init(theirs)
    for gradient in GRADIENTS.numpy():
        mine, momenta = step(jnp.asarray(gradient), momenta, mine, lr=0.01, weight_decay=0.3)
        updates, state = optimizer.update(jnp.asarray(gradient), state, theirs)
        theirs = optax.apply_updates(theirs, updates)
        assert_same_arrays(mine, theirs, 1e-5)


def test_the_keras_reference_agrees_with_keras() -> None:
    import keras
    import numpy as np

    from paper_implementer.knowledge.components.keras.lion import Lion as InKeras

    weight, theirs = (keras.Variable(np.ones((3, 4), "float32")) for _ in range(2))
    mine = InKeras([weight], lr=0.01, weight_decay=0.3)
    library = keras.optimizers.Lion(0.01, beta_1=0.9, beta_2=0.99, weight_decay=0.3)
    for gradient in GRADIENTS.numpy():
        mine.step([gradient])
        library.apply([gradient], [theirs])
        assert_same_arrays(weight, theirs, 1e-5)
