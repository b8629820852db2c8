"""Beam search beside transformers and beside a look at every sequence."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.beam_search import beam_search

END = 2


def markov(seed: int, size: int = 6) -> Any:
    """A model that looks at the last token only."""
    table = (torch.randn(size, size, generator=torch.Generator().manual_seed(seed)) * 2).log_softmax(-1)
    return lambda tokens: table[tokens[:, -1]]


@pytest.mark.parametrize("beams", [2, 4])
@pytest.mark.parametrize("penalty", [0.0, 1.0, 2.0])
def test_finds_what_transformers_finds_or_better(penalty: float, beams: int) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(int(penalty) + beams)
    config = GPT2Config(
        vocab_size=12,
        n_positions=32,
        n_embd=16,
        n_layer=1,
        n_head=2,
        bos_token_id=1,
        eos_token_id=END,
        pad_token_id=0,
        initializer_range=1.0,
    )
    model: Any = GPT2LMHeadModel(config).eval()
    start = torch.tensor([1, 5])
    theirs = model.generate(
        start[None],
        attention_mask=torch.ones(1, 2, dtype=torch.int64),
        num_beams=beams,
        max_new_tokens=8,
        do_sample=False,
        length_penalty=penalty,
        early_stopping=False,
    )[0]

    def following(tokens: Tensor) -> Tensor:
        with torch.no_grad():
            return model(tokens).logits[:, -1].log_softmax(-1)

    mine = beam_search(following, start, END, beams, 8, penalty)

    def score(tokens: Tensor) -> float:
        total = sum(float(following(tokens[None, :at])[0, tokens[at]]) for at in range(2, len(tokens)))
        return total / (len(tokens) - 2) ** penalty

    theirs = theirs[: int((theirs[2:] == END).nonzero()[0]) + 3] if (theirs[2:] == END).any() else theirs
    # transformers may stop a little earlier, when it expects nothing better.
    assert score(mine) >= score(theirs) - 1e-4
    if penalty == 0:
        assert mine.tolist() == theirs.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_a_wide_beam_finds_the_best_of_all_sequences(seed: int) -> None:
    following, longest = markov(seed), 4
    best, sequences = None, []
    for length in range(1, longest + 1):
        for body in itertools.product(range(6), repeat=length):
            ends = [at for at, token in enumerate(body) if token == END]
            if ends == [length - 1] or (length == longest and not ends):
                sequences.append(body)
    for body in sequences:
        tokens = [1, *body]
        total = sum(float(following(torch.tensor([[tokens[at]]]))[0, tokens[at + 1]]) for at in range(len(body)))
        best = max(best or (float("-inf"), ()), (total / len(body), tuple(tokens)))
    assert best is not None
    found = beam_search(following, torch.tensor([1]), END, beams=6**3, longest=longest)
    assert tuple(found.tolist()) == best[1]


def test_the_penalty_of_gnmt_is_another_one() -> None:
    lengths = {gnmt: len(beam_search(markov(3), torch.tensor([1]), END, 4, 12, 3.0, gnmt)) for gnmt in (False, True)}
    assert lengths[True] <= lengths[False]
