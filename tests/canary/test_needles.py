"""Whatever way a canary is written down, it is found; and nothing else is."""

from __future__ import annotations

import base64
import json
import random

import pytest

from tests.canary import needles
from tests.canary.corpus import Corpus, Form
from tests.canary.needles import Needles, names

CORPUS = Corpus(5)
WORDS = CORPUS.strings("words", 400)
SECRETS = CORPUS.secrets("secrets", 99)
ALL = CORPUS.canaries
NEEDLES = Needles(ALL)
RAW = {
    "as it is": str.encode,
    "capital": lambda text: text.upper().encode(),
    "reversed": lambda text: text[::-1].encode(),
    "UTF-16": lambda text: text.encode("utf-16-le"),
    "UTF-16, the other way": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "hexadecimal capitals": lambda text: text.encode().hex().upper().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, 1 off": lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
    "base64, 2 off": lambda text: base64.b64encode(b"xy" + text.encode()),
    "base64, folded": lambda text: base64.b64encode(b"xyz" + text.lower().encode()),
    "JSON": lambda text: json.dumps({"title": f"On {text}"}).encode(),
}


def found(data: bytes) -> set[int]:
    return {hit.canary for hit in NEEDLES.find(data)}


@pytest.mark.parametrize("how", RAW)
@pytest.mark.parametrize("number", [0, 1, 2, 3, 400, 401, 402])
def test_every_way_of_writing_is_found(how: str, number: int) -> None:
    for before in (b"", b"abc", b"-------"):
        data = before + RAW[how](ALL[number].text) + b"0" * (8 if "UTF" in how else 5)
        assert found(data) == {number}


@pytest.mark.parametrize("start", range(3))
def test_eight_characters_in_a_row_are_enough_and_seven_are_not(start: int) -> None:
    piece = WORDS[0].text[start : start + 8]
    assert found(f"x{piece}x".encode()) == {0}
    assert found(f"x{piece[:7]}-".encode()) == set()


def test_numbers_want_twelve_digits() -> None:
    number, card = next((n, c) for n, c in enumerate(ALL) if c.form is Form.CARD)
    assert found(f"[{card.text[2:14]}]".encode()) == {number}
    assert found(f"[{card.text[:11]}-]".encode()) == set()


def test_the_public_beginning_of_a_token_is_no_secret() -> None:
    tokens = [c for c in SECRETS if c.form is Form.TOKEN]
    for token in tokens:
        assert found(token.text.removesuffix(token.core).encode() + b"----------------") == set()


def test_what_lies_over_the_edge_of_a_chunk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "CHUNK", 256)
    text = WORDS[7].text.encode()
    for at in range(230, 260):
        hits = list(NEEDLES.find(b"." * at + text + b"." * 300, spread=False))
        assert {h.canary for h in hits} == {7}
        assert len({h.offset for h in hits}) == len(hits) == len(text) - 7


def test_nothing_else_is_found() -> None:
    rng = random.Random(1)
    assert found(rng.randbytes(1 << 20)) == set()
    times = json.dumps([{"t": 10**12 + n * 7919, "x": n % 1600, "keysym": n % 256}
                        for n in range(20_000)])  # fmt: skip
    assert found(times.encode()) == set()
    assert found(b"") == found(b"short") == set()


def test_findings_are_named_by_channel() -> None:
    both = f"{WORDS[1].text} {SECRETS[0].text}".encode()
    assert names(NEEDLES.find(both), ALL) == {
        "words": {WORDS[1].text}, "secrets": {SECRETS[0].text},
    }  # fmt: skip
