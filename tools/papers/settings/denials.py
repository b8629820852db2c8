"""What a paper says that it does without: "we do not use dropout", "no weight decay"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from .mentions import find_names
from .statements import Statement

_ABSENT: dict[str, JsonValue] = {
    "dropout.rate": 0.0, "dropout.attention": 0.0, "dropout.embedding": 0.0, "dropout.path": 0.0,
    "dropout.feedforward": 0.0, "lora.dropout": 0.0, "optimizer.weight_decay": 0.0, "optimizer.momentum": 0.0,
    "loss.label_smoothing": 0.0, "data.mixup": 0.0, "data.cutmix": 0.0, "data.random_erasing": 0.0,
    "schedule.warmup_steps": 0, "optimizer.gradient_clipping": "none", "optimizer.ema_decay": "none",
    "data.augmentation": "none", "data.preprocessing": "none", "training.early_stopping": "none",
    "position.encoding": "none", "model.weight_tying": False, "model.bias": False, "optimizer.bias_correction": False,
    "optimizer.nesterov": False, "training.gradient_checkpointing": False,
}  # fmt: skip
"""What a key has when the paper goes without it: zero where that switches it off in code, too."""
_NOT = re.compile(
    r"\b(?:(?:do|does|did|are|is|was|were|have|has|need|can)\s*(?:not|n[’']t)|never)\s+"
    r"(?:(?:been|be|to|also|additionally|further|here)\s+)*"
    r"(?:use[ds]?|using|appl(?:y|ied)|employ(?:ed)?|adopt(?:ed)?|perform(?:ed)?|include[ds]?|add(?:ed)?|require[ds]?|have)\s+"
    r"(?:(?:any|the|an?|other|additional|explicit|further|form of)\s+){0,3}$",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"(?P<lead>.*?)\b(?<!or )(?<!and )(?<!vs )(?<!vs\. )(?:without|(?P<no>no))\s+"
    r"(?:(?:using|use of|any|the|an?|additional|further|form of)\s+){0,3}$",
    re.IGNORECASE | re.DOTALL,
)
_AFTERWARDS = re.compile(
    r"^\s*(?:\[[\d, ]+\]\s*)?(?:is|was|are|were)\s+(?:not|never)\s+(?:used|applied|employed|performed|needed|included|adopted)\b",
    re.IGNORECASE,
)
_USED = re.compile(
    r"^\s*(?:is|was|are|were)\s+(?:used|applied|employed|performed|needed|included|adopted)\b", re.IGNORECASE
)
_OWN = re.compile(
    r"\b(?:we|our|us)\b|\b(?:is|are|was|were)\s+(?:\w+\s+)?(?:trained|tuned|fine-?tuned|optimi[sz]ed|set|used)\b"
    r"|\b(?:train|tune|optimi[sz]e)\w*\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?:effect|impact|ablat\w*|compar\w+|difference|accuracy|error|perform\w*|overfit\w*|results?|better|worse|improve\w*|converge\w*|unstable|diverge\w*|when|if|even|both|variants?|versions?|measur\w+|means?|a (?:network|model|net) trained)\b",
    re.IGNORECASE,
)
_PARTLY = re.compile(
    r"^\s*(?:to|on|for|in|at|between|after|before|during|until|,? except)\b(?! (?:all|any|our|the (?:model|network|experiment)))",
    re.IGNORECASE,
)


def find_denials(text: str) -> Iterator[Statement]:
    """The settings that one plain sentence of the paper's own recipe rules out.

    An experiment on what happens without something is no such statement, and neither is one for a part of the model.
    """
    if not re.search(r"\b(?:not|no|never|without)\b|n[’']t\b", text, re.IGNORECASE):
        return
    end = -1
    """Where the last thing that was ruled out ends: "no dropout or weight decay" goes on from there."""
    for mention in find_names(text):
        if mention.key not in _ABSENT or mention.part is not None:
            continue
        before, after = text[: mention.start], text[mention.end :]
        follows = end >= 0 and re.fullmatch(
            r"\s*(?:,|(?:,\s*)?(?:or|nor|and))\s*(?:any\s+)?", text[end : mention.start]
        )
        if (follows or _denied(before, after)) and not _PARTLY.match(after):
            end = mention.end
            yield Statement(mention.key, _ABSENT[mention.key], mention.start, mention.end)


def _denied(before: str, after: str) -> bool:
    if denial := _NOT.search(before):
        return not re.search(r"\b(?:that|which|who|if|when)\s+$", before[: denial.start()])
    if _AFTERWARDS.match(after):
        return not re.search(r"\b(?:if|when|where)\b", before, re.IGNORECASE)
    if re.search(r"\bno (?:\w+ )?$", before, re.IGNORECASE) and _USED.match(after):
        return True
    without = _WITHOUT.match(before)
    if without is None or _MEASURED.search(without["lead"][-90:] + " " + after[:60]):
        return False
    listed = re.search(r"(?:,|\b(?:and|with|uses?|used|using|apply))\s*$", without["lead"])
    return bool(_OWN.search(without["lead"]) and (listed or not without["no"]))
