"""U-Net (arXiv:1505.04597, section 2)."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class UNet(nn.Module):
    """Halve the map and double the channels some times, then undo both, each time with the map of that size beside.

    **Arguments:**

    - `channels`, `classes`: of the image and of the result.
    - `width`: channels of the finest map; `depth`: how often it is halved.
    - `padded`: keep sizes, as nearly all code does; else convolutions lose a border and maps are cropped, as in the paper.
    - `norm`: BatchNorm behind each 3x3 convolution, which the paper does not have.

    Shapes: `(batch, channels, height, width) -> (batch, classes, height, width)` where padded, for any height and width
    of `2**depth` at least; else smaller by `12 * 2**depth - 8` where all halvings go even (572 -> 388 at depth 4).
    """

    def __init__(
        self, channels: int, classes: int, width: int = 64, depth: int = 4, padded: bool = True, norm: bool = True
    ) -> None:
        super().__init__()
        self.padded = padded
        widths = [width * 2**level for level in range(depth + 1)]
        self.down = nn.ModuleList()
        for before, after in zip([channels, *widths], widths, strict=False):
            self.down.append(_double(before, after, padded, norm))
        self.up, self.join = nn.ModuleList(), nn.ModuleList()
        for coarse, fine in zip(widths[:0:-1], widths[-2::-1], strict=True):
            self.up.append(nn.ConvTranspose2d(coarse, fine, 2, stride=2))
            self.join.append(_double(coarse, fine, padded, norm))
        self.head = nn.Conv2d(width, classes, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                # Standard deviation sqrt(2 / inputs of a place), since ReLU follows.
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        kept: list[Tensor] = []
        for level, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if level else x)
            kept.append(x)
        kept.pop()
        for up, join in zip(self.up, self.join, strict=True):
            x, beside = up(x), kept.pop()
            # Halving an odd side drops a place, which doubling does not bring back; without padding `beside` is larger.
            x, beside = (_fit(x, beside), beside) if self.padded else (x, _fit(beside, x))
            x = join(torch.cat([beside, x], 1))
        logits: Tensor = self.head(x)
        return logits


def _double(before: int, after: int, padded: bool, norm: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for channels in (before, after):
        layers.append(nn.Conv2d(channels, after, 3, padding=int(padded), bias=not norm))
        layers += [nn.BatchNorm2d(after)] if norm else []
        layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def _fit(x: Tensor, like: Tensor) -> Tensor:
    # Padding by a negative number crops: the middle either way.
    down, right = (like.shape[axis] - x.shape[axis] for axis in (-2, -1))
    return functional.pad(x, (right // 2, right - right // 2, down // 2, down - down // 2))
