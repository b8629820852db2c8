"""Peak signal-to-noise ratio."""

import torch
from torch import Tensor


def psnr(image: Tensor, reference: Tensor, peak: float = 1.0) -> Tensor:
    """Decibels of the peak over the root mean square error, an image each: `(batch, ...), (batch, ...) -> (batch,)`.

    **Arguments:**

    - `peak`: the largest value that a pixel can have, not the largest there is: 1 or 255. Equal images give infinity.
    """
    # Half precision and bytes lose the small differences that matter.
    error = (image.double() - reference.double()).square().flatten(1).mean(dim=1)
    return 10 * torch.log10(peak**2 / error)
