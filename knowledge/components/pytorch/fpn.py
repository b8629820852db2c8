"""Feature pyramid (FPN, arXiv:1612.03144, section 3) and the level that a box belongs to (section 4.2)."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional


class FeaturePyramid(nn.Module):
    """Carry coarse features down to fine maps, all with one number of channels.

    **Arguments:**

    - `channels`: of the maps of the backbone, finest first.
    - `dim`: channels of every result.
    - `extra`: `pool` adds one coarser map by leaving out every second place (Faster R-CNN), `convolve` adds two by
      convolutions with stride 2 from the coarsest map of the backbone (RetinaNet, P6 and P7).

    Shapes: `[(batch, channels[i], height_i, width_i)] -> [(batch, dim, height_i, width_i)]`, finest first, sizes as they
    come (halved or not), the extra maps behind.
    """

    def __init__(
        self, channels: list[int], dim: int = 256, extra: Literal["none", "pool", "convolve"] = "pool"
    ) -> None:
        super().__init__()
        self.extra = extra
        self.lateral = nn.ModuleList(nn.Conv2d(each, dim, 1) for each in channels)
        self.smooth = nn.ModuleList(nn.Conv2d(dim, dim, 3, padding=1) for _ in channels)
        coarser = [nn.Conv2d(channels[-1], dim, 3, 2, 1), nn.Conv2d(dim, dim, 3, 2, 1)] if extra == "convolve" else []
        self.coarser = nn.ModuleList(coarser)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_uniform_(module.weight, a=1)
                nn.init.zeros_(module.bias) if module.bias is not None else None

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        found: list[Tensor] = []
        above: Tensor | None = None
        for x, lateral, smooth in reversed(list(zip(maps, self.lateral, self.smooth, strict=True))):
            here: Tensor = lateral(x)
            if above is not None:
                # To the size of the finer map and not by two: a map of odd size has one place more than twice the half.
                here = here + functional.interpolate(above, size=here.shape[-2:], mode="nearest")
            above = here
            # The sum goes on unsmoothed; there is no activation anywhere.
            found.insert(0, smooth(here))
        if self.extra == "pool":
            found.append(found[-1][..., ::2, ::2])
        if self.extra == "convolve":
            sixth = self.coarser[0](maps[-1])
            found += [sixth, self.coarser[1](functional.relu(sixth))]
        return found


def level_of(boxes: Tensor, lowest: int = 2, highest: int = 5, size: float = 224.0, level: int = 4) -> Tensor:
    """Level of the pyramid from which a box takes its features.

    **Arguments:**

    - `boxes`: corners in pixels, `(n, 4)`.
    - `size`, `level`: a box of this side belongs to this level, one of half the side to the one below.

    Shapes: `(n,)`, from `lowest` to `highest`.
    """
    side = (boxes[:, 2:] - boxes[:, :2]).prod(-1).clamp(min=0).sqrt()
    # A box without area is minus infinity before the clamp. The small number keeps exact sides on their own level.
    return torch.floor(level + torch.log2(side / size) + 1e-6).clamp(lowest, highest).long()
