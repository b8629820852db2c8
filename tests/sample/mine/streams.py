import torch

from options import Options


def draw(opt: Options, source: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """The tally task: which of the first symbols comes most often? Ids 0 and 1 are reserved."""
    ids = torch.randint(2, opt.symbols, (opt.per_batch, opt.span), generator=source)
    often = (ids.unsqueeze(-1) == torch.arange(2, 2 + opt.labels)).sum(1)
    return ids, often.argmax(-1)
