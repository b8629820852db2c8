"""Which role a section plays: by its title; where that says nothing, by what stands in it and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from ..paper import Block, Role

_TITLES: tuple[tuple[Role, str], ...] = (
    ("abstract", r"^(abstract|summary|executive summary|摘要)$"),
    ("references", r"^(references|bibliography|literature cited|works cited|references and notes|参考文献)$"),
    ("acknowledgements", r"acknowledge?ments?|^(funding|author contributions?|contributions and acknowledg|disclosure)|致谢"),
    ("related_work", r"related works?|prior works?|previous works?|literature review|相关工作"),
    ("conclusion", r"conclu(sion|ding)|future (work|directions?)|^outlook|结论|总结"),
    ("discussion", r"discussion|limitations?|broader impacts?|societal|ethic|considerations|responsible|threats to validity|讨论|局限"),
    ("introduction", r"^(introduction|motivation|overview)\b|引言|介绍"),
    ("results", r"\bresults?\b|findings|^performance|结果"),
    ("experiments", r"experiment|evaluation|ablation|training|implementation|set-?up|data-?sets?|baselines?|benchmark|empirical|hyper-?parameters?|\btasks$|实验|评估"),
    ("background", r"background|preliminar|notations?|problem (statement|formulation|setup|setting|definition)|^definitions?|\bexisting (solutions?|methods?|approaches)|背景|预备"),
    ("method", r"method|approach|model|architectur|algorithm|framework|proposed|^our |network|objective|loss|attention|layer|theor|analysis|infrastructure|convergence|complexity|方法|模型|架构"),
    ("appendix", r"^(appendix|appendices|supplement)|附录"),
)  # fmt: skip
_PATTERNS = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _TITLES)
ROLES: frozenset[str] = frozenset(get_args(Role))


def role_of(title: str, parent: Role | None = None, *, appendix: bool = False) -> Role:
    """The role of a section.

    **Arguments:**

    - `title`: as printed, without its number.
    - `parent`: role of the section around it, which its own title only refines where that says nothing.
    - `appendix`: whether it stands behind the start of the appendices.
    """
    found = _titled(title)
    if found in ("references", "acknowledgements") or (found == "abstract" and parent is None):
        return found
    if appendix or parent == "appendix":
        return "appendix"
    if parent is not None and parent != "other":
        return parent
    return found or "other"


def _titled(title: str) -> Role | None:
    plain = re.sub(r"\$[^$]*\$|[^\w\s-]", "", title).strip()
    return next((role for role, pattern in _PATTERNS if pattern.search(plain)), None)


_OWN: frozenset[Role] = frozenset({"abstract", "references", "acknowledgements", "related_work"})
"""Roles that a part keeps wherever it stands."""
_PLAYED_WITHIN: dict[Role, frozenset[Role]] = {
    "method": frozenset({"experiments", "results"}),
    "introduction": frozenset({"background"}),
}
_WITHIN = re.compile(
    r"^(experiment|results?\b|evaluation|ablation|empirical|notations?\b|preliminar|background|实验|结果)",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(analysis|overview|discussions? and analysis|extensions?|models?|applications?|details?)$",
    re.IGNORECASE,
)
"""Titles that fit several roles, so that what stands there decides."""
_MEASURED = re.compile(
    r"\b(accurac\w+|outperform\w*|baselines?|datasets?|data sets?|benchmarks?|bleu|perplexity|f1|top-1|error rates?|test sets?|"
    r"results?|scores?|(?:table|figure) \d+|we (?:train|evaluate|compare|test|report|observe|find)\w*|fine-?tun\w+|performance)\b",
    re.IGNORECASE,
)
_PROPOSED = re.compile(
    r"\b(we (?:propose|introduce|define|denote|derive|use|compute|show that|call|write|consider|assume)|let|denotes?|where|"
    r"is defined|can be written|given by|algorithm|lemma|theorem|equation|layer|architecture|module)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\W*\d+(?:[.,]\d+)?\s?%?(?:\W.*)?$")
_READ = 20_000
_MEASURING: frozenset[Role] = frozenset({"experiments", "results"})
_CLOSING: frozenset[Role] = frozenset({"conclusion", "references", "acknowledgements"})


@dataclass(slots=True)
class _Content:
    """What stands in a chapter with all its sections: signs of something that is made, and of something measured."""

    made: float = 0.0
    measured: float = 0.0
    length: int = 0

    def add(self, block: Block) -> None:
        if block.kind in ("equation", "theorem"):
            self.made += 3
        elif block.kind == "algorithm":
            self.made += 5
        elif block.kind == "table":
            cells = [cell for row in (block.rows or [])[:40] for cell in row]
            numbers = sum(bool(_NUMBER.match(cell)) for cell in cells)
            self.measured += 5 if numbers * 3 > len(cells) > 0 else 1
        elif block.kind in ("paragraph", "list") and self.length < _READ:
            text = block.text[: _READ - self.length]
            self.length += len(text)
            self.measured += len(_MEASURED.findall(text))
            self.made += len(_PROPOSED.findall(text)) + 0.5 * min(text.count("$") // 2, 30)


def settle_roles(blocks: list[Block]) -> None:
    """Give every section of a paper its role, now that all of it is known, and every block that of its section.

    A title that names a role has it. A chapter whose title says nothing takes its role from what stands in it and from
    the chapters around it; a section within a chapter plays the part of the chapter.
    """
    sections = {b.id: b for b in blocks if b.kind == "section"}
    homes = {b.id: _chapter(b, sections) for b in sections.values()}
    chapters = [b for b in sections.values() if homes[b.id] == b.id]
    contents: dict[str, _Content] = {b.id: _Content() for b in chapters}
    for block in blocks:
        home = homes.get(block.section or "")
        if block.kind != "section" and home is not None:
            contents[home].add(block)
    _settle_chapters(chapters, contents)
    for section in sections.values():
        home = homes[section.id]
        if home != section.id:
            parent = sections[section.section or home].role
            section.role = _within(section.title or "", parent)
    for block in blocks:
        if block.kind != "section" and block.section in sections:
            block.role = sections[block.section].role


def _chapter(section: Block, sections: dict[str, Block]) -> str:
    """The outermost section around a section."""
    seen = {section.id}
    while section.section in sections and section.section not in seen:
        section = sections[section.section]
        seen.add(section.id)
    return section.id


def _within(title: str, parent: Role | None) -> Role:
    found = _titled(title)
    if parent is None or parent == "other":
        return found or "other"
    if parent == "appendix":
        return found if found in ("references", "acknowledgements") else "appendix"
    if (found in _OWN and found != "abstract") or (found in _PLAYED_WITHIN.get(parent, ()) and _WITHIN.search(title)):
        return found or parent
    return parent


def _settle_chapters(chapters: list[Block], contents: dict[str, _Content]) -> None:
    # The parser knows these by more than the title: the environment, the letter of an appendix.
    said = {b.id: b.role if b.role in _OWN | {"appendix"} and b.role else role_of(b.title or "") for b in chapters}
    open_ = {b.id for b in chapters if said[b.id] == "other" or _VAGUE.match((b.title or "").strip())}
    first = _place(chapters, lambda b: said[b.id] in ("introduction", "related_work", "background", "method"))
    measuring = _place(chapters, lambda b: said[b.id] in _MEASURING and b.id not in open_)
    closing = _place(chapters, lambda b: said[b.id] in _CLOSING)
    ended = _place(chapters, lambda b: said[b.id] == "references")
    measured = False
    for place, chapter in enumerate(chapters):
        role = said[chapter.id]
        if chapter.id in open_:
            content = contents[chapter.id]
            if ended is not None and place > ended:
                role = "appendix"
            elif first is not None and place > first and (closing is None or place < closing):
                # Before the first experiments a chapter makes something, after them it measures, unless it speaks against it.
                late = measured or (measuring is not None and place > measuring)
                weight = 4.0 if late else 0.5
                if content.measured == content.made == 0:
                    role = "experiments" if late else "method"
                else:
                    role = "experiments" if content.measured * weight > content.made else "method"
        chapter.role = role
        measured = measured or role in _MEASURING


def _place(chapters: list[Block], fits: Callable[[Block], bool]) -> int | None:
    return next((place for place, chapter in enumerate(chapters) if fits(chapter)), None)
