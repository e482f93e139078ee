from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from nodreel.errors import EpisodeError
from nodreel.events import Rect
from nodreel.redact import memory
from nodreel.redact.memory import Remembering
from nodreel.redact.ocr import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LINES = [
    [Word("anna", Rect(1, 2, 3, 4)), Word("ö\n", Rect(5, 6, 7, 8))],
    [Word("b", Rect(0, 0, 1, 1))],
]


class Counting:
    def __init__(self) -> None:
        self.read = 0

    def lines(self, _: NDArray[np.uint8]) -> Iterator[Sequence[Word]]:
        self.read += 1
        yield from LINES


def test_the_same_pixels_are_read_once() -> None:
    reader = Counting()
    memory = Remembering(reader)
    one, other = np.zeros((2, 6, 3), np.uint8), np.zeros((6, 2, 3), np.uint8)
    assert [list(memory.lines(one)) for _ in range(3)] == [LINES] * 3
    assert reader.read == 1
    list(memory.lines(other))
    assert reader.read == 2


def test_what_there_is_no_room_for_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 0)
    reader = Counting()
    kept = Remembering(reader)
    assert [list(kept.lines(np.zeros((2, 2, 3), np.uint8))) for _ in range(2)] == [LINES] * 2
    assert reader.read == 2


def test_what_cannot_be_read_still_cannot() -> None:
    class Blind:
        def lines(self, _: NDArray[np.uint8]) -> Iterator[Sequence[Word]]:
            raise EpisodeError("no")

    for _ in range(2):
        with pytest.raises(EpisodeError):
            list(Remembering(Blind()).lines(np.zeros((2, 2, 3), np.uint8)))
