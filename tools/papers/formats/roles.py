"""Which role a section plays, by its title."""

from __future__ import annotations

import re
from typing import get_args

from ..paper import Role

_TITLES: tuple[tuple[Role, str], ...] = (
    ("abstract", r"^(abstract|summary|executive summary)$"),
    ("references", r"^(references|bibliography|literature cited|works cited|references and notes)$"),
    ("acknowledgements", r"acknowledge?ments?|^(funding|author contributions?|contributions and acknowledg|disclosure)"),
    ("related_work", r"related works?|prior works?|previous works?|literature review"),
    ("conclusion", r"conclu(sion|ding)|future (work|directions?)|^outlook"),
    ("discussion", r"discussion|limitations?|broader impacts?|societal|ethic|threats to validity"),
    ("introduction", r"^(introduction|motivation|overview)\b"),
    ("results", r"\bresults?\b|findings|^performance"),
    ("experiments", r"experiment|evaluation|ablation|training|implementation|set-?up|data-?sets?|baselines?|benchmark|empirical|hyper-?parameters?"),
    ("background", r"background|preliminar|notations?|problem (statement|formulation|setup|setting)|^definitions?"),
    ("method", r"method|approach|model|architecture|algorithm|framework|proposed|^our |network|objective|loss|attention|layer|theor|analysis"),
    ("appendix", r"^(appendix|appendices|supplement)"),
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
    plain = re.sub(r"\$[^$]*\$|[^\w\s-]", "", title).strip()
    found = next((role for role, pattern in _PATTERNS if pattern.search(plain)), None)
    if found in ("references", "acknowledgements", "abstract"):
        return found
    if appendix or parent == "appendix":
        return "appendix"
    if parent is not None and parent != "other":
        return parent
    return found or "other"
