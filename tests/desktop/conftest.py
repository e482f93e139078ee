"""A desktop of their own for the tests that need a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.desktop import X11Desktop
from tests.bed.fixtures import bed, hands, on_bed, windows
from tests.bed.painter import Painter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed

__all__ = ["bed", "desktop", "hands", "on_bed", "painter", "windows"]


@pytest.fixture
def painter(bed: Bed) -> Iterator[Painter]:
    """Shows plain windows; they go when the test ends."""
    with Painter(bed.env) as made:
        yield made


@pytest.fixture
def desktop(on_bed: Bed) -> Iterator[X11Desktop]:
    """The desktop under test, drained of its first batch."""
    made = X11Desktop()
    made.flush()
    yield made
    made.close()
