"""Masking beside the collator of transformers, with the same draws, and its shares over many tokens."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.bert_masking import mask_tokens


def test_agrees_with_transformers() -> None:
    from transformers import BertTokenizerFast, DataCollatorForLanguageModeling

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"w{n}" for n in range(95))]
    tokenizer: Any = BertTokenizerFast(vocab={word: at for at, word in enumerate(words)})
    collator: Any = DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15)
    tokens = torch.randint(0, 100, (8, 64))
    special = tokens < 4
    torch.manual_seed(1)
    theirs = collator.torch_mask_tokens(tokens.clone(), special_tokens_mask=special)
    torch.manual_seed(1)
    mine = mask_tokens(tokens, mask=4, vocabulary=len(tokenizer), special=special)
    assert torch.equal(mine[0], theirs[0])
    assert torch.equal(mine[1], theirs[1])


def test_the_shares_are_those_of_the_paper_and_special_tokens_are_spared() -> None:
    tokens = torch.randint(5, 30_000, (200, 512))
    tokens[:, 0] = 2
    shown, labels = mask_tokens(tokens, mask=4, vocabulary=30_000, special=tokens == 2)
    chosen = labels != -100
    assert not chosen[:, 0].any()
    assert float(chosen.float().mean()) == pytest.approx(0.15, abs=0.005)
    assert float((shown[chosen] == 4).float().mean()) == pytest.approx(0.8, abs=0.015)
    assert float((shown[chosen] == tokens[chosen]).float().mean()) == pytest.approx(0.1, abs=0.015)
    assert torch.equal(labels[chosen], tokens[chosen])
    assert torch.equal(shown[~chosen], tokens[~chosen])
