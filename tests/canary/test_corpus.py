"""The corpus: enough of everything, and nothing that could be taken for something else."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from stdnum import iban, luhn

from tests.canary.channels import CHANNELS
from tests.canary.corpus import APART, LETTERS, Corpus, Form, distance

SHAPES = (Form.TOKEN, Form.CARD, Form.IBAN)


def whole() -> Corpus:
    made = Corpus(7)
    for channel in CHANNELS:
        made.strings(channel, 30)
        made.secrets(channel, 9)
        made.colours(channel, 3)
    return made


def test_the_same_seed_gives_the_same_corpus() -> None:
    assert whole().canaries == whole().canaries
    assert whole().patches == whole().patches
    assert Corpus(1).strings("a", 1) != Corpus(2).strings("a", 1)


def test_there_is_enough() -> None:
    made = whole()
    assert len(CHANNELS) >= 18
    assert len({c.text for c in made.canaries}) == len(made.canaries) >= 1000
    assert len({p.rgb for p in made.patches}) == len(made.patches) > 60


def test_no_two_share_a_piece() -> None:
    counts = Counter(piece for canary in whole().canaries for piece in set(canary.pieces()))
    assert max(counts.values()) == 1


def test_a_word_is_no_word() -> None:
    for canary in Corpus(3).strings("a", 200):
        assert 10 <= len(canary.text) <= 14
        assert not set("aeiou") & set(canary.text.lower())
        assert set(canary.text) & set(LETTERS.upper())


def test_secrets_are_what_they_look_like() -> None:
    made = Corpus(3).secrets("a", 60)
    assert Counter(c.form for c in made) == dict.fromkeys(SHAPES, 20)
    for canary in made:
        if canary.form is Form.CARD:
            assert luhn.is_valid(canary.text)
        elif canary.form is Form.IBAN:
            assert iban.is_valid(canary.text)
        else:
            assert canary.text.endswith(canary.core)
            assert canary.text != canary.core


def test_pieces_of_numbers_are_longer() -> None:
    (card,) = Corpus(3).strings("a", 1, Form.CARD)
    (word,) = Corpus(3).strings("a", 1)
    assert {len(piece) for piece in card.pieces()} == {12}
    assert {len(piece) for piece in word.pieces()} == {8}


def test_colours_are_far_apart_and_far_from_grey() -> None:
    patches = whole().patches
    assert all(distance(a.rgb, b.rgb) >= APART for a, b in combinations(patches, 2))
    for patch in patches:
        parts = patch.rgb.to_bytes(3)
        assert max(parts) - min(parts) > 150
