"""Unigram cuts beside tokenizers and a model that SentencePiece trained."""

from __future__ import annotations

import io
import random

from paper_implementer.knowledge.components.pytorch.unigram import unigram


def test_agrees_with_tokenizers() -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram

    draw = random.Random(0)
    for _ in range(20):
        pieces = {letter: -draw.uniform(5, 9) for letter in "abc"}
        pieces |= {"".join(draw.choices("abc", k=draw.randint(2, 4))): -draw.uniform(3, 12) for _ in range(12)}
        theirs = Tokenizer(Unigram(list(pieces.items())))
        for length in range(1, 25):
            text = "".join(draw.choices("abc", k=length))
            assert unigram(text, pieces) == theirs.encode(text).tokens


def test_agrees_with_a_trained_model_of_sentencepiece() -> None:
    import sentencepiece

    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefgh", k=draw.randint(2, 6))) for _ in range(60)]
    lines = [" ".join(draw.choices(words, k=8)) for _ in range(300)]
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=written, vocab_size=60, model_type="unigram", minloglevel=2
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    pieces = {
        model.id_to_piece(number): model.get_score(number)
        for number in range(model.get_piece_size())
        if not model.is_control(number) and not model.is_unknown(number)
    }
    for line in lines[:60]:
        assert unigram("\u2581" + line.replace(" ", "\u2581"), pieces) == model.encode(line, out_type=str)


def test_a_character_without_a_piece_stands_alone() -> None:
    assert unigram("axb", {"a": -1.0, "b": -1.0, "ab": -1.0}) == ["a", "x", "b"]
