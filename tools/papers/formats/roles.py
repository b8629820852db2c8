"""Which role a section plays, by its title."""

from __future__ import annotations

import re
from typing import get_args

from ..paper import Role

_TITLES: tuple[tuple[Role, str], ...] = (
    ("abstract", r"^(abstract|summary|executive summary|摘要)$"),
    ("references", r"^(references|bibliography|literature cited|works cited|references and notes|参考文献)$"),
    ("acknowledgements", r"acknowledge?ments?|^(funding|author contributions?|contributions and acknowledg|disclosure)|致谢"),
    ("related_work", r"related works?|prior works?|previous works?|literature review|相关工作"),
    ("conclusion", r"conclu(sion|ding)|future (work|directions?)|^outlook|结论|总结"),
    ("discussion", r"discussion|limitations?|broader impacts?|societal|ethic|threats to validity|讨论|局限"),
    ("introduction", r"^(introduction|motivation|overview)\b|引言|介绍"),
    ("results", r"\bresults?\b|findings|^performance|结果"),
    ("experiments", r"experiment|evaluation|ablation|training|implementation|set-?up|data-?sets?|baselines?|benchmark|empirical|hyper-?parameters?|实验|评估"),
    ("background", r"background|preliminar|notations?|problem (statement|formulation|setup|setting)|^definitions?|背景|预备"),
    ("method", r"method|approach|model|architecture|algorithm|framework|proposed|^our |network|objective|loss|attention|layer|theor|analysis|方法|模型|架构"),
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
    plain = re.sub(r"\$[^$]*\$|[^\w\s-]", "", title).strip()
    found = next((role for role, pattern in _PATTERNS if pattern.search(plain)), None)
    if found in ("references", "acknowledgements", "abstract"):
        return found
    if appendix or parent == "appendix":
        return "appendix"
    if parent is not None and parent != "other":
        return parent
    return found or "other"
