"""Parts are named by names: common words are none, synonyms are one, groups are told apart."""

from __future__ import annotations

import pytest

from paper_implementer.tools.papers.parts import parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Each sub-layer is followed by layer\nnormalization.", {"LayerNorm"}),
        ("We replace BN by RMSNorm.", {"BatchNorm", "RMSNorm"}),
        ("ReLU against ELU", {"ReLU", "ELU"}),
        ("We generate by sampling, then interpolate and attend.", set()),
        ("trained on ImageNet, top-1 accuracy in Keras", set()),
        ("a ResNet and the Resnets of others", {"ResNet"}),
    ],
)
def test_what_a_text_names(text: str, parts: set[str]) -> None:
    assert set(parts_of(text)) == parts
