"""Do two processes that share a batch get the gradients of one?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

WORLD = 2
SECONDS = 90.0
TOLERANCE = 1e-3


def _halves(run: Any) -> list[tuple[Any, ...]]:
    """The inputs, once for each process."""
    torch = run.torch
    batched = [i for i in run.inputs if torch.is_tensor(i) and i.dim()]
    size = batched[0].shape[0] if batched else 0
    if size < WORLD or size % WORLD or any(i.shape[0] != size for i in batched):
        raise run.not_run("the inputs have no common batch that two processes could share")
    part = size // WORLD
    return [
        tuple(i[rank * part : (rank + 1) * part] if torch.is_tensor(i) and i.dim() else i for i in run.inputs)
        for rank in range(WORLD)
    ]


def _value(run: Any, model: Any, inputs: tuple[Any, ...]) -> Any:
    """A mean over the batch, so that the mean over processes is that of the whole; weights do not depend on the example."""
    torch = run.torch
    total = 0.0
    for output in run.tensors(model(*inputs)):
        if output.dim() == 0:
            total = total + output
            continue
        weights = torch.randn(output.shape[1:], generator=torch.Generator().manual_seed(0)).to(output.device)
        total = total + (output * weights).mean()
    return total


def work(run: Any, worker: dict[str, Any]) -> None:
    """One of the processes: its share of the batch through DDP and FSDP; the first one leaves the gradients in a file."""
    torch = run.torch
    torch.set_num_threads(1)
    distributed = torch.distributed
    distributed.init_process_group(
        worker["backend"], init_method=f"file://{worker['meeting']}", rank=worker["rank"], world_size=WORLD
    )
    device = run.device
    if worker["backend"] == "nccl":
        torch.cuda.set_device(worker["rank"])
        device = f"cuda:{worker['rank']}"
    inputs = tuple(i.to(device) if torch.is_tensor(i) else i for i in _halves(run)[worker["rank"]])
    found: dict[str, Any] = {}
    plain = run.fresh(0).eval().to(device)
    wrapped = torch.nn.parallel.DistributedDataParallel(plain, find_unused_parameters=True)
    _value(run, wrapped, inputs).backward()
    found["ddp"] = {n: p.grad.cpu() for n, p in plain.named_parameters() if p.grad is not None}
    try:
        from torch.distributed.fsdp import fully_shard

        sharded = run.fresh(0).eval().to(device)
        fully_shard(sharded, mesh=torch.distributed.init_device_mesh("cuda" if "cuda" in device else "cpu", (WORLD,)))
        _value(run, sharded, inputs).backward()
        found["fsdp"] = {n: p.grad.full_tensor().cpu() for n, p in sharded.named_parameters() if p.grad is not None}
    except (ImportError, NotImplementedError, RuntimeError, ValueError) as error:
        found["fsdp"] = f"{type(error).__name__}: {str(error)[:200]}"
    if worker["rank"] == 0:
        torch.save(found, worker["result"])
    distributed.barrier()
    distributed.destroy_process_group()


def _start(run: Any, folder: str, rank: int, backend: str) -> subprocess.Popen[bytes]:
    worker = {
        "rank": rank,
        "backend": backend,
        "meeting": str(Path(folder, "meeting")),
        "result": str(Path(folder, "gradients")),
        "check": __file__,
    }
    nothing = os.open(os.devnull, os.O_WRONLY)
    process = subprocess.Popen(
        [sys.executable, run.program, str(nothing), "2"], stdin=subprocess.PIPE, pass_fds=[nothing]
    )
    os.close(nothing)
    assert process.stdin is not None
    process.stdin.write(json.dumps({**run.order, "nonce": "", "worker": worker}).encode() + b"\n")
    process.stdin.close()
    return process


def check(run: Any) -> Any:
    """Average gradients of half batches over two processes (gloo on a CPU, nccl on two GPUs) and compare with the whole batch."""
    torch = run.torch
    if not torch.distributed.is_available():
        raise run.not_run("this torch has no distributed part")
    _halves(run)
    backend = "nccl" if run.device == "cuda" and torch.cuda.device_count() >= WORLD else "gloo"
    model = run.fresh(0).eval()
    _value(run, model, run.inputs).backward()
    whole = {n: p.grad.cpu() for n, p in model.named_parameters() if p.grad is not None}
    with tempfile.TemporaryDirectory() as folder:
        processes = [_start(run, folder, rank, backend) for rank in range(WORLD)]
        try:
            statuses = [process.wait(SECONDS) for process in processes]
        except subprocess.TimeoutExpired:
            return run.verdict(
                False, {"backend": backend}, "equal gradients", f"the processes did not meet within {SECONDS:g} s"
            )
        finally:
            for process in processes:
                process.kill()
                process.wait()
        if any(statuses):
            return run.verdict(
                False, {"backend": backend, "statuses": statuses}, "equal gradients", "a process failed: see the log"
            )
        found = torch.load(Path(folder, "gradients"), weights_only=True)
    measured: dict[str, Any] = {"backend": backend, "processes": WORLD}
    for kind, gradients in found.items():
        if isinstance(gradients, str):
            measured[kind] = f"not run: {gradients}"
            continue
        missing = sorted(set(whole) - set(gradients))
        if missing:
            return run.verdict(False, measured, "equal gradients", f"with {kind} {missing[0]} gets no gradient")
        distances = {n: float((g - gradients[n]).abs().max() / g.abs().max().clamp(min=1e-8)) for n, g in whole.items()}
        where = max(distances, key=distances.__getitem__, default="")
        measured[kind] = {"largest_relative_difference": distances.get(where, 0.0)}
        if distances.get(where, 0.0) > TOLERANCE:
            return run.verdict(False, measured, "equal gradients", f"with {kind} gradients differ, most in {where}")
    return run.verdict(True, measured, "equal gradients")
