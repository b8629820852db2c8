"""What a paper goes without, and what only an experiment of it goes without."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from paper_implementer.tools.papers.settings.denials import find_denials


def denied(text: str) -> dict[str, JsonValue]:
    return {s.key: s.value for s in find_denials(text)}


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("We do not use dropout [3], as others do.", {"dropout.rate": 0.0}),
        ("Label smoothing was not used.", {"loss.label_smoothing": 0.0}),
        ("No data augmentation was applied.", {"data.augmentation": "none"}),
        ("All nets are tuned with a batch size of 8, no weight decay, and clipping.", {"optimizer.weight_decay": 0.0}),
        ("We train without weight decay or label smoothing.", {"optimizer.weight_decay": 0.0, "loss.label_smoothing": 0.0}),
        ("We didn't use any early stopping.", {"training.early_stopping": "none"}),
    ],
)  # fmt: skip
def test_what_is_ruled_out_is_a_setting(sentence: str, facts: dict[str, JsonValue]) -> None:
    assert denied(sentence) == facts


@pytest.mark.parametrize(
    "sentence",
    [
        "Without dropout, our network overfits badly.",
        "We compare training with and without dropout.",
        "We use dropout, but we do not apply any dropout to the embeddings.",
        "The accuracy of the model trained without label smoothing is lower.",
        "Activations of a net that does not use dropout are denser.",
        "If dropout is not used, training diverges.",
        "The memory of a pass without dropout is measured.",
    ],
)
def test_an_experiment_or_a_part_is_no_denial(sentence: str) -> None:
    assert denied(sentence) == {}
