"""How the machine is: battery, memory, heat, and what processes used. Linux; nothing elsewhere."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUPPLIES: Final = Path("/sys/class/power_supply")
_PRESSURE: Final = Path("/proc/pressure/memory")
_ZONES: Final = Path("/sys/class/thermal")
_MOST: Final = 4096  # bytes that one of these files may have
_NEARLY: Final = 3000  # thousandths of a degree below what the machine itself calls hot


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``battery``: charge from 0 to 1 while it is drawn on, None on mains or without one.

    ``pressure``, ``stalled``: percent of the last ten seconds in which some, or all, work waited
    for memory. ``hot``: a thermal zone is at the point where the machine slows itself down.
    """

    battery: float | None = None
    pressure: float = 0.0
    stalled: float = 0.0
    hot: bool = False


def surroundings(
    supplies: Path = _SUPPLIES, memory: Path = _PRESSURE, zones: Path = _ZONES
) -> Surroundings:
    """Look round; what a machine does not tell is taken for well."""
    some, full = _pressure(memory)
    return Surroundings(_battery(supplies), some, full, _hot(zones))


def used_s(pids: Iterable[int]) -> float:
    """Seconds of processor time that this process and ``pids`` have used so far."""
    return time.process_time() + sum(map(_used, pids))


def _used(pid: int) -> float:
    if sys.platform != "linux":
        return 0.0
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    try:
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (IndexError, ValueError):
        return 0.0


def _battery(folder: Path) -> float | None:
    drawn: list[float] = []
    for supply in _below(folder):
        if _text(supply / "type") == "Battery" and _text(supply / "scope") != "Device":
            if _text(supply / "status") != "Discharging":
                return None  # one that charges or is full: the machine has mains
            charge = _number(supply / "capacity")
            drawn += [] if charge is None else [charge / 100]
    return min(drawn, default=None)


def _pressure(file: Path) -> tuple[float, float]:
    found = {"some": 0.0, "full": 0.0}
    for line in _text(file).splitlines():
        kind, _, rest = line.partition(" ")
        for word in rest.split():
            name, _, value = word.partition("=")
            if kind in found and name == "avg10":
                try:
                    found[kind] = float(value)
                except ValueError:
                    continue
    return found["some"], found["full"]


def _hot(folder: Path) -> bool:
    """Whether a zone is nearly at its passive trip point, where the kernel begins to slow down."""
    for zone in _below(folder):
        temperature = _number(zone / "temp")
        if temperature is None:
            continue
        for number in range(12):
            kind = _text(zone / f"trip_point_{number}_type")
            if not kind:
                break
            limit = _number(zone / f"trip_point_{number}_temp")
            if kind == "passive" and limit and temperature >= limit - _NEARLY:
                return True
    return False


def _below(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _number(file: Path) -> int | None:
    try:
        return int(_text(file))
    except ValueError:
        return None


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST).decode("ascii", "replace").strip()
    except OSError:
        return ""
