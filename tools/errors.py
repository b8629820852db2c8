"""The errors of this product.

PaperImplementerError
├── BadReference      what was typed names no paper, code, method or argument
├── NotFound          well-formed, but nothing is there
├── Unreachable       a host did not answer, or answered with a failure
├── RefusedForSafety  possible, but dangerous: private address, escaping archive, unsafe git URL
├── TooLarge          over a limit of size, count or depth
├── Unreadable        it is there and cannot be read: broken, encrypted, not what its name says
├── TimedOut          a limit of time was reached
├── NotInstalled      needs a program or package that is not here
└── Busy              somebody else holds it; try again

Each says what was asked, what happened, and in `hint` what to do.
"""

from __future__ import annotations


class PaperImplementerError(Exception):
    """Base of every error that a client may see.

    **Arguments:**

    - `message`: what was asked and what happened, in one or two sentences.
    - `hint`: what the user can do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def kind(self) -> str:
        """The class name, as clients see it."""
        return type(self).__name__

    def as_dict(self) -> dict[str, str]:
        """The JSON object that the command line prints."""
        return {"kind": self.kind, "message": self.message, "hint": self.hint}

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadReference(PaperImplementerError):
    """What was typed names no paper, code, method or argument."""


class NotFound(PaperImplementerError):
    """Well-formed, but nothing is there."""


class Unreachable(PaperImplementerError):
    """A host did not answer, or answered with a failure."""


class RefusedForSafety(PaperImplementerError):
    """Possible, but dangerous: a private address, an escaping archive, an unsafe git URL."""


class TooLarge(PaperImplementerError):
    """Over a limit of size, count or depth."""


class Unreadable(PaperImplementerError):
    """It is there and cannot be read: broken, encrypted, not what its name says."""


class TimedOut(PaperImplementerError):
    """A limit of time was reached."""


class NotInstalled(PaperImplementerError):
    """Needs a program or package that is not here."""


class Busy(PaperImplementerError):
    """Somebody else holds it; try again."""


KINDS: dict[str, type[PaperImplementerError]] = {
    cls.__name__: cls
    for cls in (
        PaperImplementerError,
        BadReference,
        NotFound,
        Unreachable,
        RefusedForSafety,
        TooLarge,
        Unreadable,
        TimedOut,
        NotInstalled,
        Busy,
    )
}
"""Every error by name, so that a worker process can hand one back to its parent."""
