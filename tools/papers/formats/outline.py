"""Blocks in reading order with their ids and their place in the outline, for every parser that knows the structure."""

from __future__ import annotations

import re

from ..paper import Block, BlockKind, Role
from .reference_fields import fields_of

_PREFIXES: dict[BlockKind, str] = {
    "section": "sec", "paragraph": "par", "list": "par", "equation": "eq", "table": "tab", "figure": "fig",
    "algorithm": "alg", "code": "code", "theorem": "thm", "footnote": "fn", "reference": "ref",
}  # fmt: skip


class Outline:
    """The blocks of a paper while it is read.

    `blocks` is the result; `sections` are the headings that are open, outermost first.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.sections: list[Block] = []
        self._uses: dict[str, int] = {}
        self._unnumbered: dict[str, int] = {}

    @property
    def role(self) -> Role | None:
        """The role of the section that is open."""
        return self.sections[-1].role if self.sections else None

    def block(
        self,
        kind: BlockKind,
        number: str | None = None,
        *,
        block_id: str | None = None,
        title: str | None = None,
        caption: str | None = None,
        text: str = "",
        latex: str | None = None,
        rows: list[list[str]] | None = None,
        label: str | None = None,
        image: str | None = None,
    ) -> Block:
        """Make a block of the current section, without adding it."""
        return Block(
            id=self.unique_id(kind, number, block_id),
            kind=kind,
            number=number,
            title=title,
            caption=caption,
            text=text,
            latex=latex,
            rows=rows,
            label=label,
            image=image,
            reference=fields_of(text) if kind == "reference" else None,
            section=self.sections[-1].id if self.sections else None,
            role=self.role,
        )

    def open_section(self, title: str, number: str | None, level: int, role: Role) -> Block:
        """Add a heading; what follows belongs to it, until a heading of its level or above."""
        while self.sections and (self.sections[-1].level or 1) >= level:
            self.sections.pop()
        words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "u"
        block = self.block("section", number, block_id=None if number else f"sec:{words}", title=title, text=title)
        block.level, block.role = level, role
        self.blocks.append(block)
        self.sections.append(block)
        return block

    def unique_id(self, kind: BlockKind, number: str | None, wanted: str | None = None) -> str:
        """An id that no other block has: by the printed number where there is one."""
        prefix = _PREFIXES[kind]
        if wanted is None and number:
            plain = re.sub(r"[^\w.*+-]+", "-", number).strip("-") or "u"
            wanted = f"{prefix}:{plain}"
        if wanted is None:
            count = self._unnumbered[prefix] = self._unnumbered.get(prefix, 0) + 1
            wanted = f"{prefix}:{count}" if prefix in ("par", "code") else f"{prefix}:u{count}"
        uses = self._uses[wanted] = self._uses.get(wanted, 0) + 1
        return wanted if uses == 1 else self.unique_id(kind, number, f"{wanted}~{uses}")
