"""Real programs look the same on the screen whether or not their windows are watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.connection import Connection
from nodreel.desktop.x11.images import SharedImages
from nodreel.events import MILLISECOND, Nanos, Rect
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.painter import Painter
    from tests.bed.windows import Windows

DONE = "seq 300; printf '\\033]0;written\\a'; sleep 1000"  # its title says when it has written
CARET = 64  # pixels that may differ: a blinking caret


class Eye:
    """Looks at a part of the screen."""

    def __init__(self) -> None:
        self._x = Connection()
        self._images = SharedImages(self._x)

    def close(self) -> None:
        self._images.close()
        self._x.close()

    def see(self, area: Rect) -> memoryview:
        (data,) = self._images.read(self._x.root, [area])
        assert data is not None
        return memoryview(data).cast("I")


@pytest.fixture
def eye(on_bed: Bed) -> Iterator[Eye]:
    made = Eye()
    yield made
    made.close()


def difference(one: memoryview, other: memoryview) -> int:
    return sum((a ^ b) & 0xFFFFFF != 0 for a, b in zip(one, other, strict=True))


def steady(eye: Eye, area: Rect, looks: int = 25) -> memoryview:
    """The picture once it has not changed (but for a caret) for many looks in a row."""
    first, same = eye.see(area), [0]

    def still() -> bool:
        nonlocal first
        now = eye.see(area)
        if difference(now, first) > CARET or len(set(now)) < 2:
            first, same[0] = now, 0
        same[0] += 1
        return same[0] >= looks

    wait_for(still, "a steady picture", timeout=60)
    return first


@pytest.mark.parametrize(
    ("program", "title"),
    [
        (("xterm", "-T", "term", "-e", "sh", "-c", DONE), "written"),
        (("mousepad",), "Mousepad"),
        (("featherpad",), "Untitled"),
        (("chromium", "--no-sandbox", "--no-first-run", "--disable-gpu", "--user-data-dir=chr",
          "data:text/html,<h1>Hello</h1><p style='background:red'>there"), "hromium"),
    ],
    ids=["xterm", "gtk", "qt", "chromium"],
)  # fmt: skip
def test_what_was_covered_is_drawn_again_and_nothing_flickers(  # noqa: PLR0917 - fixtures
    bed: Bed, desktop: X11Desktop, windows: Windows, hands: Injector, painter: Painter, eye: Eye,
    program: tuple[str, ...], title: str,
) -> None:  # fmt: skip
    app = bed.start(*program)
    window = windows.wait(title, timeout=60)
    windows.activate(window.id)
    hands.move(3, 3)
    at = windows.area(window.id)
    whole = Rect(max(0, at.x), max(0, at.y), min(at.w, 600), min(at.h, 300))
    before = steady(eye, whole)
    cover = painter.window(Rect(whole.x + 50, whole.y, 300, 200), 0xAA0000, popup=True)
    painter.paint(cover, 0xAA0000)
    covered = steady(eye, whole)
    for _ in range(12):
        desktop.scene()
        desktop.watch([window.id])
        assert difference(eye.see(whole), covered) <= CARET
        desktop.wait(Nanos(20 * MILLISECOND))
        assert difference(eye.see(whole), covered) <= CARET
        desktop.watch([])
        assert difference(eye.see(whole), covered) <= CARET
    desktop.watch([window.id])
    painter.remove(cover)
    wait_for(lambda: difference(eye.see(whole), before) <= CARET, "the old picture")
    app.stop()
