"""PSNR beside torchmetrics."""

from __future__ import annotations

import pytest
import torch
from torchmetrics.functional.image import peak_signal_noise_ratio

from paper_implementer.knowledge.components.pytorch.psnr import psnr


@pytest.mark.parametrize("peak", [1.0, 255.0])
@pytest.mark.parametrize("shape", [(1, 3, 8, 8), (4, 1, 5, 7)])
def test_agrees_with_torchmetrics(shape: tuple[int, ...], peak: float) -> None:
    image, reference = torch.rand(2, *shape).unbind()
    image, reference = image * peak, reference * peak
    theirs = [peak_signal_noise_ratio(a, b, data_range=peak) for a, b in zip(image, reference, strict=True)]
    torch.testing.assert_close(psnr(image, reference, peak).float(), torch.stack(theirs), rtol=1e-4, atol=1e-4)


def test_equal_images_and_bytes() -> None:
    image = torch.randint(255, (1, 3, 4, 4), dtype=torch.uint8)
    assert psnr(image, image, 255).isinf().all()
    assert psnr(image, image + 1, 255).item() == pytest.approx(48.1308, abs=1e-4)
