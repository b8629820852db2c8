"""What the user typed -> a `Reference`: a paper of arXiv or of another venue, a local file or folder, an id of the library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import BadReference, NotFound, RefusedForSafety

from .sources.venues import at_venue, bare, by_key

ACCEPTED = (
    "Pass an arXiv id or URL (1706.03762, https://arxiv.org/abs/1706.03762v5), an address at OpenReview, ACL Anthology, CVF, "
    "PMLR, NeurIPS, AAAI or JMLR, a DOI, the https address of a PDF, a local .pdf, .tex, folder, .tar.gz or .zip, or an id of "
    "the library."
)

MAX_LENGTH = 1000

_ARCHIVE = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_MONTH = r"(?:0[1-9]|1[0-2])"
# Four digits until December 2014, five since (https://info.arxiv.org/help/arxiv_identifier.html).
_NEW_ID = rf"(?P<new>(?:0[7-9]|1[0-4]){_MONTH}\.\d{{4}}|(?:1[5-9]|[2-8]\d){_MONTH}\.\d{{5}})"
_OLD_ID = rf"(?P<archive>{_ARCHIVE})(?:\.[A-Za-z]{{2}})?/?(?P<old>\d{{2}}{_MONTH}\d{{3}})"
_ARXIV_ID = re.compile(rf"(?:{_NEW_ID}|{_OLD_ID})(?:v(?P<version>[1-9]\d{{0,3}}))?", re.ASCII)
_LIBRARY_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-[0-9a-f]{8}", re.ASCII)
_PREFIX = re.compile(r"arxiv\s*:\s*|(?:doi:\s*)?10\.48550/arxiv\.", re.IGNORECASE)
_ARXIV_PATH = re.compile(
    r"/(?:abs|pdf|html|e-print|src|format|ps|papers|10\.48550)/(?:arxiv\.)?(?P<id>.+?)(?:\.pdf|\.tar\.gz)?/?",
    re.IGNORECASE,
)
_ARXIV_MIRRORS = ("arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org", "alphaxiv.org", "huggingface.co", "doi.org")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST_FIRST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,10}/\S", re.IGNORECASE)
_WITH_PREFIX = re.compile(r"([A-Za-z-]{2,20}):\s*(?!//)(\S+)")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\ud800-\udfff]")
_FILE_SUFFIXES = (".pdf", ".tex", ".tar.gz", ".tgz", ".tar", ".gz", ".zip", ".html", ".htm")


@dataclass(frozen=True)
class ArxivReference:
    """A paper on arXiv.

    **Arguments:**

    - `id`: without the version: `1706.03762`, or old style `hep-th/9901001`.
    - `version`: None means the newest.
    """

    id: str
    version: int | None = None

    @property
    def versioned(self) -> str:
        """The id as arXiv's own addresses have it, with the version if there is one."""
        return f"{self.id}v{self.version}" if self.version else self.id


@dataclass(frozen=True)
class LocalReference:
    """A file or folder that exists on this machine."""

    path: Path


@dataclass(frozen=True)
class LibraryReference:
    """A paper that was fetched before from a local file."""

    id: str


@dataclass(frozen=True)
class VenueReference:
    """A paper at another venue than arXiv.

    **Arguments:**

    - `venue`: its name in `sources.venues.VENUES`; `key`: the paper's id there; of the venue `url`, the address.
    """

    venue: str
    key: str

    @property
    def id(self) -> str:
        """Venue and key, as ids of the library have them."""
        return f"{self.venue}:{self.key}"


Reference = ArxivReference | VenueReference | LocalReference | LibraryReference


def parse_reference(text: str) -> Reference:
    """Tell what a paper reference means. Does not touch the network.

    **Raises:** `BadReference` for what names no paper; `NotFound` for a path where nothing is; `RefusedForSafety` for an
    address that hides its host.
    """
    typed = text.strip()
    if not typed:
        raise BadReference("The paper reference is empty.", ACCEPTED)
    if len(typed) > MAX_LENGTH:
        raise BadReference(
            f"The paper reference has {len(typed)} characters; {MAX_LENGTH} is the most: {_shown(typed)}", ACCEPTED
        )
    if _FORBIDDEN.search(typed):
        raise BadReference(f"The paper reference has control or invisible characters: {_shown(typed)}", ACCEPTED)
    if typed.startswith("-"):
        raise BadReference(f"{_shown(typed)} looks like an option, not like a paper.", ACCEPTED)
    if re.match(r"file:", typed, re.IGNORECASE):
        raise BadReference(
            f"{_shown(typed)} is a file: address, which is not opened.", "Pass the path of the file itself."
        )
    prefix = _PREFIX.match(typed)
    if on_arxiv := arxiv_id(typed[prefix.end() :] if prefix else typed):
        return on_arxiv
    if prefix:
        raise BadReference(f"{_shown(typed)} is not a well-formed arXiv id.", ACCEPTED)
    if _HAS_SCHEME.match(typed):
        return _from_url(typed)
    if named := _named(typed):
        return named
    if _HOST_FIRST.match(typed) and not _exists(Path(typed)):
        meant = _from_url(f"https://{typed}")
        if not (isinstance(meant, VenueReference) and meant.venue == "url"):
            return meant
    if _LIBRARY_ID.fullmatch(typed) and not _exists(Path(typed)):
        return LibraryReference(typed)
    return _local(typed)


def arxiv_id(text: str) -> ArxivReference | None:
    """The arXiv paper that a bare id names, or None."""
    match = _ARXIV_ID.fullmatch(text)
    if match is None:
        return None
    bare = match["new"] or f"{match['archive']}/{match['old']}"
    return ArxivReference(bare, int(match["version"]) if match["version"] else None)


def _named(typed: str) -> VenueReference | None:
    """A paper by its id at a venue, with the venue's name before a colon or, where ids are plain enough, without."""
    match = _WITH_PREFIX.fullmatch(typed)
    found = by_key(match[1], match[2]) if match else bare(typed)
    return VenueReference(*found) if found else None


def _from_url(url: str) -> Reference:
    url = url.partition("#")[0].strip()
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        raise BadReference(f"{_shown(url)} is not a well-formed URL.", ACCEPTED) from None
    if _FORBIDDEN.search(unquote(url)):
        raise BadReference(f"{_shown(url)} has control or invisible characters in it.", ACCEPTED)
    if parts.scheme.lower() not in ("http", "https") or not host or re.search(r"\s", parts.netloc):
        raise BadReference(f"{_shown(url)} is neither http nor https.", ACCEPTED)
    if "@" in parts.netloc or "\\" in url:
        raise RefusedForSafety(
            f"{_shown(url)} hides its host, which is {_shown(host)}, behind a user name or a backslash.",
            "Pass the address without them.",
        )
    url = _public(url)
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if any(host == m or host.endswith("." + m) for m in _ARXIV_MIRRORS):
        match = _ARXIV_PATH.fullmatch(unquote(parts.path))
        if match and (on_arxiv := arxiv_id(match["id"])):
            return on_arxiv
        if "arxiv" in host:
            raise BadReference(f"{_shown(url)} names no paper of arXiv.", ACCEPTED)
    found = at_venue(url)
    if found is None:
        raise BadReference(f"{_shown(url)} names no paper.", ACCEPTED)
    return VenueReference(*found)


def _public(url: str) -> str:
    """The public address of one on a host that the operator has put in a public one's place."""
    for public, own in config().asked_at().items():
        if url.lower().startswith(f"{own.lower()}/"):
            return public + url[len(own) :]
    return url


def _local(typed: str) -> LocalReference:
    try:
        path = Path(typed).expanduser()
    except RuntimeError:
        raise BadReference(f"{_shown(typed)} names the home of an unknown user.", ACCEPTED) from None
    if _exists(path):
        return LocalReference(path.absolute())
    if typed.lower().endswith(_FILE_SUFFIXES) or typed.startswith(("/", "./", "../", "~")) or path.is_absolute():
        raise NotFound(
            f"There is no file or folder {_shown(typed)}.", f"Check the path; it is relative to {Path.cwd()}."
        )
    raise BadReference(f"{_shown(typed)} names no paper: no arXiv id, no URL, no file or folder that exists.", ACCEPTED)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _shown(text: str) -> str:
    """What was typed, cut and made harmless for a message."""
    return ascii(text if len(text) <= 80 else text[:79] + "…") if _FORBIDDEN.search(text) else repr(text[:80])
