"""The scan within a mixer beside transformers' Mamba."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import linear, silu

from paper_implementer.knowledge.components.pytorch.selective_scan import selective_scan
from tests.support.agreement import assert_same, assert_same_gradients


def test_a_mixer_around_it_agrees_with_transformers() -> None:
    from transformers import MambaConfig
    from transformers.models.mamba.modeling_mamba import MambaMixer

    config = MambaConfig(hidden_size=8, state_size=5, time_step_rank=3, num_hidden_layers=1, vocab_size=11)
    theirs = MambaMixer(config, layer_idx=0)
    torch.nn.init.normal_(theirs.D)
    torch.nn.init.normal_(theirs.dt_proj.bias)

    def mine(x: Tensor) -> Tensor:
        inner, gate = theirs.in_proj(x).chunk(2, -1)
        inner = silu(theirs.conv1d(inner.transpose(1, 2))[..., : x.shape[1]].transpose(1, 2))
        rank, into, out = theirs.x_proj(inner).split([3, 5, 5], dim=-1)
        step = linear(rank, theirs.dt_proj.weight, theirs.dt_proj.bias)
        y, _ = selective_scan(inner, step, -theirs.A_log.exp(), into, out, theirs.D)
        return theirs.out_proj(y * silu(gate))

    assert_same_gradients(mine, theirs, [torch.randn(2, 7, 8)])


def test_it_goes_on_from_a_state() -> None:
    x, step = torch.randn(2, 2, 6, 4)
    into, out = torch.randn(2, 2, 6, 3)
    decay, skip = -torch.rand(4, 3), torch.randn(4)
    whole, last = selective_scan(x, step, decay, into, out, skip)
    first, state = selective_scan(x[:, :4], step[:, :4], decay, into[:, :4], out[:, :4], skip)
    second, end = selective_scan(x[:, 4:], step[:, 4:], decay, into[:, 4:], out[:, 4:], skip, state)
    assert_same(torch.cat([first, second], 1), whole)
    assert_same(end, last)
