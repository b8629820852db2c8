"""torchvision beside a build of torch that it was not compiled for."""

from __future__ import annotations

import torch

_OPERATORS = torch.library.Library("torchvision", "FRAGMENT")


def make_torchvision_importable() -> None:
    """Declare the operators that torchvision looks for at import where its compiled part does not load.

    That is so with the wheel for CUDA beside a CPU build of torch. Transforms and models work without the compiled part;
    `nms` and `roi_align` do not.
    """
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        for name in ("nms", "qnms"):
            if not torch._C._dispatch_has_kernel(f"torchvision::{name}"):
                _OPERATORS.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
