"""EbbNet: compact sequence classification with fading attention."""

from .config import Config
from .model import EbbNet

__all__ = ["Config", "EbbNet"]
