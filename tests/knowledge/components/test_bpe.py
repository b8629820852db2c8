"""Byte-pair encoding beside the tokenizers library."""

from __future__ import annotations

import random

from paper_implementer.knowledge.components.pytorch.bpe import byte_letters, encode, learn


def corpus(seed: int) -> dict[str, int]:
    """Words whose pairs all have different counts are too few to wish for: large, uneven counts make ties rare."""
    draw = random.Random(seed)
    parts = ["low", "er", "est", "new", "wid", "ing", "un", "re", "able"]
    return {"".join(draw.choices(parts, k=draw.randint(1, 3))): draw.randint(1, 10_000) for _ in range(40)}


def test_agrees_with_tokenizers() -> None:
    from tokenizers.models import BPE

    words = corpus(0)
    merges = learn(words, 30)
    symbols = sorted({c for word in words for c in word}) + ["".join(pair) for pair in merges]
    library = BPE(vocab={symbol: at for at, symbol in enumerate(dict.fromkeys(symbols))}, merges=merges)
    fresh = corpus(1)
    for word in [*words, *fresh]:
        assert list(encode(word, merges)) == [token.value for token in library.tokenize(word)]


def test_the_merges_that_are_learned_are_those_of_the_library() -> None:
    import json

    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.trainers import BpeTrainer

    # No two pairs are equally frequent at any step: ties are broken differently.
    words = {"ab": 5000, "bc": 3000, "cd": 2000, "abab": 700, "cdcd": 300}
    tokenizer = Tokenizer(BPE())
    alphabet = {c for word in words for c in word}
    trainer = BpeTrainer(vocab_size=len(alphabet) + 5, show_progress=False)
    tokenizer.train_from_iterator((word for word, count in words.items() for _ in range(count)), trainer)
    theirs = [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    assert learn(words, 5) == theirs


def test_bytes_are_written_as_in_gpt_2() -> None:
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    assert byte_letters() == bytes_to_unicode()


def test_words_without_pairs_are_left_as_they_are() -> None:
    assert learn({"a": 3}, 5) == []
    assert encode("xyz", [("a", "b")]) == ("x", "y", "z")
    assert encode("", []) == ()
