"""Links to code, data and checkpoints in the text of a paper."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_LINKS = 50

_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?"
    r"((?:github\.com|gitlab\.com|bitbucket\.org|huggingface\.co|codeberg\.org|zenodo\.org|kaggle\.com|colab\.research\.google\.com|"
    r"drive\.google\.com|code\.google\.com|sourceforge\.net|osf\.io|figshare\.com|git\.io|dagshub\.com|modelscope\.cn|paperswithcode\.com"
    r"|(?<![\w-])[\w-]{1,63}\.github\.io)/[^\s<>\"'`{}\[\]()|\\^]*[^\s<>\"'`{}\[\]()|\\^.,;:!?*’”])"
)


def code_links(texts: Iterable[str]) -> list[str]:
    """The links to places where code, data and models are kept, in the order of the text, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _LINK.finditer(text):
            found.setdefault(f"https://{match.group(1).rstrip('/')}")
            if len(found) >= MAX_LINKS:
                return list(found)
    return list(found)
