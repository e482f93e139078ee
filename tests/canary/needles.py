"""Finds pieces of canaries in any bytes, however they are written down there. Pure.

Every eight bytes in a row are looked up at once; what could be a piece is then compared. Upper and
lower case count as the same. Forms: as it is, reversed, base64 at any alignment, hexadecimal, and
all of them with other bytes between (UTF-16, UTF-32, pixels).
"""

from __future__ import annotations

import base64
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from tests.canary.corpus import Canary

KEY = 8  # bytes by which a piece is looked up
TABLE_BITS = 22
MIXER = np.uint64(0x9E3779B97F4A7C15)
CHUNK = 1 << 20
OVERLAP = 64  # longer than any piece
FOLD = bytes(range(256)).lower()


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece of ``canary`` (its number) written as ``form`` at ``offset``."""

    canary: int
    form: str
    offset: int


class Needles:
    """All pieces of all canaries, ready to be looked for."""

    def __init__(self, canaries: Sequence[Canary]) -> None:
        self._by_key: dict[int, list[tuple[bytes, int, str]]] = defaultdict(list)
        for number, canary in enumerate(canaries):
            for form, piece in written(canary):
                key = int.from_bytes(piece[:KEY], "little")
                self._by_key[key].append((piece, number, form))
        keys = np.fromiter(self._by_key, np.uint64, len(self._by_key))
        self._keys = np.sort(keys)
        self._table = np.zeros(1 << TABLE_BITS, bool)
        self._table[_places(keys)] = True

    def find(self, data: bytes, *, spread: bool = True) -> Iterator[Hit]:
        """Yield what is found; ``spread``: also with other bytes between."""
        folded = data.translate(FOLD)
        yield from self._straight(folded, "")
        if spread:
            for step in (2, 4):
                for start in range(step):
                    yield from self._straight(folded[start::step], f", every {step} bytes")

    def _straight(self, data: bytes, how: str) -> Iterator[Hit]:
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK + OVERLAP]
            for at in self._candidates(part):
                key = int.from_bytes(part[at : at + KEY], "little")
                for piece, canary, form in self._by_key.get(key, ()):
                    if at < CHUNK and part.startswith(piece, at):
                        yield Hit(canary, form + how, start + at)

    def _candidates(self, part: bytes) -> Iterator[int]:
        for shift in range(min(KEY, len(part) - KEY + 1)):
            words = np.frombuffer(part, "<u8", (len(part) - shift) // KEY, shift)
            maybe = np.flatnonzero(self._table[_places(words)])
            if maybe.size:
                there = np.isin(words[maybe], self._keys)
                yield from (int(n) * KEY + shift for n in maybe[there])


def _places(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return (words * MIXER) >> np.uint64(64 - TABLE_BITS)


def written(canary: Canary) -> Iterator[tuple[str, bytes]]:
    """Yield (form, bytes) of every piece in every way it may be written down, in lower case."""
    for piece in canary.pieces():
        yield "plain", piece.encode()
        yield "reversed", piece[::-1].encode()
    for text in {canary.core, canary.core.lower(), canary.core.upper()}:
        yield from _base64(text)
        for start in range(len(text) - canary.least + 1):
            yield "hex", text[start : start + canary.least].encode().hex().encode()


def _base64(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    for skip in range(3):
        whole = (len(raw) - skip) // 3 * 3
        coded = base64.b64encode(raw[skip : skip + whole])
        for start in range(0, len(coded) - KEY + 1, 4):
            yield "base64", coded[start : start + KEY].lower()


def names(hits: Iterable[Hit], canaries: Sequence[Canary]) -> dict[str, set[str]]:
    """Sort what was found by channel: the canaries' texts."""
    found: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        found[canaries[hit.canary].channel].add(canaries[hit.canary].text)
    return dict(found)
