"""Reads recorded pictures as a person would, and looks for canaries in what it reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from nodreel.events import Rect
    from tests.canary.corpus import Canary

TESSDATA = Path("/usr/share/tesseract-ocr/5/tessdata")
LEAST = 8  # characters in a row
SCALES = (1, 2)  # small letters are read better when enlarged, large ones are not
ALIKE = str.maketrans({
    **dict.fromkeys("bs&5", "8"), **dict.fromkeys("gq", "9"), **dict.fromkeys("z/?t+", "7"),
    **dict.fromkeys(")]i1l|!", "j"), **dict.fromkeys("oq", "0"), "\u00e9": "6",
})  # fmt: skip


def plain(text: str) -> str:
    """Fold what is easily mistaken for each other, and leave out spaces."""
    return "".join(text.lower().split()).translate(ALIKE)


def read_in(text: str, canaries: Iterable[Canary], least: int = LEAST) -> set[str]:
    """Return the texts of the canaries that can be read in ``text``, in whole or in part."""
    got = plain(text)
    windows = {got[at : at + least] for at in range(len(got) - least + 1)}
    return {c.text for c in canaries if windows & set(pieces(c, least))}


def pieces(canary: Canary, least: int) -> Iterable[str]:
    core, size = plain(canary.core), max(least, canary.least)
    return [core[at : at + size][:least] for at in range(len(core) - size + 1)]


class Reader:
    """Tesseract, set to read single words without guessing from a dictionary."""

    def __init__(self) -> None:
        import tesserocr

        self._api: Any = tesserocr.PyTessBaseAPI(
            path=str(TESSDATA),
            psm=tesserocr.PSM.SPARSE_TEXT,
            variables={"load_system_dawg": "0", "load_freq_dawg": "0"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.End()

    def read(self, image: NDArray[np.uint8], kept: Sequence[Rect]) -> str:
        """Return the text in the parts of a BGR image that hold pixels, once per scale."""
        left, top = min(r.x for r in kept), min(r.y for r in kept)
        right, bottom = max(r.x + r.w for r in kept), max(r.y + r.h for r in kept)
        part = image[max(0, top) : bottom, max(0, left) : right]
        return "\n".join(self._read(part, scale) for scale in SCALES)

    def _read(self, part: NDArray[np.uint8], scale: int) -> str:
        from PIL import Image

        grey = Image.fromarray(np.ascontiguousarray(part[:, :, ::-1])).convert("L")
        if scale > 1:
            grey = grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.BICUBIC)
        self._api.SetImage(grey)
        text: str = self._api.GetUTF8Text()
        return text
