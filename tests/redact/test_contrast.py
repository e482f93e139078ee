"""What is given to be read beside the picture as it is; read by the real Tesseract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from nodreel.redact.contrast import images
from nodreel.redact.ocr import Tesseract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Colour = tuple[int, int, int]
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@pytest.fixture(scope="module")
def reader() -> Iterator[Tesseract]:
    with Tesseract() as made:
        yield made


def shown(colour: Colour, ground: Colour) -> NDArray[np.uint8]:
    """A white page with a black line, and below it one in a colour, on a ground of its own."""
    image = Picture.new("RGB", (480, 120), WHITE)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype("DejaVuSans.ttf", 15)
    draw.text((20, 20), "quarterly statement", font=font, fill=BLACK)
    draw.rectangle((10, 64, 470, 98), fill=ground)
    draw.text((20, 72), "invoice paid", font=font, fill=colour)
    return np.asarray(image)[:, :, ::-1]


@pytest.mark.parametrize(
    ("colour", "ground"),
    [
        pytest.param(BLACK, WHITE, id="black"),
        pytest.param((185, 185, 185), WHITE, id="pale"),
        pytest.param((225, 225, 225), WHITE, id="paler"),
        pytest.param(WHITE, (40, 90, 200), id="a button"),
        pytest.param((220, 40, 40), (20, 135, 20), id="as bright as its ground"),
    ],
)
def test_what_people_can_read_is_read(reader: Tesseract, colour: Colour, ground: Colour) -> None:
    said = {word.text for line in reader.lines(shown(colour, ground)) for word in line}
    assert {"statement", "invoice", "paid"} <= said


def test_where_there_is_nothing_nothing_is_given() -> None:
    assert list(images(np.full((64, 64, 3), 200, np.uint8))) == []


def test_black_on_white_is_given_as_it_is_and_no_more() -> None:
    given = list(images(shown(BLACK, WHITE)))
    assert [(image.scale, image.by_parts) for image in given] == [(1, False), (2, False)]
