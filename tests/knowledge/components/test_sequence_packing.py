"""Packed examples are answered as each of them alone."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.sequence_packing import pack, packed_mask


def test_a_model_answers_packed_as_it_does_alone() -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(n_layer=2, n_head=2, n_embd=8, vocab_size=30, n_positions=32, bos_token_id=0, eos_token_id=0)
    model = GPT2LMHeadModel(config).eval()
    examples = [torch.randint(1, 30, (n,)) for n in (5, 9, 3, 7, 4)]
    tokens, positions, numbers = pack(examples, 12)
    assert len(tokens) < len(examples)
    bias = torch.zeros(packed_mask(numbers).shape).masked_fill(~packed_mask(numbers), float("-inf"))
    packed = model(tokens, attention_mask=bias, position_ids=positions).logits
    seen = 0
    for row in range(len(tokens)):
        for number in range(1, int(numbers[row].max()) + 1):
            place = numbers[row] == number
            alone = model(tokens[row, place].unsqueeze(0)).logits[0]
            torch.testing.assert_close(packed[row, place], alone, rtol=1e-4, atol=1e-5)
            seen += int(place.sum())
    assert seen == sum(map(len, examples))


def test_an_example_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="9 tokens does not fit into 8"):
        pack([torch.ones(9)], 8)
