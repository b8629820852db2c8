"""Random erasing beside torchvision with the same draws, Cutout beside a mask that is filled pixel by pixel."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.random_erasing import cutout, random_erasing


@pytest.mark.parametrize("value", [0.0, 0.7, None])
@pytest.mark.parametrize("size", [(32, 32), (20, 47), (3, 4)])
def test_agrees_with_torchvision_for_the_same_draws(size: tuple[int, int], value: float | None) -> None:
    from torchvision.transforms import RandomErasing

    image = torch.randn(3, *size) + 5
    erasing = RandomErasing(p=0.8, value="random" if value is None else value)
    changed = 0
    for seed in range(40):
        torch.manual_seed(seed)
        theirs = erasing(image)
        torch.manual_seed(seed)
        mine = random_erasing(image, 0.8, value=value)
        assert torch.equal(mine, theirs)
        changed += not torch.equal(mine, image)
    assert 20 <= changed < 40 or size == (3, 4)


def test_the_image_is_left_as_it_is_and_a_rectangle_that_never_fits_changes_nothing() -> None:
    image = torch.ones(3, 16, 16)
    erased = random_erasing(image, 1.0)
    assert image.all()
    assert not erased.all()
    assert random_erasing(image, 1.0, area=(1.0, 1.0), ratio=(1.0, 1.0)) is image
    assert random_erasing(image, 0.0) is image
    assert random_erasing(image.bfloat16(), 1.0, value=None).dtype == torch.bfloat16


@pytest.mark.parametrize(("length", "holes"), [(4, 1), (8, 2), (40, 1)])
def test_cutout_zeroes_what_a_mask_filled_pixel_by_pixel_does(length: int, holes: int) -> None:
    import numpy as np

    images = torch.randn(6, 3, 17, 23) + 9
    torch.manual_seed(3)
    found = cutout(images, length, holes)
    torch.manual_seed(3)
    rows, columns = torch.randint(17, (6, holes, 1)), torch.randint(23, (6, holes, 1))
    mask: np.ndarray = np.ones((6, 17, 23), np.float32)
    for image in range(6):
        for hole in range(holes):
            y, x = int(rows[image, hole]), int(columns[image, hole])
            top, bottom = np.clip([y - length // 2, y + length // 2], 0, 17)
            left, right = np.clip([x - length // 2, x + length // 2], 0, 23)
            mask[image, top:bottom, left:right] = 0
    assert torch.equal(found, images * torch.from_numpy(mask)[:, None])


def test_cutout_reaches_the_border_as_often_as_its_centres_do() -> None:
    found = cutout(torch.ones(4000, 1, 8, 8), 4)
    share = (found == 0).float().mean((0, 1))
    # Of eight centres four cover a row inside, three the first and two the last; rows and columns are drawn apart.
    assert float(share[4, 4]) == pytest.approx(0.25, abs=0.03)
    assert float(share[0, 0]) == pytest.approx(3 / 8 * 3 / 8, abs=0.03)
    assert float(share[7, 7]) == pytest.approx(2 / 8 * 2 / 8, abs=0.03)


def test_cutout_hides_infinities_too() -> None:
    assert torch.equal(cutout(torch.full((1, 1, 4, 4), torch.inf), 16), torch.zeros(1, 1, 4, 4))
