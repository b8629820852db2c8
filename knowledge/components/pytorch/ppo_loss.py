"""Proximal policy optimisation (arXiv:1707.06347, section 3) with generalised advantages (arXiv:1506.02438)."""

import torch
from torch import Tensor


def advantages(
    rewards: Tensor, values: Tensor, done: Tensor, last: Tensor, discount: float = 0.99, decay: float = 0.95
) -> Tensor:
    """Generalised advantages of a rollout, `(steps, actors)`; returns are advantages plus values.

    **Arguments:**

    - `rewards`, `values`: `(steps, actors)`; `values` of the states that the actions were taken in.
    - `done`: `(steps, actors)`, whether the episode ended with this step.
    - `last`: `(actors,)`, value of the state after the rollout.
    """
    result, running = torch.zeros_like(rewards), torch.zeros_like(last)
    for step in reversed(range(len(rewards))):
        going_on = 1 - done[step].to(rewards.dtype)
        error = rewards[step] + discount * going_on * last - values[step]
        running = error + discount * decay * going_on * running
        result[step], last = running, values[step]
    return result


def ppo_loss(
    log_probability: Tensor, before: Tensor, advantage: Tensor, clip: float = 0.2, normalise: bool = True
) -> Tensor:
    """Clipped surrogate, to be minimised, `()`.

    **Arguments:**

    - `log_probability`: of the actions by the policy that learns, `(batch,)`; `before`: by the one that acted.
    - `advantage`: `(batch,)`; brought to mean zero and deviation one where `normalise` is set.
    """
    if normalise:
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    ratio = torch.exp(log_probability - before)
    return -torch.min(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage).mean()
