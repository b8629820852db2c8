"""Progress over several pieces of work that each count in units of their own: bytes, then pages."""

from __future__ import annotations

from paper_implementer.tools.worker import Progress

TOTAL = 100.0


class Stages:
    """Makes one count from 0 to 100 of several, which never goes back, as the protocol demands.

    **Arguments:**

    - `listener`: told of every step.
    """

    def __init__(self, listener: Progress) -> None:
        self._listener = listener
        self._reached = 0.0

    def between(self, start: float, end: float) -> Progress:
        """A listener for one piece of work, which takes the count from `start` to `end` as far as it was not there already."""

        def tell(done: float, total: float | None, message: str) -> None:
            share = min(1.0, done / total) if total else 0.0
            reached = start + (end - start) * share
            if reached > self._reached:
                self._reached = reached
                self._listener(reached, TOTAL, message)

        return tell
