"""Under a compositor, which holds every window's pixmap already, nothing is different."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xcffib
import xcffib.composite
import xcffib.xproto

from nodreel.events import Rect
from tests.bed.bed import Bed, wait_for
from tests.bed.injector import connect
from tests.desktop.contract import colour_of
from tests.desktop.x11.test_pixels import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.painter import Painter
    from tests.bed.windows import Windows

AREA = Rect(300, 200, 400, 300)
OWN, FOREIGN = 0x00AA00, 0xAA0000
EVERYWHERE = [Rect(0, 0, 1920, 1080)]


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with Bed(tmp_path_factory.mktemp("bed") / "x") as made:
        made.start("picom", "--backend", "xrender", "--config", "/dev/null")
        wait_for(lambda: composited(made), "the compositor")
        yield made


def composited(bed: Bed) -> bool:
    """Whether a new window has a pixmap of its own: the compositor does not only run, it works."""
    x = connect(bed.env)
    try:
        composite = x(xcffib.composite.key)
        composite.QueryVersion(0, 4).reply()
        window, root = x.generate_id(), x.get_setup().roots[0].root
        override = xcffib.xproto.CW.OverrideRedirect
        x.core.CreateWindow(0, window, root, 0, 0, 9, 9, 0, 1, 0, override, [1])
        x.core.MapWindow(window)
        composite.NameWindowPixmap(window, x.generate_id(), is_checked=True).check()
    except xcffib.xproto.MatchError:
        return False
    finally:
        x.disconnect()
    return True


@pytest.mark.parametrize("popup", [True, False])
def test_windows_keep_their_pixels(
    desktop: X11Desktop, painter: Painter, windows: Windows, *, popup: bool
) -> None:
    window = painter.window(AREA, OWN, popup=popup)
    wait_for(lambda: windows.on_screen(window), "the window")
    painter.paint(window, OWN)
    settle(desktop, window)
    (whole,) = desktop.grab(window, EVERYWHERE)
    assert colour_of(whole.data) == {OWN}  # nothing was blackened
    over = painter.window(Rect(0, 0, 1920, 1080), FOREIGN, popup=True)
    painter.paint(over, FOREIGN)
    painter.paint(window, 0x0000AA)
    desktop.scene()
    (whole,) = desktop.grab(window, EVERYWHERE)
    assert colour_of(whole.data) == {0x0000AA}
    assert list(desktop.damaged(window)) != []
    desktop.watch([])
    settle(desktop, window)
    (whole,) = desktop.grab(window, EVERYWHERE)
    assert colour_of(whole.data) == {0x0000AA}
