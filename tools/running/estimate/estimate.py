"""`estimate_compute`: what a model would need, before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from paper_implementer.knowledge.facts import Fact
from paper_implementer.knowledge.gpus import Gpu, NoSuchGpu, find_gpu
from paper_implementer.tools.errors import BadReference
from paper_implementer.tools.worker import Progress, no_progress

from .architecture import Architecture
from .measured import Measured, measure
from .memory import Memory, Plan, activation_memory, kv_cache, state_memory
from .names import read_architecture
from .report import Estimate, Flops, MemoryBytes
from .verdict import RESERVED, scale_down, verdict

UTILISATION = 0.4
"""Share of the peak that training reaches where nothing else is said: a convention, stated with every answer."""

_PLAN = ("optimizer", "gpus", "sharding", "checkpointing", "flash", "training", "trained")
_WORK = ("tokens", "examples", "steps", "epochs", "utilisation", "parameters")


async def estimate_compute(
    target: str | None = None,
    settings: dict[str, Any] | None = None,
    batch: int = 1,
    sequence: int | None = None,
    image: int | None = None,
    precision: str = "mixed",
    gpu: str | None = None,
    *,
    home: Path | None = None,
    python: str | None = None,
    isolation: str = "auto",
    progress: Progress = no_progress,
) -> Estimate:
    """Tell parameters, operations, memory and hours of a model from its sizes, or of code by measuring it small.

    **Arguments:**

    - `target`: what `smoke_run` takes; measured in the sandbox. `settings`: sizes of a transformer under any usual name.
    - `settings` may hold how it is trained too: optimizer, gpus, sharding (ZeRO stage), checkpointing, flash, trained, training;
      and how long: tokens, examples, steps, utilisation.
    - `batch`: examples on one device at a time; `sequence` in tokens, `image` in pixels a side.

    **Raises:** `BadReference` for settings that are none; what `smoke_run` raises for a target.
    """
    if (target is None) == (not settings):
        raise BadReference(
            "An estimate needs either code or sizes.",
            'Pass target="model.py:Net", or settings={"family": "llama", "layers": 32, "hidden_size": 4096, "heads": 32, "vocabulary_size": 32000}.',
        )
    given = dict(settings or {})
    work = {name: given.pop(name) for name in _WORK if name in given}
    plan = _plan({name: given.pop(name) for name in _PLAN if name in given}, batch, precision)
    chosen = _gpu(gpu)
    if target is not None:
        measured = await measure(target, home=home, python=python, isolation=isolation, progress=progress)
        return _of_code(measured, plan, chosen, work)
    model, assumptions = read_architecture(given | ({"image_size": image} if image else {}))
    length = model.patches if model.kind == "vision" else sequence or model.learned_positions or 0
    if not length:
        raise BadReference("The length of a sequence is not known.", "Pass sequence, in tokens.")
    if model.kind != "vision" and sequence is None:
        assumptions.append(f"sequences have the greatest length that the settings name, {length} tokens")
    return _of_sizes(model, plan.model_copy(update={"sequence": length}), chosen, work, assumptions)


def _plan(given: dict[str, Any], batch: int, precision: str) -> Plan:
    try:
        plan = Plan.model_validate({**given, "batch": batch, "precision": precision})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadReference(
            f"{'.'.join(map(str, first['loc']))} cannot be {first['input']!r}: {first['msg']}.",
            "Precisions are fp32, mixed, bf16 and fp16; optimizers none, sgd, momentum, lion, adafactor, adamw8bit and adamw.",
        ) from None
    if plan.batch < 1 or plan.gpus < 1 or not 0 <= plan.sharding <= 3 or not 0 < plan.trained <= 1:
        raise BadReference(
            "The plan of training is out of range.",
            "batch and gpus are at least 1, sharding 0 to 3, trained above 0 and at most 1.",
        )
    return plan


def _gpu(asked: str | None) -> Gpu | None:
    try:
        return find_gpu(asked) if asked else None
    except NoSuchGpu as error:
        raise BadReference(f"{str(error)[0].upper()}{str(error)[1:]}.", "Name one of them, or leave gpu out.") from None


def _of_sizes(
    model: Architecture, plan: Plan, gpu: Gpu | None, work: dict[str, Any], assumptions: list[str]
) -> Estimate:
    parameters = model.parameters()
    forward = model.forward_flops(plan.sequence, plan.target)

    def memory(plan: Plan) -> Memory:
        weights, gradients, optimizer = state_memory(parameters["total"], plan)
        cache = 0
        if not plan.training and model.kind in ("decoder", "encoder-decoder"):
            cache = kv_cache(model, plan.batch, plan.sequence, 4 if plan.precision == "fp32" else 2)
        return Memory(
            weights=weights,
            gradients=gradients,
            optimizer=optimizer,
            activations=activation_memory(model, plan),
            kv_cache=cache,
        )

    assumptions = [*assumptions, *_assumptions(plan)]
    examples = _examples(work, plan, assumptions, tokens=plan.sequence)
    return _estimate(parameters, forward, memory, plan, gpu, work, examples, assumptions)


def _of_code(measured: Measured, plan: Plan, gpu: Gpu | None, work: dict[str, Any]) -> Estimate:
    def memory(plan: Plan) -> Memory:
        weights, gradients, optimizer = state_memory(measured.parameters["total"], plan)
        width = 0.5 if plan.precision != "fp32" else 1.0
        kept = (measured.activation_bytes_example or 0) * plan.batch * width
        if plan.checkpointing:
            kept = kept**0.5 * (measured.activation_bytes_example or 0) ** 0.5
        return Memory(weights=weights, gradients=gradients, optimizer=optimizer, activations=int(kept))

    assumptions = [*measured.notes, *_assumptions(plan)]
    examples = _examples(work, plan, assumptions, tokens=None)
    return _estimate(measured.parameters, measured.forward_example, memory, plan, gpu, work, examples, assumptions)


def _assumptions(plan: Plan) -> list[str]:
    said = {
        "fp32": "everything in float32",
        "mixed": "float32 weights, gradients and states, 16-bit products (autocast)",
        "bf16": "weights and gradients in 16 bits, float32 copies with the optimizer (ZeRO, arXiv:1910.02054, section 3.1)",
        "fp16": "weights and gradients in 16 bits, float32 copies with the optimizer (ZeRO, arXiv:1910.02054, section 3.1)",
    }
    found = [said[plan.precision]]
    if plan.training:
        found += [
            f"the optimizer is {plan.optimizer}",
            "activations after arXiv:2205.05198, section 4.1, "
            + ("without" if plan.flash else "with")
            + " the matrices of scores; masks of dropout and what unfused activations keep besides are not in it",
            "a step costs three forward passes" + (", four with recomputing" if plan.checkpointing else ""),
        ]
    return [*found, "buffers of the allocator, of communication and of CUDA itself are not counted but for the reserve"]


def _examples(work: dict[str, Any], plan: Plan, assumptions: list[str], tokens: int | None) -> float | None:
    """How many examples all of training sees."""
    try:
        if "tokens" in work and tokens:
            return float(work["tokens"]) / tokens
        if "examples" in work:
            return float(work["examples"]) * float(work.get("epochs", 1))
        if "steps" in work:
            assumptions.append(f"a step has {plan.batch * plan.gpus} examples: the batch of all GPUs")
            return float(work["steps"]) * plan.batch * plan.gpus
    except (TypeError, ValueError):
        raise BadReference("tokens, examples, steps and epochs are numbers.", "Write 1e12, not '1T'.") from None
    return None


def _estimate(
    parameters: dict[str, int],
    forward: int | None,
    memory: Any,
    plan: Plan,
    gpu: Gpu | None,
    work: dict[str, Any],
    examples: float | None,
    assumptions: list[str],
) -> Estimate:
    held: Memory = memory(plan)
    passes = (4 if plan.checkpointing else 3) if plan.training else 1
    limit = gpu.memory_gib * 2**30 * (1 - RESERVED) if gpu else None
    hours = None
    facts: list[Fact] = []
    total = forward * passes * examples if forward is not None and examples is not None else None
    if gpu:
        rate = _rate(gpu, plan, assumptions)
        facts = _facts(gpu, plan)
        utilisation = float(work.get("utilisation", UTILISATION))
        if not 0 < utilisation <= 1:
            raise BadReference(
                f"A utilisation of {utilisation:g} is none.", "It is a share of the peak, above 0 and at most 1."
            )
        if rate is not None and total is not None:
            hours = total / (rate * 1e12 * utilisation * plan.gpus) / 3600
            said = "as given" if "utilisation" in work else "a usual share; ask with utilisation for another"
            assumptions.append(
                f"{utilisation:.0%} of the peak of {rate:g} TFLOPS is reached on {plan.gpus} GPU(s): {said}"
            )
    fits = held.total <= limit if limit is not None else None
    down = scale_down(plan, memory, limit) if plan.training or fits is False else []
    return Estimate(
        parameters=parameters,
        flops=Flops(
            forward_example=forward,
            training_step=forward * passes * plan.batch if forward is not None and plan.training else None,
            training_total=total if plan.training else None,
        ),
        memory=MemoryBytes(**held.model_dump(), total=held.total),
        hours=hours,
        fits=fits,
        verdict=verdict(held, gpu, plan, fits, hours, down),
        scale_down=down,
        assumptions=assumptions,
        gpu=facts,
    )


def _rate(gpu: Gpu, plan: Plan, assumptions: list[str]) -> float | None:
    wanted = {"fp32": "fp32", "mixed": "bf16"}.get(plan.precision, plan.precision)
    if wanted in gpu.tflops:
        return gpu.tflops[wanted]
    if plan.precision == "mixed" and "fp16" in gpu.tflops:
        assumptions.append(f"{gpu.name} has no bfloat16: products are in float16, with loss scaling")
        return gpu.tflops["fp16"]
    assumptions.append(f"the table has no rate of {gpu.name} in {wanted}")
    return None


def _facts(gpu: Gpu, plan: Plan) -> list[Fact]:
    found = [
        Fact(
            key="hardware.memory",
            value=gpu.memory_gib,
            unit="GiB",
            scope=gpu.name,
            source=gpu.memory.source,
            note=gpu.note,
        )
    ]
    for name in ({"fp32": "fp32", "mixed": "bf16"}.get(plan.precision, plan.precision), "fp16"):
        if name in gpu.tflops:
            value = gpu.tflops[name]
            note = f"dense peak in {name}"
            found.append(
                Fact(
                    key="hardware.peak_rate",
                    value=value,
                    unit="TFLOPS",
                    scope=gpu.name,
                    source=gpu.rates.source,
                    note=note,
                )
            )
            break
    return found
