"""Deformable attention beside the layer of transformers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.deformable_attention import DeformableAttention
from tests.support.agreement import assert_same, assert_same_gradients

SIZES = [(6, 9), (3, 5), (1, 2)]
PLACES = sum(height * width for height, width in SIZES)


def _pair() -> tuple[DeformableAttention, torch.nn.Module]:
    from transformers.models.deformable_detr.configuration_deformable_detr import DeformableDetrConfig
    from transformers.models.deformable_detr.modeling_deformable_detr import (
        DeformableDetrMultiscaleDeformableAttention,
    )

    config = DeformableDetrConfig(d_model=32, num_feature_levels=3, disable_custom_kernels=True)
    theirs = DeformableDetrMultiscaleDeformableAttention(config, num_heads=4, n_points=2).double()
    mine = DeformableAttention(32, 4, 3, 2).double()
    names = {"offsets": "sampling_offsets", "weights": "attention_weights", "value": "value_proj", "out": "output_proj"}
    with torch.no_grad():
        for value in mine.parameters():
            value.normal_(std=0.4)
    state = {f"{names[key.split('.')[0]]}.{key.split('.')[1]}": value for key, value in mine.state_dict().items()}
    theirs.load_state_dict(state)
    return mine, theirs


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("coordinates", [2, 4])
def test_agrees_with_transformers(coordinates: int, padded: bool) -> None:
    mine, theirs = _pair()
    valid = torch.rand(2, PLACES) > 0.3 if padded else None

    def other(query: Tensor, reference: Tensor, memory: Tensor) -> Tensor:
        found = theirs(
            hidden_states=query,
            attention_mask=valid,
            encoder_hidden_states=memory,
            reference_points=reference,
            spatial_shapes=torch.tensor(SIZES),
            spatial_shapes_list=SIZES,
        )[0]
        assert isinstance(found, Tensor)
        return found

    given = [torch.randn(2, 7, 32), torch.rand(2, 7, 3, coordinates), torch.randn(2, PLACES, 32)]
    assert_same_gradients(
        lambda q, r, m: mine(q, r, m, SIZES, valid),
        other,
        [x.double() for x in given],
        [(mine.offsets.weight, theirs.get_parameter("sampling_offsets.weight"))],
    )


def test_a_fresh_layer_looks_around_its_reference_with_equal_weights() -> None:
    layer = DeformableAttention(8, 4, 1, 2)
    assert layer.offsets.bias.reshape(4, 2, 2)[:, 0].round(decimals=5).tolist() == [[1, 0], [0, 1], [-1, 0], [0, -1]]
    assert layer.offsets.bias.reshape(4, 2, 2)[0, 1].tolist() == [2, 0]
    memory = torch.randn(1, 81, 8, requires_grad=True)
    centre = torch.full((1, 1, 1, 2), 0.5)
    layer(torch.randn(1, 1, 8), centre, memory, [(9, 9)]).sum().backward()
    assert memory.grad is not None
    read = memory.grad[0].abs().sum(-1).reshape(9, 9).gt(1e-4).nonzero().tolist()
    assert read == [[2, 4], [3, 4], [4, 2], [4, 3], [4, 5], [4, 6], [5, 4], [6, 4]]


def test_points_outside_of_every_map_read_zeros() -> None:
    layer = DeformableAttention(8, 2, 1, 2)
    far = torch.full((1, 1, 1, 2), 9.0)
    assert_same(layer(torch.randn(1, 1, 8), far, torch.randn(1, 12, 8), [(3, 4)]), torch.zeros(1, 1, 8))
