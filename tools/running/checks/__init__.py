"""The smoke checks, one file each, cheap first; standard library and torch only, since the user's interpreter runs them.

Each file has one function, `check(subject) -> dict`, that returns `status` (pass, fail, not_run), `measured`, `expected` and `why`.
What it raises is a failed check at the line of the user's code that raised it.
"""

from __future__ import annotations

ORDER = ("import", "parameter_count", "forward", "finite_loss", "gradient_flow", "determinism", "batch_independence")
"""Names of the checks in the order in which they run; `import` is done by the harness itself."""
