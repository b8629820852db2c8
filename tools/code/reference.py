"""What a user types for code, as a checked `CodeReference`: nothing in it can be taken for an option, a script or a way out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

from ..errors import BadReference, RefusedForSafety

_FORMS = "./path, github:owner/name[@ref][//sub/path], https://host/name.git[@ref][//sub/path] or pypi:name[==version][//sub/path]"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_REPOSITORY = re.compile(rf"({_NAME})/([A-Za-z0-9._-]+)")


@dataclass(frozen=True)
class CodeReference:
    """A checked reference.

    **Arguments:**

    - `kind`: where it lies.
    - `location`: a path, an https URL, or the name of a package.
    - `shown`: the location as the user writes it, without ref and sub.
    - `ref`: branch, tag or commit of git; version of a package; None for the newest.
    - `sub`: relative path inside.
    """

    kind: Literal["local", "git", "pypi"]
    location: str
    shown: str
    ref: str | None = None
    sub: str | None = None


def parse_reference(code: str, trusted_hosts: frozenset[str] = frozenset()) -> CodeReference:
    """Read a code reference.

    **Arguments:**

    - `trusted_hosts`: `host` or `host:port` for which plain http and private addresses are let through.

    **Raises:** `BadReference`; `RefusedForSafety` for schemes that run commands or send passwords.
    """
    text = code.strip()
    if not text or "\0" in text or "\n" in text or len(text) > 2_000:
        raise BadReference("The reference to code is empty, too long, or has line breaks in it.", f"Use {_FORMS}.")
    if text.startswith("pypi:"):
        return _pypi(text)
    if text.startswith("github:"):
        body, ref, sub = _split(text.removeprefix("github:"), text)
        match = _REPOSITORY.fullmatch(body.removesuffix(".git"))
        if not match or match[2] in (".", ".."):
            raise BadReference(f"{text!r} names no GitHub repository.", "Use github:owner/name[@ref][//sub/path].")
        return CodeReference(
            "git", f"https://github.com/{match[1]}/{match[2]}.git", f"github:{match[1]}/{match[2]}", ref, sub
        )
    if re.match(r"https?://", text):
        return _url(text, trusted_hosts)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*::|(?!(?:[A-Za-z]:\\))[A-Za-z][A-Za-z0-9+.-]+:", text) or re.match(
        r"[\w.-]+@[\w.-]+:", text
    ):
        scheme = re.split(r"[:@]", text)[0]
        raise RefusedForSafety(
            f"{text!r} is not opened: {scheme!r} is no way in which code is fetched here.", f"Use {_FORMS}."
        )
    if text.startswith("-"):
        raise BadReference(f"{text!r} looks like an option, not like a path.", f"Use {_FORMS}.")
    try:
        path = str(Path(text).expanduser())
    except RuntimeError:
        raise BadReference(f"{text!r} names the home of nobody known here.", "Write the path in full.") from None
    return CodeReference("local", path, path)


def _split(body: str, whole: str) -> tuple[str, str | None, str | None]:
    """Cut `@ref` and `//sub` off."""
    body, _, sub = body.partition("//")
    body, at, ref = body.partition("@")
    return body, _checked_ref(ref, whole) if at else None, _checked_sub(sub, whole)


def _checked_ref(ref: str, whole: str) -> str:
    """A branch, tag or commit by git's own rules for names, and never an option."""
    if (
        not re.fullmatch(r"[A-Za-z0-9_][\w./+-]{0,199}", ref)
        or ".." in ref
        or "//" in ref
        or ref.endswith((".lock", "/", "."))
    ):
        raise BadReference(
            f"{ref!r} in {whole!r} is no branch, tag or commit.", "Use a name such as main, v1.0, or a full commit."
        )
    return ref


def _checked_sub(sub: str, whole: str) -> str | None:
    parts = [p for p in sub.split("/") if p not in ("", ".")]
    if not parts:
        return None
    if ".." in parts or ".git" in (p.lower() for p in parts) or "\\" in sub or not sub.isprintable():
        raise BadReference(f"{sub!r} in {whole!r} leads out of the code.", "Use a path below its root.")
    return "/".join(parts)


def _pypi(text: str) -> CodeReference:
    body, _, sub = text.removeprefix("pypi:").partition("//")
    name, pinned, version = body.partition("==")
    if not re.fullmatch(_NAME, name) or len(name) > 100:
        raise BadReference(f"{text!r} names no package.", "Use pypi:name[==version][//sub/path].")
    if pinned:
        try:
            version = str(Version(version))
        except InvalidVersion:
            raise BadReference(f"{version!r} in {text!r} is no version.", "Use pypi:name==1.2.3.") from None
    return CodeReference("pypi", name, f"pypi:{name}", version or None, _checked_sub(sub, text))


def _url(text: str, trusted_hosts: frozenset[str]) -> CodeReference:
    scheme, rest = text.split("://", 1)
    authority, _, path = rest.partition("/")
    if "@" in authority:
        raise RefusedForSafety(
            "The address has a user name or password in it, which is not sent.",
            "Leave it out, or clone the code and pass the folder.",
        )
    try:
        host, port = urlsplit(f"{scheme}://{authority}").hostname, urlsplit(f"{scheme}://{authority}").port
    except ValueError:
        host, port = None, None
    if not host or not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", authority) or host.startswith("-"):
        raise BadReference(f"{text!r} has no host that can be asked.", f"Use {_FORMS}.")
    trusted = bool({host, f"{host}:{port}"} & trusted_hosts)
    if scheme == "http" and not trusted:
        raise RefusedForSafety(f"{text!r} is not encrypted; what comes over it cannot be trusted.", "Use https.")
    if host in ("github.com", "www.github.com"):
        path = re.sub(r"^([^/]+/[^/@]+?)(?:\.git)?/(?:tree|blob)/([^/]+)/?(.*)$", r"\1@\2//\3", path.rstrip("/"))
        return parse_reference(f"github:{path}")
    match = re.fullmatch(r"((?:[A-Za-z0-9_~.+-]+/)*?[A-Za-z0-9_~.+-]+\.git)(@[^/].*?)?(//.*)?/?", path)
    if match is None:
        match = re.fullmatch(r"((?:[A-Za-z0-9_~.+-]+/)*[A-Za-z0-9_~.+-]+)(@[^/].*?)?(//.*)?/?", path)
    if match is None or ".." in match[1].split("/"):
        raise BadReference(
            f"{text!r} is no address of a git repository.", "Use https://host/name.git[@ref][//sub/path]."
        )
    location = f"{scheme}://{authority}/{match[1]}"
    ref = _checked_ref(match[2][1:], text) if match[2] else None
    return CodeReference("git", location, location, ref, _checked_sub(match[3] or "", text))
