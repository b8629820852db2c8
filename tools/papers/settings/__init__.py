"""The settings that a paper states, those that it does not, and where it contradicts itself."""

from .find import paper_settings
from .result import Contradiction, PaperSettings, Silence

__all__ = ["Contradiction", "PaperSettings", "Silence", "paper_settings"]
