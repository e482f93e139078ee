"""Which programs are with the person: connected to this display, or running in their name."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import xcffib.res

from nodreel.desktop.x11.process import read_process
from nodreel.scene import Company

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.desktop.x11.connection import Connection
    from nodreel.desktop.x11.session import Session

_EVERYBODY, _LOCAL_PID = 0, 2


def company(x: Connection, session: Session) -> Company | None:
    """Ask the X server for all of its clients (it is one itself) and read /proc.

    None when the server does not tell.
    """
    asked = x.ext(xcffib.res.key).QueryClientIds(1, [struct.pack("=II", _EVERYBODY, _LOCAL_PID)])
    reply = x.answer(asked)
    if reply is None:
        return None
    found: set[str] = set()
    for pid in {value.value[0] for value in reply.ids if len(value.value)}:
        found.update(_names(pid))
    return Company(tuple(sorted(found.union(_ours()))), remote=session.remote)


def _names(pid: int) -> Iterator[str]:
    """Yield the binary of a process, or its short name where only that may be read; its script."""
    process = read_process(pid)
    if process is None:
        return
    if process.exe:
        yield process.exe
    else:
        with suppress(OSError):
            yield Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    if process.script:
        yield process.script


def _ours() -> Iterator[str]:
    """Yield the binaries of all processes of this person."""
    uid = os.getuid()
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with suppress(OSError):  # gone, or not ours to read
                if entry.stat().st_uid == uid:
                    yield os.readlink(f"{entry.path}/exe")
