"""Canaries exist nowhere else, and every form of them is known."""

from __future__ import annotations

import base64
from random import Random

from nodreel.selftest.canaries import LETTERS, PLACES, forms, plant


def test_words_are_new_each_time_and_typed_by_letters_alone() -> None:
    found = [plant() for _ in range(20)]
    words = {word for one in found for word in (*one.words.values(), one.control)}
    assert len(words) == 20 * (len(PLACES) + 1)
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert {len(word) for word in words} == {LETTERS, 12}


def test_colours_are_no_common_ones() -> None:
    for _ in range(50):
        for colour in plant().colours:
            channels = sorted(colour.to_bytes(3, "big"))
            assert channels[0] >= 0x18
            assert channels[-1] <= 0xFF - 0x18
            assert min(channels[1] - channels[0], channels[2] - channels[1]) >= 0x18


def test_each_form_is_what_others_write() -> None:
    word = plant().words[PLACES[0]]
    rng = Random(1)
    told: dict[str, list[bytes]] = {}
    for name, needle in forms(word):
        told.setdefault(name, []).append(needle)
    for _ in range(30):
        before, behind = rng.randbytes(rng.randrange(9)), rng.randbytes(rng.randrange(9))
        text = base64.b64encode(before + word.encode() + behind)
        assert any(needle in text for needle in told["base64"])
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        assert told[encoding] == [word.encode(encoding)]
    assert bytes.fromhex(told["hexadecimal"][0].decode()) == word.encode()
    assert min(len(needle) for needles in told.values() for needle in needles) >= 16
