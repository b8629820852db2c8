"""U-Net beside the same network in JAX, layer by layer, and beside the sizes of the paper."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.unet import UNet
from tests.support.agreement import assert_same_arrays


def _in_jax(net: UNet, x: Any, padded: bool) -> Any:
    """The network without normalisation, depth 2, written out with the convolutions of JAX."""
    import jax
    from jax import numpy as jnp

    held = {name: jnp.asarray(value.detach().numpy()) for name, value in net.named_parameters()}
    layout = ("NCHW", "OIHW", "NCHW")

    def convolve(x: jax.Array, name: str) -> jax.Array:
        weight = held[f"{name}.weight"]
        pad = "SAME" if padded or weight.shape[-1] == 1 else "VALID"
        y = jax.lax.conv_general_dilated(x, weight, (1, 1), pad, dimension_numbers=layout)
        return y + held[f"{name}.bias"][:, None, None]

    def double(x: jax.Array, name: str) -> jax.Array:
        return jax.nn.relu(convolve(jax.nn.relu(convolve(x, f"{name}.0")), f"{name}.2"))

    def halve(x: jax.Array) -> jax.Array:
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    def widen(x: jax.Array, name: str) -> jax.Array:
        blocks = jnp.einsum("nchw,cdij->ndhiwj", x, held[f"{name}.weight"])
        batch, dim, height, _, width, _ = blocks.shape
        return blocks.reshape(batch, dim, 2 * height, 2 * width) + held[f"{name}.bias"][:, None, None]

    def beside(kept: jax.Array, x: jax.Array) -> jax.Array:
        gaps = [kept.shape[axis] - x.shape[axis] for axis in (2, 3)]
        if padded:
            around = [(0, 0), (0, 0), *[(gap // 2, gap - gap // 2) for gap in gaps]]
            return jnp.concatenate([kept, jnp.pad(x, around)], 1)
        (top, left), (height, width) = (gap // 2 for gap in gaps), x.shape[2:]
        return jnp.concatenate([kept[:, :, top : top + height, left : left + width], x], 1)

    first = double(x, "down.0")
    second = double(halve(first), "down.1")
    third = double(halve(second), "down.2")
    joined = double(beside(second, widen(third, "up.0")), "join.0")
    joined = double(beside(first, widen(joined, "up.1")), "join.1")
    return convolve(joined, "head")


@pytest.mark.parametrize(("size", "padded"), [((7, 9), True), ((44, 52), False)])
def test_agrees_with_the_network_in_jax(size: tuple[int, int], padded: bool) -> None:
    import jax

    net = UNet(2, 3, width=4, depth=2, padded=padded, norm=False)
    x = torch.randn(1, 2, *size, requires_grad=True)
    y = net(x)
    y.square().mean().backward()
    found, back = jax.vjp(jax.jit(lambda x: _in_jax(net, x, padded)), jax.numpy.asarray(x.detach().numpy()))
    assert_same_arrays(found, y.detach().numpy(), 1e-4)
    (slope,) = back(2 * found / found.size)
    assert_same_arrays(slope, x.grad, 1e-4)


def test_has_the_sizes_of_the_paper() -> None:
    net = UNet(1, 2, padded=False, norm=False).to("meta")
    assert net(torch.zeros(1, 1, 572, 572, device="meta")).shape == (1, 2, 388, 388)
    assert sum(isinstance(module, nn.Conv2d | nn.ConvTranspose2d) for module in net.modules()) == 23
    assert net.down[-1](torch.zeros(1, 512, 32, 32, device="meta")).shape == (1, 1024, 28, 28)


@pytest.mark.parametrize("size", [(16, 16), (31, 50)])
def test_any_size_comes_back_and_the_finest_map_is_carried_over(size: tuple[int, int]) -> None:
    net = UNet(3, 5, width=4, depth=4)
    x = torch.randn(2, 3, *size, requires_grad=True)
    y = net.eval()(x)
    assert y.shape == (2, 5, *size)
    with torch.no_grad():
        for up in net.up:
            up.weight.zero_()
            up.bias.zero_()
    net(x)[0, 0, 8, 8].backward()
    assert x.grad is not None
    # Without the coarse path a result sees only the four convolutions of the finest level.
    seen = x.grad[0].abs().sum(0).nonzero()
    assert seen.numel()
    assert int((seen - 8).abs().max()) <= 4
