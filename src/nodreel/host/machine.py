"""Which machine and which boot this is; for binding a consent and ordering a log, never sent."""

from __future__ import annotations

import platform
from pathlib import Path

_MACHINE = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def machine_id() -> str:
    """Return what the system calls itself; its host name where it has no id (bare containers)."""
    return next(iter(machine_ids()), platform.node())


def machine_ids() -> tuple[str, ...]:
    """Return the ids that programs may call this machine by; they differ in some containers."""
    return tuple(found for found in map(_line, _MACHINE) if found)


def boot_id() -> str:
    """Return eight digits that differ from boot to boot; monotonic times compare only within."""
    return _line(_BOOT)[:8]


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
