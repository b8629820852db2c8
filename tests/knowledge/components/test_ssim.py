"""SSIM beside torchmetrics, forward and backward."""

from __future__ import annotations

import pytest
import torch
from torchmetrics.functional.image import structural_similarity_index_measure

from paper_implementer.knowledge.components.pytorch.ssim import ssim
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(2, 3, 32, 32), (1, 1, 11, 17), (2, 2, 20, 45)])
def test_agrees_with_torchmetrics(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    reference = torch.rand(shape, dtype=dtype)
    image = (reference + 0.2 * torch.rand(shape, dtype=dtype)).clamp(0, 1)

    def theirs(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        whole = structural_similarity_index_measure(x, y, data_range=1.0, reduction="none", return_full_image=True)[1]
        # It pads the image by reflection; what is left without the border is what whole windows give.
        return whole[..., 5:-5, 5:-5].flatten(1).mean(dim=1)

    assert_same_gradients(ssim, theirs, [image, reference])


def test_the_peak_scales_with_the_pixels_and_equal_images_are_one() -> None:
    image, reference = torch.rand(2, 1, 3, 16, 16, dtype=torch.float64).unbind()
    torch.testing.assert_close(ssim(image * 255, reference * 255, 255), ssim(image, reference))
    assert ssim(image, image).item() == pytest.approx(1)
    with pytest.raises(ValueError, match="smaller than the window"):
        ssim(image[..., :8], reference[..., :8])
