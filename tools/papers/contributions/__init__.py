"""What a paper claims to contribute, and the results that it reports."""

from __future__ import annotations

from ..paper import Paper
from .model import Contribution, PaperContributions, Result

__all__ = ["Contribution", "PaperContributions", "Result", "paper_contributions"]


def paper_contributions(paper: Paper) -> PaperContributions:
    """Read the claims and the results of a paper, each with the place that says it."""
    from .claims import find_claims
    from .results import find_results

    claims, results = find_claims(paper), find_results(paper)
    reason = None
    if not claims and not results:
        reason = (
            "No sentence of the paper claims a contribution in words that this reader knows, and no table has results."
        )
    return PaperContributions(contributions=claims, results=results, reason=reason)
