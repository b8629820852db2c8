"""Which licence a code base is under, by its licence file or its metadata."""

from __future__ import annotations

import re
from pathlib import Path

_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AGPL-3.0", ("gnu affero general public license", "version 3")),
    ("LGPL-3.0", ("gnu lesser general public license", "version 3")),
    ("LGPL-2.1", ("gnu lesser general public license", "version 2.1")),
    ("GPL-3.0", ("gnu general public license", "version 3")),
    ("GPL-2.0", ("gnu general public license", "version 2")),
    ("MPL-2.0", ("mozilla public license", "version 2.0")),
    ("CC-BY-NC-SA-4.0", ("attribution-noncommercial-sharealike 4.0",)),
    ("CC-BY-NC-4.0", ("attribution-noncommercial 4.0",)),
    ("CC-BY-SA-4.0", ("attribution-sharealike 4.0",)),
    ("CC-BY-4.0", ("attribution 4.0 international",)),
    ("CC0-1.0", ("cc0 1.0 universal",)),
    ("Apache-2.0", ("apache license", "version 2.0")),
    ("BSD-3-Clause", ("redistribution and use in source and binary forms", "neither the name")),
    ("BSD-2-Clause", ("redistribution and use in source and binary forms",)),
    ("ISC", ("permission to use, copy, modify, and/or distribute this software",)),
    ("MIT", ("permission is hereby granted, free of charge", "the above copyright notice and this permission notice")),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",)),
)
"""SPDX identifiers, each with phrases that all stand in its text; the more particular first."""
_NAMES = re.compile(r"(?i)(licen[cs]e|copying|unlicense)([.-].*)?$")


def licence_of(root: Path) -> str | None:
    """The SPDX identifier of the licence of a folder, None where none is recognised."""
    if not root.is_dir():
        return None
    for path in sorted(root.iterdir()):
        if _NAMES.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                found = _by_text(file.read(60_000).decode("utf-8", "replace"))
            if found:
                return found
    for path in (
        root / "pyproject.toml",
        root / "setup.cfg",
        root / "PKG-INFO",
        *sorted(root.glob("*.dist-info/METADATA")),
    ):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                found = _by_metadata(file.read(60_000).decode("utf-8", "replace"))
            if found:
                return found
    return None


def _by_text(text: str) -> str | None:
    flat = re.sub(r"\s+", " ", text).lower()[:30_000]
    head = flat[:1500]
    for identifier, phrases in _PHRASES:
        # Licences of the GNU family speak of one another further down.
        where = head if "GPL" in identifier else flat
        if all(p in where for p in phrases):
            return identifier
    return None


def _by_metadata(text: str) -> str | None:
    match = re.search(
        r"""(?im)^\s*(?:license-expression:\s*|license:\s*|license\s*=\s*(?:\{\s*text\s*=\s*)?["']?)([A-Za-z][\w.+ -]{1,60})""",
        text,
    ) or re.search(r"License :: OSI Approved :: ([\w .-]+?)(?: \(|[\"'\n]|$)", text)
    if match is None:
        return None
    said = match[1].strip().lower()
    for identifier, _ in _PHRASES:
        if said == identifier.lower():
            return identifier
    words = (
        ("apache", "Apache-2.0"),
        ("mit", "MIT"),
        ("bsd 3", "BSD-3-Clause"),
        ("bsd-3", "BSD-3-Clause"),
        ("mozilla", "MPL-2.0"),
        ("agpl", "AGPL-3.0"),
        ("gpl-3", "GPL-3.0"),
    )
    return next((identifier for word, identifier in words if said.startswith(word)), None)
