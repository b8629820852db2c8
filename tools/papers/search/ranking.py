"""The order of papers that several sources have ranked, each in its own way."""

from __future__ import annotations

from .merge import Cluster
from .query import Query
from .text import folded

DAMPING = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""
TELLING_WORDS = 3
"""From so many words on, a part of a title tells a paper."""


def ranked(clusters: list[Cluster], query: Query) -> list[Cluster]:
    """Papers whose title was asked for, then those that the sources put high together. Ties keep their order."""
    asked = folded(query.text)
    return sorted(clusters, key=lambda cluster: (_title_distance(cluster, asked), -_fused(cluster)))


def _title_distance(cluster: Cluster, asked: str) -> int:
    """0: the title is what was asked for; 1: one begins with the other; 2: neither."""
    titles = {folded(record.title) for record in cluster}
    if asked in titles:
        return 0
    pairs = [sorted((title, asked), key=len) for title in titles]
    near = any(long.startswith(f"{short} ") for short, long in pairs if len(short.split()) >= TELLING_WORDS)
    return 1 if near else 2


def _fused(cluster: Cluster) -> float:
    """Reciprocal rank fusion: the best rank in each source counts."""
    best: dict[str, int] = {}
    for record in cluster:
        best[record.source] = min(record.rank, best.get(record.source, record.rank))
    return sum(1 / (DAMPING + 1 + rank) for rank in sorted(best.values()))
