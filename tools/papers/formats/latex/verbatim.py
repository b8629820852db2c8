"""Text that is kept as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .stream import END, is_raw
from .tokens import Token

if TYPE_CHECKING:
    from .reader import Handler, Reader


def _verb(reader: Reader) -> None:
    token = reader.ex.pop()
    if token is not None and is_raw(token):
        reader.out.append(f"`{token[1:]}`")
    elif token is not None and token != END:
        reader.ex.push([token])


def _code(name: str) -> Handler:
    end = f"\\end{{{name}}}"

    def handle(reader: Reader) -> None:
        token = reader.ex.pop()
        if token is None or token == END:
            return
        if not is_raw(token):
            reader.ex.push([token])
            return
        options, language, body = _listing(name, token[1:])
        while (following := reader.ex.next()) not in (None, END, end):
            pass
        _ = following
        if reader.float_parts is not None:
            reader.float_parts.items.append(("code", body))
        elif reader.is_inline:
            reader.out.append(f"`{body.strip()}`")
        elif body.strip():
            reader.flush()
            caption = re.search(r"caption\s*=\s*(?:\{([^{}]*)\}|([^,\]]*))", options)
            title = next((g for g in caption.groups() if g), None) if caption else None
            number = None
            label = re.search(r"label\s*=\s*\{?([^{},\]]+)", options)
            if title:
                reader.counters.step("listing")
                number = reader.printed("listing")
            reader.add(
                "code",
                number,
                caption=title,
                text=f"```{language}\n{body}\n```",
                label=label and label.group(1).strip(),
            )
            if label:
                reader.define_label(label.group(1).strip(), "code", number)

    return handle


def _listing(name: str, raw: str) -> tuple[str, str, str]:
    """Options, language and text of a verbatim environment."""
    options, language = "", ""
    head = re.match(r"\s*\[((?:[^\[\]{}]|\{[^{}]*\})*)\]", raw) if name not in ("verbatim", "verbatim*") else None
    if head is not None:
        options, raw = head.group(1), raw[head.end() :]
        named = re.search(r"language\s*=\s*\{?(?:\[\w*\])?([\w+#]+)", options)
        language = named.group(1).lower() if named else ""
    if name == "minted" and (head := re.match(r"\s*\{([\w+#-]*)\}", raw)) is not None:
        language, raw = head.group(1), raw[head.end() :]
    lines = raw.strip("\n").rstrip().split("\n")
    margin = min((len(s) - len(s.lstrip(" ")) for s in lines if s.strip()), default=0)
    return options, language, "\n".join(line[margin:].rstrip() for line in lines)


HANDLERS: dict[Token, Handler] = {
    "\\verb": _verb,
    **{
        f"\\begin{{{name}}}": _code(name)
        for name in [
            "verbatim",
            "verbatim*",
            "Verbatim",
            "Verbatim*",
            "BVerbatim",
            "lstlisting",
            "minted",
            "alltt",
            "python",
            "pycode",
        ]
    },
}
