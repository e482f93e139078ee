"""How the machine is, read from small files as kernels write them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.host.load import Surroundings, surroundings, used_s

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    for name in ("supplies", "zones"):
        (tmp_path / name).mkdir()
    return tmp_path


def look(machine: Path) -> Surroundings:
    return surroundings(machine / "supplies", machine / "memory", machine / "zones")


def put(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(f"{text}\n")


def test_a_machine_that_tells_nothing_is_well(machine: Path) -> None:
    assert look(machine) == Surroundings()
    assert surroundings(*[machine / "nowhere"] * 3) == Surroundings()


def test_a_battery_counts_while_it_is_drawn_on(machine: Path) -> None:
    battery = machine / "supplies" / "BAT0"
    put(machine / "supplies" / "AC", type="Mains", online="0")
    put(battery, type="Battery", status="Discharging", capacity="42")
    assert look(machine).battery == 0.42
    put(machine / "supplies" / "BAT1", type="Battery", status="Discharging", capacity="7")
    assert look(machine).battery == 0.07
    put(battery, status="Charging")
    assert look(machine).battery is None


def test_the_battery_of_a_mouse_is_not_the_machines(machine: Path) -> None:
    mouse = machine / "supplies" / "hidpp_battery_0"
    put(mouse, type="Battery", scope="Device", status="Discharging", capacity="3")
    assert look(machine).battery is None


def test_memory_that_something_waits_for(machine: Path) -> None:
    some = "some avg10=12.50 avg60=3.00 avg300=1.00 total=123456"
    (machine / "memory").write_text(f"{some}\nfull avg10=4.25 avg60=1.00 avg300=0.50 total=7\n")
    found = look(machine)
    assert (found.pressure, found.stalled) == (12.5, 4.25)
    (machine / "memory").write_text("some avg10=lots\nmore avg10=9\nfull\n\xff")
    assert look(machine) == Surroundings()


def test_heat_is_what_the_machine_itself_calls_hot(machine: Path) -> None:
    zone = machine / "zones" / "thermal_zone0"
    put(zone, temp="70000", trip_point_0_type="critical", trip_point_0_temp="71000")
    assert not look(machine).hot
    put(zone, trip_point_1_type="passive", trip_point_1_temp="90000")
    assert not look(machine).hot
    put(zone, temp="87000")
    assert look(machine).hot
    put(zone, temp="broken")
    assert not look(machine).hot


def test_this_machine_can_be_asked() -> None:
    found = surroundings()
    assert found.battery is None or 0 <= found.battery <= 1
    assert 0 <= found.stalled <= found.pressure <= 100


def test_what_others_use_counts_too() -> None:
    code = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
    before = used_s(())
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert used_s([other.pid]) - before >= 0.25
        other.kill()
    assert used_s([other.pid]) >= before, "one that has gone has used nothing"
    assert used_s([os.getpid()]) > 0
