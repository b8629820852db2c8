"""Initialisers: another scheme or another number is a difference; a number that stands in another file is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.code.compare import compare

MODULE = """
from torch import nn

class {name}(nn.Module):
    def __init__(self, opt):
        super().__init__()
        self.{inner} = nn.Linear(opt.width, opt.width)
        nn.init.{call}
        nn.init.zeros_(self.{inner}.bias)

    def forward(self, x):
        return nn.functional.gelu(self.{inner}(x)).mean(dim=1)
"""


@pytest.mark.parametrize(
    ("mine", "differs"),
    [
        ("trunc_normal_(self.mix.weight, std=0.02)", False),
        ("trunc_normal_(self.mix.weight, std=opt.spread)", False),
        ("trunc_normal_(self.mix.weight, std=0.05)", True),
        ("xavier_uniform_(self.mix.weight)", True),
    ],
)
def test_an_initialiser_is_compared_by_scheme_and_known_numbers(mine: str, differs: bool, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "mine.py", tmp_path / "official.py"
    ours.write_text(MODULE.format(name="Mixer", inner="mix", call=mine))
    theirs.write_text(MODULE.format(name="Block", inner="proj", call="trunc_normal_(self.proj.weight, std=0.02)"))
    found = compare(str(ours), str(theirs), mine_ref="mine", official_ref="official").findings
    assert any(f.category == "initialization" for f in found) is differs
