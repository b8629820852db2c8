"""Images and boxes of a detector: the shorter side resized within a limit, a flip, padding to one batch with a mask."""

import torch
from torch import Tensor
from torch.nn import functional


def detection_size(height: int, width: int, shorter: int = 800, longest: int = 1333) -> tuple[int, int]:
    """The size whose shorter side is `shorter`, smaller where the longer one would pass `longest`: `(h, w) -> (h, w)`."""
    small, large = min(height, width), max(height, width)
    limit = longest * small / large if large / small * shorter > longest else None
    if limit is not None:
        shorter = round(limit)
    if small == shorter:
        return height, width
    # The other side is rounded down, from the limit where there is one.
    other = int((limit or shorter) * large / small)
    return (shorter, other) if height < width else (other, shorter)


def resize(image: Tensor, boxes: Tensor, shorter: int = 800, longest: int = 1333) -> tuple[Tensor, Tensor]:
    """Resize an image with its boxes in pixels: `(3, h, w), (n, 4) -> (3, h', w'), (n, 4)` as x1, y1, x2, y2."""
    height, width = image.shape[-2:]
    size = detection_size(height, width, shorter, longest)
    resized = functional.interpolate(image[None].float(), size, mode="bilinear", antialias=True, align_corners=False)[0]
    scale = boxes.new_tensor([size[1] / width, size[0] / height])
    return resized, boxes * scale.repeat(2)


def flip(image: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor]:
    """Mirror an image with its boxes: `(3, h, w), (n, 4) -> the same`."""
    width = image.shape[-1]
    x1, y1, x2, y2 = boxes.unbind(dim=1)
    return image.flip(-1), torch.stack([width - x2, y1, width - x1, y2], dim=1)


def relative_boxes(boxes: Tensor, height: int, width: int) -> Tensor:
    """Corners in pixels to centre and size as shares of the image, as DETR predicts: `(n, 4) -> (n, 4)`."""
    x1, y1, x2, y2 = boxes.unbind(dim=1)
    centred = torch.stack([(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1], dim=1)
    return centred / boxes.new_tensor([width, height, width, height])


def padded_batch(images: list[Tensor], multiple: int = 1) -> tuple[Tensor, Tensor]:
    """One batch of images of any size: `[(3, h, w), ...] -> (batch, 3, H, W), (batch, H, W)`, the mask true on padding.

    **Arguments:**

    - `multiple`: H and W are multiples of it: 32 with a feature pyramid. Pad after normalising, so that 0 is the mean.
    """
    height, width = (max(image.shape[axis] for image in images) for axis in (-2, -1))
    height, width = (-(-side // multiple) * multiple for side in (height, width))
    batch = images[0].new_zeros(len(images), images[0].shape[0], height, width)
    mask = torch.ones(len(images), height, width, dtype=torch.bool, device=images[0].device)
    for at, image in enumerate(images):
        batch[at, :, : image.shape[-2], : image.shape[-1]] = image
        mask[at, : image.shape[-2], : image.shape[-1]] = False
    return batch, mask
