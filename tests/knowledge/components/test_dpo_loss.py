"""DPO beside its equation, written token by token."""

from __future__ import annotations

import math

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.dpo_loss import dpo_loss, sequence_log_probability


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_agrees_with_the_equation_token_by_token(smoothing: float) -> None:
    logits = torch.randn(4, 2, 5, 7)  # policy and reference, chosen and rejected
    tokens = torch.randint(0, 7, (4, 2, 5))
    answers = torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 0, 0]]).bool()
    sums = [sequence_log_probability(x, t, answers) for x, t in zip(logits, tokens, strict=True)]
    expected = 0.0
    for pair in range(2):
        logs = []
        for model in range(4):
            total = 0.0
            for at in range(1, 5):
                if answers[pair, at]:
                    row = [math.exp(v) for v in logits[model, pair, at - 1].tolist()]
                    total += math.log(row[int(tokens[model, pair, at])] / sum(row))
            logs.append(total)
        margin = 0.3 * ((logs[0] - logs[2]) - (logs[1] - logs[3]))
        right = 1 / (1 + math.exp(-margin))
        expected -= ((1 - smoothing) * math.log(right) + smoothing * math.log(1 - right)) / 2
    loss = dpo_loss(sums[0], sums[1], sums[2], sums[3], beta=0.3, smoothing=smoothing)
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_a_policy_that_is_its_reference_loses_ln_2_and_only_the_policy_learns() -> None:
    policy, reference = torch.randn(2, 3, requires_grad=True), torch.randn(2, 3, requires_grad=True)
    assert dpo_loss(*policy, *policy).item() == pytest.approx(math.log(2))
    dpo_loss(*policy, *reference).backward()
    assert reference.grad is None
    assert policy.grad is not None
    torch.testing.assert_close(policy.grad[0], -policy.grad[1])
