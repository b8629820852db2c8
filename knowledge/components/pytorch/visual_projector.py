"""Projector of LLaVA (arXiv:2304.08485, section 4.1; two layers in arXiv:2310.03744, section 3.3)."""

from torch import Tensor, nn


class VisualProjector(nn.Module):
    """Maps features of an image encoder into the embedding space of a language model.

    **Arguments:**

    - `vision_dim`, `text_dim`: `(batch, patches, vision_dim)` becomes `(batch, patches, text_dim)`.
    - `layers`: 1 is the linear one of the first paper, 2 with GELU that of the second.
    """

    def __init__(self, vision_dim: int, text_dim: int, layers: int = 2) -> None:
        super().__init__()
        parts: list[nn.Module] = [nn.Linear(vision_dim, text_dim)]
        for _ in range(layers - 1):
            parts += [nn.GELU(), nn.Linear(text_dim, text_dim)]
        self.layers = nn.Sequential(*parts)

    def forward(self, features: Tensor) -> Tensor:
        """Project patches; the class token has been taken away already."""
        result: Tensor = self.layers(features)
        return result


def insert_images(embedded: Tensor, tokens: Tensor, visual: Tensor, image_token: int) -> Tensor:
    """Put visual tokens where the text holds places for them, `(batch, length, dim)`.

    **Arguments:**

    - `embedded`: `(batch, length, dim)` of `tokens`, `(batch, length)`, with as many places as there are patches.
    - `visual`: `(images, patches, dim)`, in the order of the text.
    """
    places = tokens == image_token
    if int(places.sum()) != visual.shape[0] * visual.shape[1]:
        raise ValueError(f"{int(places.sum())} places for {visual.shape[0] * visual.shape[1]} visual tokens")
    return embedded.masked_scatter(places.unsqueeze(-1), visual.flatten(0, 1).to(embedded.dtype))
