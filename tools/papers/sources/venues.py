"""The venues, in the order in which they are asked whether an address is theirs."""

from __future__ import annotations

from urllib.parse import urlsplit

from .aaai import Aaai
from .acl import Acl
from .cvf import Cvf
from .doi import Doi
from .jmlr import Jmlr
from .neurips import DATASETS, ICLR, MLSYS, NEURIPS
from .openreview import OpenReview
from .pmlr import Pmlr
from .venue import Venue
from .web import AnyUrl

ACL, AAAI = Acl(), Aaai()
_PUBLISHERS: tuple[Venue, ...] = (
    *(OpenReview(), ACL, Cvf(), Pmlr(), NEURIPS, DATASETS, ICLR, MLSYS),
    *(AAAI, Jmlr()),
)
VENUES: dict[str, Venue] = {venue.name: venue for venue in (*_PUBLISHERS, Doi(_PUBLISHERS), AnyUrl())}


def at_venue(url: str) -> tuple[str, str] | None:
    """The venue and key that an address names; None where it is no web address. Raises `ValueError` for a malformed one."""
    parts = urlsplit(url)
    for venue in VENUES.values():
        if key := venue.from_url(parts):
            return _settled(venue.name, key)
    return None


def by_key(name: str, text: str) -> tuple[str, str] | None:
    """The venue and key that an id such as `acl:P16-1162` names, or None."""
    venue = VENUES.get(name.lower())
    key = venue.from_key(text) if venue else None
    return _settled(name.lower(), key) if key else None


def bare(text: str) -> tuple[str, str] | None:
    """The venue and key of an id that needs no prefix: of the ACL Anthology, or a DOI."""
    return by_key("acl", text) or by_key("doi", text)


def _settled(name: str, key: str) -> tuple[str, str]:
    """DOIs that have a venue's own id in them are that id."""
    if name == "doi":
        for venue in (ACL, AAAI):
            if own := venue.from_doi(key):
                return venue.name, own
    return name, key
