from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.host import machine

if TYPE_CHECKING:
    import pytest


def test_the_machine_has_one_lasting_id() -> None:
    assert machine.machine_id()
    assert machine.machine_id() == machine.machine_id()


def test_without_an_id_it_is_the_host_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_MACHINE", (Path("/nowhere"), Path("/etc")))
    assert machine.machine_id() == platform.node()


def test_the_boot_id_is_short() -> None:
    assert len(machine.boot_id()) == 8
    assert machine.boot_id() == machine.boot_id()
