"""The smoke checks, one file each, in the order in which they run: cheap ones first.

Each file has `check(run)`, which returns `run.verdict(passed, measured, expected, why)` or raises `run.not_run(reason)`; one that says
`REQUIRED = True` ends the run when it does not pass, as `import` does. Standard library and torch only, since the user's interpreter runs them.
"""

CHECKS = {
    "import": "importing.py",
    "forward": "forward.py",
    "finite_loss": "finite_loss.py",
    "initial_loss": "initial_loss.py",
    "gradient_flow": "gradient_flow.py",
    "parameter_count": "parameter_count.py",
    "determinism": "determinism.py",
    "eval_mode": "eval_mode.py",
    "batch_leakage": "batch_leakage.py",
    "single_example": "single_example.py",
    "causal_leakage": "causal_leakage.py",
    "state_dict": "state_dict.py",
    "mixed_precision": "mixed_precision.py",
    "checkpointing": "checkpointing.py",
    "cost": "cost.py",
    "overfit": "overfit.py",
    "compile": "compiled.py",
    "distributed": "distributed.py",
}
"""File of each check by name."""

ALWAYS = ("import", "forward")
"""What the others stand on; they run whatever was asked for."""

ON_REQUEST = ("compile", "distributed")
"""Checks that take tens of seconds: they run only when they are named."""
