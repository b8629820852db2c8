"""Groups beside those of timm."""

from __future__ import annotations

import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.weight_decay_groups import weight_decay_groups


def test_agrees_with_timm() -> None:
    import timm
    from timm.optim import param_groups_weight_decay

    model = timm.create_model("vit_tiny_patch16_224", depth=2)
    mine = weight_decay_groups(model, 0.3, keep=("pos_embed", "cls_token"))
    theirs = param_groups_weight_decay(model, 0.3, no_weight_decay_list=("pos_embed", "cls_token"))
    for decay in (0.0, 0.3):
        sets = [
            {id(p) for group in groups if group["weight_decay"] == decay for p in group["params"]}
            for groups in (mine, theirs)
        ]
        assert sets[0] == sets[1] != set()


def test_shared_and_frozen_parameters_are_in_no_group_twice() -> None:
    model = nn.Sequential(nn.Embedding(7, 4), nn.Linear(4, 7))
    model[1].weight = model[0].weight
    model[1].bias.requires_grad_(False)
    groups = weight_decay_groups(model, 0.1)
    assert [len(group["params"]) for group in groups] == [1, 0]
    torch.optim.AdamW(groups)
