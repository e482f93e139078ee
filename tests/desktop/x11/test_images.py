from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11 import images
from nodreel.desktop.x11.connection import Connection
from nodreel.desktop.x11.images import SharedImages, SocketImages, open_images
from nodreel.events import Rect
from tests.desktop.contract import colour_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.painter import Painter

COLOUR = 0x123456


@pytest.fixture
def x(on_bed: Bed) -> Iterator[Connection]:
    made = Connection()
    yield made
    made.close()


@pytest.fixture
def window(painter: Painter) -> int:
    made = painter.window(Rect(0, 0, 300, 200), COLOUR, popup=True)
    painter.paint(made, COLOUR)
    painter.paint(made, 0xFFFFFF, Rect(10, 0, 1, 1))
    return made


def segments() -> set[str]:
    with open("/proc/sysvipc/shm") as table:  # noqa: PTH123 - a table of the kernel
        return {line.split()[1] for line in table.readlines()[1:]}


@pytest.mark.parametrize("kind", [SharedImages, SocketImages])
def test_both_ways_give_the_same_bytes(
    x: Connection, window: int, kind: type[SharedImages | SocketImages]
) -> None:
    reader = kind(x)
    one, gone, two = reader.read(window, [Rect(0, 0, 20, 2), Rect(290, 0, 20, 2), Rect(9, 0, 3, 1)])
    assert one is not None
    assert len(one) == 20 * 2 * 4
    assert colour_of(one) == {COLOUR, 0xFFFFFF}
    assert gone is None  # beyond the edge
    assert two is not None
    assert [two[i : i + 3] for i in (0, 4, 8)] == [
        b"\x56\x34\x12",
        b"\xff\xff\xff",
        b"\x56\x34\x12",
    ]
    reader.close()
    reader.close()


def test_the_memory_grows_and_goes(x: Connection, window: int) -> None:
    before = segments()
    reader = SharedImages(x, 4096)
    assert segments() - before
    (whole,) = reader.read(window, [Rect(0, 0, 300, 200)])
    assert whole is not None
    assert len(whole) == 300 * 200 * 4
    reader.close()
    x.round_trip()
    assert segments() <= before


def test_nobody_reads_what_became_something_else(x: Connection, window: int) -> None:
    reader = SharedImages(x, 4096)
    first = reader.read(window, [Rect(0, 0, 4, 4)])[0]
    second = reader.read(window, [Rect(4, 0, 4, 4)])[0]
    assert first is not None
    assert second is not None
    with pytest.raises(ValueError, match="released"):
        bytes(first)
    assert len(bytes(second)) == 64
    reader.close()
    with pytest.raises(ValueError, match="released"):
        bytes(second)


def test_without_shared_memory_the_socket_does(
    x: Connection, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(open_images(x), SharedImages)

    def refuse(*_: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(images, "SharedImages", refuse)
    assert isinstance(open_images(x), SocketImages)
    monkeypatch.setattr(Connection, "extension", lambda *_: None)
    assert isinstance(open_images(x), SocketImages)
