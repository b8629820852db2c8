"""Perplexity of a language model, per token, word and byte, and of texts longer than its context."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional


def token_losses(logits: Tensor, tokens: Tensor, ignore: Tensor | None = None) -> Tensor:
    """Nats of each next token: `(batch, length, vocabulary), (batch, length) -> (tokens,)`.

    **Arguments:**

    - `logits`: position i predicts token i + 1, so that the last one predicts nothing.
    - `ignore`: `(batch, length)` true where a token is not scored: padding, the prompt.
    """
    # float32: half precision loses whole units of a sum over thousands of tokens.
    losses = functional.cross_entropy(logits[:, :-1].float().flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
    return losses if ignore is None else losses[~ignore[:, 1:].flatten()]


def perplexity(logits: Tensor, tokens: Tensor, ignore: Tensor | None = None) -> float:
    """exp of the mean nats of the scored tokens of one batch: `(batch, length, vocabulary), (batch, length) -> number`.

    Over several batches sum the losses and the counts, then divide: a mean of means weights short batches too much.
    """
    losses = token_losses(logits, tokens, ignore)
    if losses.numel() == 0:
        raise ValueError("no token is scored")
    return math.exp(float(losses.double().mean()))


def per_unit(total_nats: float, units: int) -> float:
    """Perplexity per word or character from the nats of the whole text: comparable between tokenizers: `number -> number`."""
    return math.exp(total_nats / units)


def bits_per_byte(total_nats: float, size: int) -> float:
    """Bits for each of the `size` bytes of the UTF-8 text: `number -> number`."""
    return total_nats / math.log(2) / size


def sliding_windows(length: int, context: int, stride: int) -> Iterator[tuple[int, int, int]]:
    """Windows that score each token of a long text once: `(begin, end, first scored)`.

    A token is scored with at least `context - stride` tokens before it, except in the first window.
    """
    if not 1 <= stride <= context:
        raise ValueError(f"a stride of {stride} skips tokens of windows of {context}")
    scored = 0
    for begin in range(0, length, stride):
        end = min(begin + context, length)
        yield begin, end, scored
        scored = end
        if end == length:
            return


def window_mask(begin: int, end: int, scored: int) -> Tensor:
    """What a window must not score again: `-> (1, end - begin)` true for tokens before `scored`."""
    return torch.arange(begin, end)[None] < scored
