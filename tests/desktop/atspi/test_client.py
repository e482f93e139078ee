from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desktop.accessibility_contract import AccessibilityContract
from tests.desktop.atspi.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


class TestGtk(AccessibilityContract):
    """With a GTK program."""


class TestQt(AccessibilityContract):
    """With a Qt program."""

    @pytest.fixture
    def form(self, on_bed: Bed, hands: Injector, windows: Windows) -> Iterator[Form]:
        made = Form(on_bed, hands, windows, "qt")
        yield made
        made.close()
