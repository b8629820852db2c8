"""What a picture is, as a client gets it."""

from __future__ import annotations

from pydantic import BaseModel


class PictureShown(BaseModel):
    """What is shown: `id` is that of a figure, or "page 3"; `width` and `height` are in pixels."""

    id: str
    media_type: str
    width: int
    height: int


class Picture(PictureShown):
    """A picture with its `data`, base64."""

    data: str


class Pictures(BaseModel):
    """Pictures, and why there are not more of them."""

    pictures: list[Picture] = []
    missing: list[str] = []
