"""A desktop on which programs speak accessibility, and one program for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bed.bed import Bed
from tests.bed.fixtures import hands, on_bed, windows
from tests.desktop.atspi.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

__all__ = ["hands", "on_bed", "windows"]


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with Bed(tmp_path_factory.mktemp("bed") / "x", accessibility=True) as made:
        yield made


@pytest.fixture
def form(on_bed: Bed, hands: Injector, windows: Windows) -> Iterator[Form]:
    made = Form(on_bed, hands, windows)
    yield made
    made.close()
