"""Progress of several pieces of work is one count that only grows."""

from __future__ import annotations

from paper_implementer.tools.papers.stages import Stages


def test_pieces_share_one_count_that_never_goes_back() -> None:
    heard: list[tuple[float, float | None, str]] = []
    stages = Stages(lambda *step: heard.append(step))
    fetching, reading = stages.between(10, 50), stages.between(50, 100)
    stages.between(1, 10)(0, None, "asking")
    fetching(5, 10, "half")
    fetching(1, 10, "again from the start")
    fetching(10, 10, "all")
    fetching(10, 10, "all")
    reading(1, 5, "page 1")
    fetching(5, 10, "another form")
    reading(5, 5, "page 5")
    assert heard == [
        (1, 100, "asking"), (30, 100, "half"), (50, 100, "all"), (60, 100, "page 1"), (100, 100, "page 5")
    ]  # fmt: skip
