"""The three generated tasks (Sec. 4.1 of the paper). Token 0 is padding, 1 the marker, the rest are symbols."""

import torch

PAD, MARK, FIRST = 0, 1, 2


def tally(tokens, classes, generator):
    """The class is the most frequent of the first `classes` symbols; the smaller symbol wins a tie."""
    counts = torch.stack([(tokens == FIRST + c).sum(dim=1) for c in range(classes)], dim=1)
    return tokens, counts.argmax(dim=1)


def echo(tokens, classes, generator):
    """One marker stands somewhere; the class is the symbol right after it."""
    batch, length = tokens.shape
    rows = torch.arange(batch)
    at = torch.randint(0, length - 1, (batch,), generator=generator)
    label = torch.randint(0, classes, (batch,), generator=generator)
    tokens[rows, at] = MARK
    tokens[rows, at + 1] = FIRST + label
    return tokens, label


def span(tokens, classes, generator):
    """Two markers stand somewhere; the class is their distance, in `classes` equal bins."""
    batch, length = tokens.shape
    rows = torch.arange(batch)
    pair = torch.stack([torch.randperm(length, generator=generator)[:2] for _ in range(batch)])
    tokens[rows[:, None], pair] = MARK
    distance = (pair[:, 0] - pair[:, 1]).abs()
    return tokens, (distance - 1) * classes // (length - 1)


TASKS = {"tally": tally, "echo": echo, "span": span}


def make_batch(cfg, generator):
    """Token ids (batch, length) and labels (batch,)."""
    tokens = torch.randint(FIRST, cfg.vocab_size, (cfg.batch_size, cfg.max_len), generator=generator)
    return TASKS[cfg.task](tokens, cfg.num_classes, generator)
