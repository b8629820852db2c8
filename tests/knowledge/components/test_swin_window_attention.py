"""Shifted windows beside the layer of torchvision, which pads before it shifts, and that of timm."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from paper_implementer.knowledge.components.pytorch.swin_window_attention import (
    WindowAttention,
    from_windows,
    to_windows,
)
from tests.support.agreement import assert_same, assert_same_arrays, assert_same_gradients

SIZES = [(8, 8, 0), (8, 8, 2), (8, 12, 2), (9, 6, 2), (4, 4, 2), (3, 9, 1), (4, 13, 2)]
FEW = [(8, 12, 2), (3, 9, 1)]


def _pair(shift: int, dtype: torch.dtype = torch.float32) -> tuple[WindowAttention, torch.nn.Module]:
    from torchvision.models.swin_transformer import ShiftedWindowAttention

    mine = WindowAttention(12, 3, 4, shift).to(dtype)
    theirs = ShiftedWindowAttention(12, [4, 4], [shift, shift], 3).to(dtype)
    with torch.no_grad():
        mine.bias.normal_()
    names = {"qkv.weight": "qkv.weight", "qkv.bias": "qkv.bias", "out.weight": "proj.weight", "out.bias": "proj.bias"}
    names["bias"] = "relative_position_bias_table"
    theirs.load_state_dict({names[key]: value for key, value in mine.state_dict().items()}, strict=False)
    return mine, theirs


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("height", "width", "shift"), SIZES)
def test_agrees_with_torchvision(height: int, width: int, shift: int, dtype: torch.dtype) -> None:
    mine, theirs = _pair(shift, dtype)
    theirs_of = dict(theirs.named_parameters())
    pairs = [
        (mine.qkv.weight, theirs_of["qkv.weight"]),
        (mine.out.bias, theirs_of["proj.bias"]),
        (mine.bias, theirs_of["relative_position_bias_table"]),
    ]
    assert_same_gradients(mine, theirs, [torch.randn(2, height, width, 12, dtype=dtype)], pairs)


@pytest.mark.parametrize("shift", [0, 2])
def test_agrees_with_the_block_of_timm(shift: int) -> None:
    from timm.models.swin_transformer import SwinTransformerBlock

    block = SwinTransformerBlock(12, (8, 8), num_heads=3, window_size=4, shift_size=shift).eval()
    mine = WindowAttention(12, 3, 4, shift)
    attention = block.attn
    values = (attention.qkv.weight, attention.qkv.bias, attention.proj.weight, attention.proj.bias)
    table = attention.relative_position_bias_table
    with torch.no_grad():
        table.normal_()
        held = (mine.qkv.weight, mine.qkv.bias, mine.out.weight, mine.out.bias, mine.bias)
        for to, value in zip(held, (*values, table), strict=True):
            to.copy_(value)
    x = torch.randn(2, 8, 8, 12)
    assert_same(mine(x), block._attn(x))


def test_windows_are_put_back_where_they_were_and_run_line_by_line() -> None:
    x = torch.arange(2 * 4 * 6).reshape(2, 4, 6, 1)
    assert to_windows(x, 2)[1, :, 0].tolist() == [2, 3, 8, 9]
    assert torch.equal(from_windows(to_windows(x, 2), 4, 6), x)


def test_places_that_were_no_neighbours_do_not_see_each_other_after_the_roll() -> None:
    layer = WindowAttention(4, 1, 4, 2)
    x = torch.randn(1, 8, 8, 4, requires_grad=True)
    layer(x)[0, 0, 0].sum().backward()
    assert x.grad is not None
    seen = x.grad[0].abs().sum(-1) > 0
    assert seen[:2, :2].all()
    assert not seen[2:].any()
    assert not seen[:, 2:].any()


def test_half_precision_stays_finite_under_the_mask() -> None:
    layer = WindowAttention(8, 2, 4, 2).bfloat16()
    assert layer(torch.randn(1, 8, 8, 8).bfloat16()).isfinite().all()


@pytest.mark.parametrize(("height", "width", "shift"), FEW)
def test_the_jax_reference_agrees_with_torchvision(height: int, width: int, shift: int) -> None:
    import jax

    from paper_implementer.knowledge.components.jax.swin_window_attention import window_attention

    _, theirs = _pair(shift)
    held = {name: value.detach().numpy() for name, value in theirs.named_parameters()}
    weights = {
        "qkv": held["qkv.weight"].T,
        "qkv_bias": held["qkv.bias"],
        "out": held["proj.weight"].T,
        "out_bias": held["proj.bias"],
        "bias": held["relative_position_bias_table"],
    }
    x = torch.randn(2, height, width, 12, requires_grad=True)
    y = theirs(x)
    y.square().sum().backward()
    arrays = {name: jax.numpy.asarray(value) for name, value in weights.items()}
    given = jax.numpy.asarray(x.detach().numpy())
    found, back = jax.vjp(jax.jit(lambda x: window_attention(x, arrays, 4, shift)), given)
    assert_same_arrays(found, y.detach().numpy())
    assert_same_arrays(back(2 * found)[0], x.grad, 1e-4)


@pytest.mark.parametrize(("height", "width", "shift"), FEW)
def test_the_keras_reference_agrees_with_torchvision(height: int, width: int, shift: int) -> None:
    from paper_implementer.knowledge.components.keras.swin_window_attention import WindowAttention as InKeras

    _, theirs = _pair(shift)
    held = {name: value.detach().numpy() for name, value in theirs.named_parameters()}
    x = torch.randn(2, height, width, 12)
    layer = InKeras(3, 4, shift)
    layer.build(x.shape)
    layer.qkv.set_weights([held["qkv.weight"].T, held["qkv.bias"]])
    layer.out.set_weights([held["proj.weight"].T, held["proj.bias"]])
    layer.table.assign(held["relative_position_bias_table"])
    assert_same_arrays(layer(np.asarray(x)), theirs(x).detach().numpy())
