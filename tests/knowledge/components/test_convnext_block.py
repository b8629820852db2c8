"""Blocks of ConvNeXt beside torchvision and timm."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from paper_implementer.knowledge.components.pytorch.convnext_block import ConvNeXtBlock
from tests.support.agreement import assert_same, assert_same_arrays, assert_same_gradients

SIZES = [(2, 12, 8, 8), (1, 8, 7, 9), (3, 16, 3, 1)]


def _pair(dim: int, dtype: torch.dtype = torch.float32) -> tuple[ConvNeXtBlock, torch.nn.Module]:
    from torchvision.models.convnext import CNBlock

    mine, theirs = ConvNeXtBlock(dim, layer_scale=0.7).to(dtype), CNBlock(dim, 0.7, 0.0).to(dtype)
    state = mine.state_dict()
    names = {"depthwise": "block.0", "norm": "block.2", "expand": "block.3", "reduce": "block.5"}
    held = {f"{names[key.split('.')[0]]}.{key.split('.')[1]}": value for key, value in state.items() if "." in key}
    theirs.load_state_dict({**held, "layer_scale": state["scale"][:, None, None]})
    return mine, theirs


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", SIZES)
def test_agrees_with_torchvision(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    mine, theirs = _pair(shape[1], dtype)
    of_theirs = dict(theirs.named_parameters())
    pairs = [(mine.depthwise.weight, of_theirs["block.0.weight"]), (mine.reduce.weight, of_theirs["block.5.weight"])]
    assert_same_gradients(mine, theirs, [torch.randn(shape, dtype=dtype)], pairs)
    assert mine.scale is not None
    assert mine.scale.grad is not None
    assert of_theirs["layer_scale"].grad is not None
    assert_same(mine.scale.grad, of_theirs["layer_scale"].grad.flatten())


def test_the_second_version_agrees_with_timm() -> None:
    from timm.models.convnext import ConvNeXtBlock as Theirs

    mine, theirs = ConvNeXtBlock(8, response_norm=True), Theirs(8, use_grn=True, ls_init_value=None)
    with torch.no_grad():
        for value in mine.parameters():
            value.normal_(std=0.3)
        state = mine.state_dict()
        names = {
            "depthwise": "conv_dw",
            "norm": "norm",
            "expand": "mlp.fc1",
            "response": "mlp.grn",
            "reduce": "mlp.fc2",
        }
        theirs.load_state_dict({f"{names[key.split('.')[0]]}.{key.split('.')[1]}": state[key] for key in state})
    assert_same_gradients(mine, theirs, [torch.randn(2, 8, 6, 5)])


def test_a_fresh_block_is_nearly_the_identity_and_dropped_branches_leave_the_input() -> None:
    x = torch.randn(64, 8, 4, 4)
    torch.testing.assert_close(ConvNeXtBlock(8)(x), x, atol=1e-4, rtol=0)
    block = ConvNeXtBlock(8, layer_scale=1.0, drop_path=0.5)
    branch = block.eval()(x) - x
    trained = block.train()(x) - x
    kept = trained.flatten(1).abs().sum(1) > 0
    assert 10 < int(kept.sum()) < 54
    torch.testing.assert_close(trained[kept], 2 * branch[kept])


def _weights(theirs: torch.nn.Module) -> dict[str, np.ndarray]:
    held = {name: value.detach().numpy() for name, value in theirs.named_parameters()}
    return {
        "depthwise": held["block.0.weight"].transpose(2, 3, 1, 0),
        "depthwise_bias": held["block.0.bias"],
        "norm": held["block.2.weight"],
        "norm_bias": held["block.2.bias"],
        "expand": held["block.3.weight"].T,
        "expand_bias": held["block.3.bias"],
        "reduce": held["block.5.weight"].T,
        "reduce_bias": held["block.5.bias"],
        "scale": held["layer_scale"].ravel(),
    }


@pytest.mark.parametrize("shape", SIZES[1:])
def test_the_jax_reference_agrees_with_torchvision(shape: tuple[int, ...]) -> None:
    import jax

    from paper_implementer.knowledge.components.jax.convnext_block import convnext_block

    _, theirs = _pair(shape[1])
    x = torch.randn(shape, requires_grad=True)
    y = theirs(x)
    y.square().sum().backward()
    weights = {name: jax.numpy.asarray(value) for name, value in _weights(theirs).items()}
    given = jax.numpy.asarray(x.detach().permute(0, 2, 3, 1).numpy())
    found, back = jax.vjp(jax.jit(lambda x: convnext_block(x, weights)), given)
    assert_same_arrays(found, y.detach().permute(0, 2, 3, 1).numpy())
    assert x.grad is not None
    assert_same_arrays(back(2 * found)[0], x.grad.permute(0, 2, 3, 1).numpy(), 1e-4)


@pytest.mark.parametrize("shape", SIZES[1:])
def test_the_keras_reference_agrees_with_torchvision(shape: tuple[int, ...]) -> None:
    from paper_implementer.knowledge.components.keras.convnext_block import ConvNeXtBlock as InKeras

    _, theirs = _pair(shape[1])
    weights = _weights(theirs)
    x = torch.randn(shape)
    layer = InKeras()
    layer.build((None, None, None, shape[1]))
    layer.depthwise.set_weights([weights["depthwise"].transpose(0, 1, 3, 2), weights["depthwise_bias"]])
    layer.norm.set_weights([weights["norm"], weights["norm_bias"]])
    layer.expand.set_weights([weights["expand"], weights["expand_bias"]])
    layer.reduce.set_weights([weights["reduce"], weights["reduce_bias"]])
    layer.scale.assign(weights["scale"])
    assert_same_arrays(layer(x.permute(0, 2, 3, 1).numpy()), theirs(x).detach().permute(0, 2, 3, 1).numpy())
