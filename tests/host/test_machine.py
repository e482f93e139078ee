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


def test_it_may_have_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(f"{name}\n")
    monkeypatch.setattr(machine, "_MACHINE", (tmp_path / "one", Path("/nowhere"), tmp_path / "two"))
    assert machine.machine_ids() == ("one", "two")
    assert machine.machine_id() == "one"


def test_the_boot_id_is_short() -> None:
    assert len(machine.boot_id()) == 8
    assert machine.boot_id() == machine.boot_id()
