"""Pytest fixtures for a real desktop, to be imported in the conftest.py of a folder of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bed.bed import Bed
from tests.bed.injector import Injector
from tests.bed.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A desktop for all tests of one file: each must leave it without windows."""
    with Bed(tmp_path_factory.mktemp("bed") / "x") as made:
        yield made


@pytest.fixture
def hands(bed: Bed) -> Iterator[Injector]:
    """Types and clicks on the desktop."""
    with Injector(bed.env) as made:
        yield made


@pytest.fixture
def windows(bed: Bed) -> Iterator[Windows]:
    """Finds and arranges windows on the desktop."""
    with Windows(bed.env) as made:
        yield made


@pytest.fixture
def on_bed(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> Bed:
    """The test's own process lives on the desktop too (DISPLAY and the rest are set)."""
    for name in ("DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR",
                 "XDG_SESSION_TYPE", "DBUS_SYSTEM_BUS_ADDRESS", "XDG_CONFIG_HOME"):  # fmt: skip
        if name in bed.env:
            monkeypatch.setenv(name, bed.env[name])
    return bed
