"""What the parts of pictures are read for; words come from a table here, places are the point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from nodreel.episode import Picture
from nodreel.episode.tiles import Grid
from nodreel.errors import EpisodeError
from nodreel.events import Nanos, Rect
from nodreel.redact.finders import Rules
from nodreel.redact.looking import Looker, Stamps
from nodreel.redact.ocr import MOST_PIXELS, Tesseract, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

COVERS = ("looking",)
WIDE, HIGH = 1280, 640
GRID = Grid(WIDE, HIGH)


class Table:
    """Reads the same words in whatever it is shown; counts how much it was shown."""

    def __init__(self, *words: Word) -> None:
        self.words, self.sizes = words, list[tuple[int, int]]()

    def lines(self, pixels: NDArray[np.uint8]) -> Iterator[Sequence[Word]]:
        self.sizes.append((pixels.shape[1], pixels.shape[0]))
        yield self.words


def picture(t: int, *tiles: int, colour: int = 9) -> Picture:
    shown = {n: bytes([colour]) * GRID.bytes(n) for n in range(GRID.size)}
    shown |= {n: bytes([colour + 1]) * GRID.bytes(n) for n in tiles}
    whole = (Rect(0, 0, WIDE, HIGH),)
    return Picture(Nanos(t), Nanos(t), 1, WIDE, HIGH, whole, "editor", False, shown)


def looker(reader: Table) -> Looker:
    return Looker(reader, Rules().finders())


def test_only_what_changed_is_read_with_what_lies_around_it() -> None:
    table = Table()
    found = looker(table)
    found.look(picture(1))
    found.look(picture(2))
    found.look(picture(3, GRID.number(4, 10)))
    assert table.sizes == [(WIDE, HIGH), (17 * 64, 3 * 64)]
    assert found.distinct == 2


def test_what_was_read_before_is_not_read_again() -> None:
    table = Table()
    found = looker(table)
    for t in range(6):  # a cursor that blinks
        found.look(picture(t, *([GRID.number(4, 10)] if t % 2 else [])))
    assert len(table.sizes) == 3


def test_a_space_that_was_made_up_hides_nothing() -> None:
    words = (Word("anna@firma.", Rect(100, 20, 90, 14)), Word("local", Rect(196, 20, 40, 14)))
    (mask,) = looker(Table(*words)).look(picture(1))
    assert (mask.x, mask.x + mask.w) == (97, 239)


def test_the_inside_of_a_key_is_known_without_its_first_line_and_to_its_last() -> None:
    inside = "MIIEpAIBAAKCAQEA7bq2Kz8Wn5Xj0hYt3RfLpQv9Zc1Ds4Gu6Mi+/Ao8Ek2Jx7Bb"
    lines = [
        [Word("notes", Rect(100, 20, 40, 14))],
        [Word(inside, Rect(100, 40, 500, 14))],
        [Word("Hq3w==", Rect(100, 60, 60, 14))],
        [Word("(end)", Rect(100, 80, 40, 14))],
    ]
    table = Table()
    table.lines = lambda _: iter(lines)  # type: ignore[method-assign]
    masks = looker(table).look(picture(1))
    assert [mask.y for mask in masks] == [37, 57]


def test_words_far_apart_are_two() -> None:
    words = (Word("anna@firma", Rect(100, 20, 90, 14)), Word("local", Rect(230, 20, 40, 14)))
    assert looker(Table(*words)).look(picture(1)) == ()


def test_a_mask_beside_what_changed_stays_and_one_in_it_is_read_again() -> None:
    table = Table(Word("anna@firma.de", Rect(100, 300, 90, 14)))
    found = looker(table)
    masks = found.look(picture(1))
    table.words = ()
    assert found.look(picture(2, GRID.number(5, 2))) == masks
    assert found.look(picture(3, GRID.number(5, 2), GRID.number(4, 9))) == ()


def test_the_same_pixels_at_the_same_place_are_masked_however_they_are_read() -> None:
    word = Word("anna@firma.de", Rect(100, 300, 90, 14))
    found = looker(Table(word))
    found.look(picture(1))
    stamps = Stamps(found.stamps)
    assert list(stamps.look(picture(2))) == list(found.stamps)
    assert list(stamps.look(picture(3, GRID.number(4, 1)))) == []
    assert list(stamps.look(picture(4))) == list(found.stamps)


def test_a_picture_that_is_not_read_to_its_end_is_not_taken_for_read() -> None:
    with Tesseract() as reader:
        real = reader._api
        reader._api = Stopping(real)
        with pytest.raises(EpisodeError, match="to its end"):
            list(reader.lines(np.tile(np.arange(200, dtype=np.uint8), (40, 1))[:, :, None]
                              .repeat(3, axis=2)))  # fmt: skip
        with pytest.raises(EpisodeError, match="too large"):
            list(reader.lines(np.zeros((1, MOST_PIXELS + 1, 3), np.uint8)))
        reader._api = real


class Stopping:
    """Tesseract's own interface, of which ``Recognize`` says that it did not come to an end."""

    def __init__(self, real: object) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def Recognize(self) -> bool:  # noqa: N802  its name
        return False


@pytest.mark.parametrize("dark", [False, True])
def test_words_are_read_where_they_stand(dark: bool) -> None:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (400, 60), (20, 20, 20) if dark else (250, 250, 250))
    font = ImageFont.truetype("DejaVuSans.ttf", 15)
    ImageDraw.Draw(image).text(
        (30, 20), "invoice paid", font=font, fill=(128, 128, 128) if dark else 0
    )
    with Tesseract() as reader:
        lines = list(reader.lines(np.asarray(image)[:, :, ::-1]))
    assert [[word.text for word in line] for line in lines] == [["invoice", "paid"]] * 2
    for line in lines:
        assert abs(line[0].rect.x - 30) <= 3
        assert abs(line[0].rect.y + line[0].rect.h - 35) <= 4
