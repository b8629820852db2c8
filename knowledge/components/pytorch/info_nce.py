"""Contrastive losses: of two views (arXiv:2002.05709, section 2.1) and of images and texts (arXiv:2103.00020, section 2.3)."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize


def clip_loss(images: Tensor, texts: Tensor, temperature: Tensor | float = 0.07) -> Tensor:
    """Cross-entropy of finding the text of an image among all of the batch, and the image of a text; the mean of both.

    **Arguments:**

    - `images`, `texts`: embeddings, `(batch, dim)`; row i of one belongs to row i of the other. Not yet normalised.

    Shapes: the result is `()`.
    """
    scores = normalize(images, dim=-1) @ normalize(texts, dim=-1).T / temperature
    labels = torch.arange(len(scores), device=scores.device)
    return (cross_entropy(scores, labels) + cross_entropy(scores.T, labels)) / 2


def nt_xent(first: Tensor, second: Tensor, temperature: float = 0.5) -> Tensor:
    """Cross-entropy of finding the other view of an example among all views of the batch but itself.

    **Arguments:**

    - `first`, `second`: embeddings of two views, `(batch, dim)`. Not yet normalised.

    Shapes: the result is `()`.
    """
    views = normalize(torch.cat([first, second]), dim=-1)
    scores = (views @ views.T / temperature).fill_diagonal_(float("-inf"))
    count = len(first)
    partners = torch.arange(2 * count, device=scores.device).roll(count)
    return cross_entropy(scores, partners)
