"""Under a compositor, which holds every window's pixmap already, nothing is different."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.events import Rect
from tests.bed.bed import Bed, wait_for
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
        wait_for(lambda: "_NET_WM_CM_S0" in made.run("xlsatoms") and owned(made), "the compositor")
        yield made


def owned(bed: Bed) -> bool:
    """Whether somebody owns the compositor's selection."""
    from tests.bed.windows import Windows

    with Windows(bed.env) as windows:
        owner = windows._core.GetSelectionOwner(windows.atom("_NET_WM_CM_S0")).reply().owner
    return bool(owner)


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
