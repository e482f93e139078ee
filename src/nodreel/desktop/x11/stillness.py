"""Word from the server when somebody is back: input of any kind after a second without any.

The server counts for how long nobody touched anything (SYNC's counter IDLETIME) and tells when that
falls below a second again. So nobody has to ask while nothing happens.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xcffib.sync

from nodreel.events import SECOND, Nanos

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection

STILL = Nanos(SECOND)
_MS = 1000
_COUNTER = b"IDLETIME"
_CREATE_ALARM = 8
_ALL_VALUES = 0b111111
_ABSOLUTE, _FALLS_BELOW = 0, 1
_ALARM = 1


class Stillness:
    """``code``: of the event that ``says`` understands; 0 where the server does not count."""

    def __init__(self, x: Connection) -> None:
        self.code = 0
        found = x.extension("SYNC")
        if found is None:
            return
        sync = x.ext(xcffib.sync.key)
        sync.Initialize(3, 1).reply()
        counter = _counter(x.raw_answer(sync.ListSystemCounters()))
        if counter and x.works(_alarm(x, sync, counter)):
            self.code = found[1] + _ALARM


def _counter(raw: bytes) -> int:
    """Find the counter in the list of all (which xcffib cannot read); 0 for there is none."""
    count, at = struct.unpack_from("=I", raw, 8)[0] if raw else 0, 32
    for _ in range(count):
        number, size = struct.unpack_from("=I8xH", raw, at)
        if raw[at + 14 : at + 14 + size] == _COUNTER:
            return int(number)
        at += (14 + size + 3) // 4 * 4
    return 0


def _alarm(x: Connection, sync: Any, counter: int) -> Any:
    """Ask to be told; by hand, because xcffib packs 64-bit values as one word."""
    request = BytesIO()
    request.write(struct.pack("=xx2xII", x.new_id(), _ALL_VALUES))
    values = (counter, _ABSOLUTE, 0, _MS, _FALLS_BELOW, 0, 0, 1)  # never inactive, and told of
    request.write(struct.pack("=8I", *values))
    return sync.send_request(_CREATE_ALARM, request, is_checked=True)
