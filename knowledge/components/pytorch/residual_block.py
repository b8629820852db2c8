"""Residual blocks (arXiv:1512.03385, section 3.2), with the stride in the 3x3 convolution."""

from torch import Tensor, nn


def _conv(inputs: int, outputs: int, size: int, stride: int = 1, relu: bool = True) -> list[nn.Module]:
    # The norm has a bias, so that the convolution needs none.
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)]
    return [*layers, nn.ReLU()] if relu else layers


class _Residual(nn.Module):
    """A branch beside a shortcut, and ReLU of their sum."""

    def __init__(self, branch: list[nn.Module], inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(*branch)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else nn.Sequential(*_conv(inputs, outputs, 1, stride, relu=False))
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(x) + self.shortcut(x))


class BasicBlock(_Residual):
    """Two 3x3 convolutions: `(batch, inputs, height, width) -> (batch, channels, height / stride, width / stride)`."""

    def __init__(self, inputs: int, channels: int, stride: int = 1) -> None:
        branch = [*_conv(inputs, channels, 3, stride), *_conv(channels, channels, 3, relu=False)]
        super().__init__(branch, inputs, channels, stride)


class Bottleneck(_Residual):
    """1x1, 3x3, 1x1: `(batch, inputs, height, width) -> (batch, 4 * channels, height / stride, width / stride)`."""

    def __init__(self, inputs: int, channels: int, stride: int = 1, expansion: int = 4) -> None:
        outputs = expansion * channels
        branch = [
            *_conv(inputs, channels, 1),
            *_conv(channels, channels, 3, stride),
            *_conv(channels, outputs, 1, relu=False),
        ]
        super().__init__(branch, inputs, outputs, stride)
