"""The CIFAR batch beside torchvision, image by image."""

from __future__ import annotations

import torch
from torchvision.transforms import v2

from paper_implementer.knowledge.components.pytorch.cifar_pipeline import DEVIATION, MEAN, augment, normalise, shifted


def test_shifts_and_normalisation_agree_with_torchvision() -> None:
    images = torch.randint(256, (16, 3, 32, 32), dtype=torch.uint8)
    top, left = torch.randint(9, (2, 16)).unbind()
    mine = normalise(shifted(images, top, left))
    for at, image in enumerate(images):
        crop = v2.functional.crop(v2.functional.pad(image, [4]), int(top[at]), int(left[at]), 32, 32)
        theirs = v2.functional.normalize(
            v2.functional.to_dtype(crop, torch.float32, scale=True), list(MEAN), list(DEVIATION)
        )
        torch.testing.assert_close(mine[at], theirs)


def test_every_shift_and_flip_is_drawn() -> None:
    images = torch.zeros(4000, 1, 8, 8)
    images[:, :, 3, 2] = 1
    _, _, rows, columns = torch.where(augment(images, padding=1))
    assert set(rows.tolist()) == {2, 3, 4}
    assert set(columns.tolist()) == {1, 2, 3} | {4, 5, 6}
    repeated = [augment(images, generator=torch.Generator().manual_seed(1)) for _ in range(2)]
    assert torch.equal(*repeated)
