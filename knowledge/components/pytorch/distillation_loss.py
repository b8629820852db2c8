"""Knowledge distillation (arXiv:1503.02531, section 2)."""

from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax


def distillation_loss(
    student: Tensor, teacher: Tensor, labels: Tensor, temperature: float = 4.0, weight: float = 0.9
) -> Tensor:
    """Cross-entropy with the labels, and with what the teacher says at a temperature.

    **Arguments:**

    - `student`, `teacher`: logits, `(batch, classes)`; the teacher gets no gradient. `labels`: `(batch,)`.
    - `weight`: share of the soft part, which is multiplied by the square of the temperature.

    Shapes: the result is `()`.
    """
    soft = log_softmax(teacher.detach() / temperature, dim=-1)
    distance = (soft.exp() * (soft - log_softmax(student / temperature, dim=-1))).sum(-1).mean()
    return (1 - weight) * cross_entropy(student, labels) + weight * temperature**2 * distance
