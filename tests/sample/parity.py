"""How far the sample's two sides are apart on the same weights and data: python parity.py OFFICIAL MINE...

Prints one JSON object for each MINE. Each is looked at in a fork of its own, since their modules have the same names.
"""

import json
import os
import sys

import torch

sys.path.insert(0, sys.argv[1])
from ebbnet import Config, EbbNet, train

RENAMED = {
    "embed.": "lookup.",
    "blocks.": "stages.",
    ".attn.gate.": ".mixer.valve.",
    ".attn.proj.": ".mixer.merge.",
    ".attn.log_half_life": ".mixer.log_reach",
    ".norm1.": ".calm_a.",
    ".norm2.": ".calm_b.",
    ".ffn.fc1.": ".widen.",
    ".ffn.fc2.": ".narrow.",
    "head.": "verdict.",
}


def as_mine(weights):
    """The official weights under the names of the other side."""
    renamed = {}
    for name, weight in weights.items():
        if name.startswith("norm."):
            name = name.replace("norm.", "calm_end.", 1)
        for old, new in RENAMED.items():
            name = name.replace(old, new)
        if ".attn.qkv." in name:
            for part, rows in zip(("query", "key", "value"), weight.chunk(3)):
                renamed[name.replace(".attn.qkv.", f".mixer.to_{part}.")] = rows.clone()
        else:
            renamed[name] = weight.clone()
    return renamed


def distance(first, second):
    return max((a - b).abs().max().item() for a, b in zip(first, second, strict=True))


def compare(folder):
    """The largest difference of each thing that can differ."""
    torch.manual_seed(0)
    sys.path.insert(0, folder)
    import fit
    import net
    import options

    official, mine = EbbNet(Config(dropout=0.0)), net.SequenceSorter(options.Options(p_drop=0.0))
    with torch.no_grad():
        for weight in official.parameters():
            weight.copy_(torch.randn_like(weight) * (0.3 if weight.ndim > 1 else 0.1) + (weight.ndim == 1))
    mine.load_state_dict(as_mine(official.state_dict()))
    tokens, labels = torch.randint(2, 32, (8, 24)), torch.randint(0, 8, (8,))
    keep = torch.arange(24) < torch.randint(5, 25, (8, 1))
    measured = {
        "logits": distance([official(tokens)], [mine(tokens)]),
        "padded_logits": distance([official(tokens, keep)], [mine(tokens, keep)]),
        "rates": max(abs(train.lr_at(s, Config()) - fit.rate(s, options.Options())) for s in (0, 1, 199, 200, 3000, 4999)),
    }
    config, opt = Config(warmup_steps=1), options.Options(ramp=1)
    first, second = train.build_optimizer(official, config), fit.make_updater(mine, opt)
    losses = [
        (train.train_step(official, first, tokens, labels, s, config), fit.advance(mine, second, tokens, labels, s, opt))
        for s in range(4)
    ]
    measured["first_loss"] = abs(losses[0][0] - losses[0][1])
    after = as_mine(official.state_dict())
    measured["weights_after"] = distance([after[name] for name in mine.state_dict()], mine.state_dict().values())
    return measured


torch.set_num_threads(1)
for folder in sys.argv[2:]:
    child = os.fork()
    if not child:
        print(json.dumps(compare(folder)), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{folder} does not run")
