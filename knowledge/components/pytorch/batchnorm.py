"""Batch normalisation (arXiv:1502.03167, section 3), with the running averages of torch."""

import torch
from torch import Tensor, nn


class BatchNorm(nn.Module):
    """Normalise each channel over batch and places in training, by running averages in evaluation.

    **Arguments:**

    - `channels`: size of the second dimension.
    - `eps`: added to the variance, inside the root.
    - `momentum`: weight of the new batch in the running averages (Keras calls one minus this momentum).

    Shapes: `(batch, channels, ...) -> (batch, channels, ...)`.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        shape = (1, -1) + (1,) * (x.dim() - 2)
        if self.training:
            over = [dim for dim in range(x.dim()) if dim != 1]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("one value a channel has no variance: use a larger batch or evaluation mode")
            mean, variance = x.mean(over), x.var(over, unbiased=False)
            with torch.no_grad():
                # The average collects the unbiased variance; the batch itself is normalised with the biased one.
                self.running_mean.lerp_(mean.to(self.running_mean.dtype), self.momentum)
                self.running_var.lerp_((variance * count / (count - 1)).to(self.running_var.dtype), self.momentum)
        else:
            mean, variance = self.running_mean, self.running_var
        normed = (x - mean.view(shape)) * torch.rsqrt(variance.view(shape) + self.eps)
        return normed * self.weight.view(shape) + self.bias.view(shape)
