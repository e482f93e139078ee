"""The picture itself, read back from the X server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xcffib
import xcffib.xproto

from nodreel.sign.canvas import HEIGHT, NARROWEST, Canvas
from nodreel.sign.looks import AMBER, BLUE, GREY, RED, Colour, Look, Shape, look_of
from nodreel.sign.said import Said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed


class Painter:
    """Draws looks and reads them back as {colour: number of pixels}."""

    def __init__(self, scale: int) -> None:
        self.x = xcffib.connect()
        self.canvas = Canvas(self.x, self.x.get_setup().roots[0], scale)

    def pixels(self, look: Look) -> list[Colour]:
        width, height = self.canvas.size(look)
        reply = self.x.core.GetImage(
            xcffib.xproto.ImageFormat.ZPixmap, self.canvas.draw(look),
            0, 0, width, height, 0xFFFFFFFF,
        ).reply()  # fmt: skip
        raw = bytes(reply.data.buf())
        return [(raw[i + 2], raw[i + 1], raw[i]) for i in range(0, len(raw), 4)]


@pytest.fixture(params=[1, 2])
def painter(request: pytest.FixtureRequest, on_bed: Bed) -> Iterator[Painter]:
    made = Painter(request.param)
    yield made
    made.x.disconnect()


@pytest.mark.parametrize(
    ("status", "colour"),
    [
        (Said(state="recording", sentence="", recording=True, app="Mousepad"), RED),
        (Said(state="recording", sentence="", recording=True, unwritten_s=60), AMBER),
        (Said(state="paused", sentence=""), GREY),
        (Said(state="blocked", sentence="Locked."), BLUE),
    ],
)
def test_the_colour_of_each_state_is_on_the_screen(
    painter: Painter, status: Said, colour: Colour
) -> None:
    pixels = painter.pixels(look_of(status))
    assert pixels.count(colour) > 400
    strangers = {RED, AMBER, GREY, BLUE} - {colour}
    assert not strangers & set(pixels)


def test_words_are_there_to_be_read(painter: Painter) -> None:
    bare = Look(Shape.DOT, RED, " " * 20)
    said = Look(Shape.DOT, RED, "nodreel: recording x")
    lit = [sum(sum(p) > 3 * 0xE0 for p in painter.pixels(look)) for look in (bare, said)]
    assert lit[0] == 0
    assert lit[1] > 200


def test_words_of_other_scripts_and_beyond_are_drawn(painter: Painter) -> None:
    greek = painter.pixels(Look(Shape.DOT, RED, "recording Ελλάδα"))
    assert greek != painter.pixels(Look(Shape.DOT, RED, "recording ??????"))
    assert painter.pixels(Look(Shape.DOT, RED, "app \U0001f600")) == painter.pixels(
        Look(Shape.DOT, RED, "app ?")
    )


def test_small_unless_it_has_more_to_say(painter: Painter) -> None:
    width, height = painter.canvas.size(Look(Shape.DOT, RED, "nodreel"))
    scale = height // HEIGHT
    assert (width, height) == (NARROWEST * scale, HEIGHT * scale)
    assert painter.canvas.size(Look(Shape.DOT, RED, "x" * 52))[0] < 700 * scale
