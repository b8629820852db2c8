"""Where floats belong: a page may print a table among the references, or in the section after the one that speaks of it."""

from __future__ import annotations

import re

from ...paper import Block

_NAMES = {"table": r"tab(?:le|\.)", "figure": r"fig(?:ure|\.)", "algorithm": r"alg(?:orithm|\.)"}


def settle_floats(blocks: list[Block]) -> None:
    """Move floats out of the list of references, into the section that first names them, else the section that follows."""
    sections = {b.id: b for b in blocks if b.kind == "section"}
    for at, block in enumerate(blocks):
        if block.kind not in _NAMES or block.role != "references":
            continue
        home = _naming_section(block, blocks) or next((b.id for b in blocks[at:] if b.kind == "section"), None)
        if home in sections:
            block.section, block.role = home, sections[home].role


def _naming_section(block: Block, blocks: list[Block]) -> str | None:
    if not block.number:
        return None
    name = re.compile(rf"\b{_NAMES[block.kind]}\s*{re.escape(block.number)}(?![\d.]*\d)", re.IGNORECASE)
    texts = (b for b in blocks if b.kind in ("paragraph", "list", "footnote") and b.role != "references")
    return next((b.section for b in texts if name.search(b.text)), None)
