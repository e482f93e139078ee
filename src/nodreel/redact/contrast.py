"""What of a picture is given to be read: its brightness, and what that alone does not show. Pure.

Letters are read dark on bright, and what is dark is decided for the picture as a whole. So pale
letters are given once more, where all is on one side of that, such as are lighter than what they
stand on (a button, a selected row), and such as differ in colour and not in brightness: of these
parts only what is thin, as strokes are, dark on white. The rest of such an image is white, and
costs little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

SCALES: Final = (1, 2)
FLAT: Final = 8  # of 255: nobody sees letters in less
_DARK: Final = 110  # of 255: a darker background is turned into a bright one, which reads faster
_WHITE: Final = 255
_BLOCK: Final = 16  # pixels: about a letter, so that most of a block is its ground
_LIGHTER: Final = 30
_BRIGHT: Final = 230  # on such a ground nothing is lighter by enough
_SMALL: Final = 8  # pixels: of a letter and its ground there is always some in one of these
_COLOURED, _AS_BRIGHT = 40, 32
_STROKE: Final = 13  # pixels: no stroke of a letter that is read is that wide
_STRONGER: Final = 2
_ENOUGH: Final = 2  # blocks; less is no word


@dataclass(frozen=True, slots=True)
class Image:
    """What to read, how many times larger, and whether what is dark differs from part to part."""

    grey: Grey
    scale: int
    by_parts: bool = False


def images(pixels: NDArray[np.uint8]) -> Iterator[Image]:
    """Yield images of a BGR picture."""
    from PIL import Image as Picture

    planes = np.asarray(
        Picture.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])).convert("YCbCr")
    )
    grey = planes[:, :, 0]
    if np.median(grey) < _DARK:
        grey = _WHITE - grey
    if int(np.ptp(grey)) >= FLAT:
        yield from (Image(grey, scale) for scale in SCALES)
        for image, blocks in ((_WHITE - grey, _pale(grey)), (grey, _lighter(grey))):
            if blocks.sum() >= _ENOUGH:
                yield Image(_only(_thin(image), _grown(blocks), _BLOCK), SCALES[-1], by_parts=True)
    for colour in (planes[:, :, 1], planes[:, :, 2]):
        alone = _by_colour_alone(colour, planes[:, :, 0])
        if alone.sum() >= _ENOUGH:
            near = _grown(_grown(alone))
            for image in (colour, _WHITE - colour):
                yield Image(_only(_thin(image), near, _SMALL), SCALES[-1], by_parts=True)


def _thin(image: Grey) -> Grey:
    """Return what is brighter than all around it and thin (a white top-hat), dark on white."""
    opened = _widened(_widened(image, np.minimum), np.maximum)
    brighter = image - np.minimum(image, opened)
    return _WHITE - np.minimum(brighter, _WHITE // _STRONGER) * np.uint8(_STRONGER)


def _widened(image: Grey, take: np.ufunc) -> Grey:
    """Return for each pixel the least, or most, of the square around it."""
    out = image
    for _ in range(2):  # rows, then columns
        high = out.shape[0]
        wide = np.pad(out, ((_STROKE // 2, _STROKE // 2), (0, 0)), mode="edge")
        out = wide[:high].copy()
        for n in range(1, _STROKE):
            take(out, wide[n : n + high], out=out)
        out = out.T
    return out


def _pale(grey: Grey) -> NDArray[np.bool_]:
    """Return the blocks that hold something, and all of it dark or all of it bright."""
    blocks, between = _blocks(grey, _BLOCK), _threshold(grey)
    low, high = blocks.min(axis=2), blocks.max(axis=2)
    found: NDArray[np.bool_] = (high - low >= FLAT) & ((low > between) | (high <= between))
    return found


def _threshold(grey: Grey) -> int:
    """Return the last brightness of the darker ones, as Otsu parts two kinds of pixels."""
    count = np.bincount(grey.ravel(), minlength=_WHITE + 1).astype(float)
    below, level = np.cumsum(count), np.arange(_WHITE + 1)
    sums = np.cumsum(count * level)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return int(np.nan_to_num(apart).argmax())


def _lighter(grey: Grey) -> NDArray[np.bool_]:
    """Return the blocks of which a small part is lighter than the rest."""
    blocks = _blocks(grey, _BLOCK)
    ground = np.median(blocks, axis=2)
    by = blocks.max(axis=2) - ground
    few = blocks.mean(axis=2) > ground + 1  # the ground is in the middle, the letters above it
    found: NDArray[np.bool_] = (by >= _LIGHTER) & few & (ground < _BRIGHT)
    return found


def _by_colour_alone(colour: Grey, bright: Grey) -> NDArray[np.bool_]:
    """Return the blocks that hold two colours and one brightness."""
    coloured = np.ptp(_blocks(colour, _SMALL), axis=2) >= _COLOURED
    found: NDArray[np.bool_] = coloured & (np.ptp(_blocks(bright, _SMALL), axis=2) < _AS_BRIGHT)
    return found


def _blocks(image: Grey, side: int) -> Grey:
    """Return the pixels of each square: an array (rows, columns, side * side)."""
    high, wide = image.shape
    rows, columns = -(-high // side), -(-wide // side)
    whole = np.pad(image, ((0, rows * side - high), (0, columns * side - wide)), mode="edge")
    return whole.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows, columns, -1)


def _grown(blocks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the blocks with those beside them."""
    rows, columns = blocks.shape
    wide = np.pad(blocks, 1)
    out = np.zeros_like(blocks)
    for y in range(3):
        for x in range(3):
            out |= wide[y : y + rows, x : x + columns]
    return out


def _only(image: Grey, blocks: NDArray[np.bool_], side: int) -> Grey:
    """Return the image where the blocks are, and white."""
    high, wide = image.shape
    there = blocks.repeat(side, axis=0).repeat(side, axis=1)[:high, :wide]
    return np.where(there, image, np.uint8(_WHITE))
