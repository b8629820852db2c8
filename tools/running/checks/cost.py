"""What does a step cost?"""

from __future__ import annotations

import time
from typing import Any

SECONDS, MOST = 2.0, 20


def check(run: Any) -> Any:
    """Count FLOPs of one forward pass, bytes kept for the backward pass, and steps a second; on a GPU its peak memory too."""
    torch = run.torch
    model = run.fresh(0).train()
    measured: dict[str, Any] = {}
    kept: dict[int, int] = {}
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}

    def keep(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    try:
        from torch.utils.flop_counter import FlopCounterMode

        with FlopCounterMode(display=False) as counter, torch.no_grad():
            run.forward(model)
        measured["forward_flops"] = int(counter.get_total_flops())
    except ImportError:
        measured["forward_flops"] = None
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        value, _ = run.loss(run.forward(model))
    measured["activation_bytes"] = sum(kept.values())
    value.backward()
    if run.device == "cuda":
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
    began, steps = time.perf_counter(), 0
    while steps < MOST and time.perf_counter() - began < SECONDS:
        model.zero_grad()
        value, _ = run.loss(run.forward(model))
        value.backward()
        if run.device == "cuda":
            torch.cuda.synchronize()
        steps += 1
    measured["steps_per_second"] = round(steps / (time.perf_counter() - began), 2)
    if run.device == "cuda":
        measured["peak_allocated_mb"] = round(torch.cuda.max_memory_allocated() / 2**20, 1)
        measured["peak_reserved_mb"] = round(torch.cuda.max_memory_reserved() / 2**20, 1)
    return run.verdict(True, measured, "what the hardware allows")
