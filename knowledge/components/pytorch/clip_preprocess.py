"""Images as CLIP sees them: bicubic to the shorter side, the centre, CLIP's own normalisation."""

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

# Of the images that CLIP was trained on, not of ImageNet.
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def clip_preprocess(image: Image.Image, size: int = 224) -> Tensor:
    """From an image to the input of the image tower: `(height, width) -> (3, size, size)` in float32.

    The resized image is bytes again before it is normalised, as PIL gives it.
    """
    image = v2.functional.resize(image, [size], v2.InterpolationMode.BICUBIC, antialias=True)
    image = v2.functional.center_crop(image, [size, size]).convert("RGB")
    pixels = v2.functional.pil_to_tensor(image).float() / 255
    mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return (pixels - mean) / deviation
