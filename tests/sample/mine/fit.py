"""python fit.py [updates]"""

import math
import sys

import torch
import torch.nn as nn

from net import SequenceSorter
from options import Options
from streams import draw


def make_updater(net: nn.Module, opt: Options) -> torch.optim.Optimizer:
    matrices = [w for w in net.parameters() if w.dim() > 1]
    vectors = [w for w in net.parameters() if w.dim() <= 1]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": opt.shrink}, {"params": vectors, "weight_decay": 0}],
        lr=opt.peak_rate,
        betas=(0.9, 0.999),
    )


def rate(update: int, opt: Options) -> float:
    if update < opt.ramp:
        return opt.peak_rate * (update + 1) / opt.ramp
    done = (update - opt.ramp) / max(1, opt.updates - opt.ramp)
    return opt.peak_rate * (1 + math.cos(math.pi * done)) / 2


def advance(net: nn.Module, updater: torch.optim.Optimizer, ids: torch.Tensor, truth: torch.Tensor, update: int, opt: Options) -> float:
    for group in updater.param_groups:
        group["lr"] = rate(update, opt)
    updater.zero_grad()
    misfit = nn.CrossEntropyLoss()(net(ids), truth)
    misfit.backward()
    nn.utils.clip_grad_value_(net.parameters(), opt.clip)
    updater.step()
    return misfit.item()


def fit(opt: Options = Options()) -> nn.Module:
    torch.manual_seed(7)
    source = torch.Generator().manual_seed(7)
    net = SequenceSorter(opt)
    updater = make_updater(net, opt)
    for update in range(opt.updates):
        ids, truth = draw(opt, source)
        misfit = advance(net, updater, ids, truth, update, opt)
        if update % 100 == 0:
            print(update, round(misfit, 4))
    return net


if __name__ == "__main__":
    fit(Options(updates=int(sys.argv[1])) if len(sys.argv) > 1 else Options())
