"""Direct preference optimisation (arXiv:2305.18290, section 4)."""

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid


def sequence_log_probability(logits: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
    """Sum of log-probabilities of the answer's tokens, `(batch,)`.

    **Arguments:**

    - `logits`: `(batch, length, vocabulary)` of the model that read `tokens`, `(batch, length)`.
    - `mask`: `(batch, length)`, true at tokens of the answer; prompt and padding are false.
    """
    # The logit at a place is about the token after it.
    log_probabilities = logits[:, :-1].float().log_softmax(-1)
    chosen = log_probabilities.gather(-1, tokens[:, 1:].unsqueeze(-1)).squeeze(-1)
    return (chosen * mask[:, 1:]).sum(-1)


def dpo_loss(
    chosen: Tensor,
    rejected: Tensor,
    reference_chosen: Tensor,
    reference_rejected: Tensor,
    beta: float = 0.1,
    smoothing: float = 0.0,
) -> Tensor:
    """Mean loss of preferring the chosen answer, `()`.

    **Arguments:**

    - `chosen`, `rejected`: summed log-probabilities by the policy, `(batch,)`; `reference_...`: by the frozen model.
    - `beta`: strength of the pull to the reference.
    - `smoothing`: share of pairs that are taken to be labelled the wrong way round.
    """
    margin = beta * ((chosen - rejected) - (reference_chosen - reference_rejected).detach())
    return torch.mean(-(1 - smoothing) * logsigmoid(margin) - smoothing * logsigmoid(-margin))
