"""What code sets: every value that it gives to a name, and which of them are facts of the vocabulary."""

from __future__ import annotations

from .facts import code_settings, code_settings_of
from .model import Origin, RawSetting
from .raw import raw_settings

__all__ = ["Origin", "RawSetting", "code_settings", "code_settings_of", "raw_settings"]
