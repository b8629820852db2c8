"""The training pipeline beside torchvision, with the same random numbers."""

from __future__ import annotations

import pytest
import torch
from torchvision import transforms
from torchvision.transforms import v2

from paper_implementer.knowledge.components.pytorch.imagenet_train_pipeline import ImageNetTrain, erase, sample_crop


@pytest.mark.parametrize("area", [(0.08, 1.0), (0.9, 1.0)])
@pytest.mark.parametrize("size", [(300, 400), (30, 500), (500, 30), (64, 64)])
def test_crops_agree_with_torchvision(size: tuple[int, int], area: tuple[float, float]) -> None:
    for seed in range(20):
        torch.manual_seed(seed)
        mine = sample_crop(*size, area)
        torch.manual_seed(seed)
        theirs = transforms.RandomResizedCrop.get_params(torch.zeros(3, *size), list(area), [3 / 4, 4 / 3])
        assert mine == theirs


@pytest.mark.parametrize("seed", range(6))
def test_the_whole_agrees_with_torchvision(seed: int) -> None:
    image = v2.functional.to_pil_image(torch.randint(256, (3, 90, 120), dtype=torch.uint8))
    theirs = v2.Compose(
        [
            v2.RandomResizedCrop(48, interpolation=v2.InterpolationMode.BICUBIC),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(0.4, 0.4, 0.4),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    torch.manual_seed(seed)
    mine = ImageNetTrain(48)(image)
    torch.manual_seed(seed)
    torch.testing.assert_close(mine, theirs(image))


def test_erasing_takes_one_rectangle_of_the_size_asked_for() -> None:
    image = torch.ones(3, 40, 60)
    assert torch.equal(erase(image, 0.0), image)
    for _ in range(20):
        rows, columns = torch.where(erase(image, 1.0)[0] == 0)
        height, width = int(rows.max() - rows.min()) + 1, int(columns.max() - columns.min()) + 1
        assert len(rows) == height * width
        assert 0.01 < height * width / 2400 < 0.36
