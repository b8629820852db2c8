"""WordPiece beside the tokenizers library."""

from __future__ import annotations

import random

from paper_implementer.knowledge.components.pytorch.wordpiece import wordpiece


def test_agrees_with_tokenizers() -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece

    draw = random.Random(0)
    for _ in range(20):
        roots = {"".join(draw.choices("abc", k=draw.randint(1, 3))) for _ in range(8)}
        vocabulary = ["[UNK]", *sorted(roots), *("##" + root for root in sorted(roots))]
        table = {piece: number for number, piece in enumerate(vocabulary)}
        theirs = Tokenizer(WordPiece(table, unk_token="[UNK]", max_input_chars_per_word=12))
        for length in range(1, 15):
            word = "".join(draw.choices("abcd" if length % 5 == 0 else "abc", k=length))
            assert wordpiece(word, table, longest=12) == theirs.encode(word).tokens


def test_a_word_with_an_unknown_end_is_unknown_as_a_whole() -> None:
    assert wordpiece("unable", {"un", "##able"}) == ["un", "##able"]
    assert wordpiece("unablex", {"un", "##able"}) == ["[UNK]"]
