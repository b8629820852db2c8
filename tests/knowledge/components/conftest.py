"""References run on one thread, with the same random numbers in every run."""

from __future__ import annotations

import pytest
import torch

from tests.support.vision import make_torchvision_importable

make_torchvision_importable()


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
