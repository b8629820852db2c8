"""The prompt beside peft on a small GPT-2."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.soft_prompt import SoftPrompt
from tests.support.agreement import assert_same


# peft asks a model of transformers by a name that the latter is about to give up.
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_agrees_with_peft() -> None:
    from peft import PromptTuningConfig, get_peft_model
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=30, n_positions=32, bos_token_id=0, eos_token_id=0)
    model = GPT2LMHeadModel(config).eval()
    ids = torch.randint(0, 30, (2, 6))
    mask = torch.ones(2, 6, dtype=torch.long)
    words = model.get_input_embeddings()(ids).detach()
    theirs = get_peft_model(model, PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)).eval()
    prompt = SoftPrompt(theirs.prompt_encoder["default"].embedding.weight)
    expected = theirs(input_ids=ids, attention_mask=mask).logits
    embedded, seen = prompt(words, mask)
    assert_same(model(inputs_embeds=embedded, attention_mask=seen).logits.detach(), expected.detach())


def test_only_the_prompt_learns_and_it_stands_in_front() -> None:
    start = torch.randn(3, 4, requires_grad=True)
    prompt = SoftPrompt(start)
    embedded, mask = prompt(torch.randn(2, 5, 4), torch.tensor([[1] * 5, [0, 0, 1, 1, 1]]))
    assert mask.tolist() == [[1] * 8, [1, 1, 1, 0, 0, 1, 1, 1]]
    embedded.sum().backward()
    assert start.grad is None
    assert prompt.prompt.grad is not None
