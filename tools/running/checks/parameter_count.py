"""How many parameters are there?"""

from __future__ import annotations

from typing import Any


def check(run: Any) -> Any:
    """Count parameters, shared ones once; as the code sets them too, where the run was made smaller."""
    parameters = list(run.fresh(0).parameters())
    total = sum(p.numel() for p in parameters)
    measured = {"total": total, "trainable": sum(p.numel() for p in parameters if p.requires_grad)}
    if run.builder.shrunk:
        measured["at_full_size"] = run.builder.full_size
    return run.verdict(True, measured, "the count that the paper states", "" if total else "it has no parameter")
