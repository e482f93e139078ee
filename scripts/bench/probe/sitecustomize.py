"""In every Python process that is measured: counts fsyncs, and tells its memory when asked.

nodreel's processes refuse to be looked into, even by their own user, so they are asked: on SIGUSR2
one writes ``{"pss": bytes, "fsyncs": count}`` into the file of its number in NODREEL_BENCH_PROBE.
Costs nothing in between.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

_COUNT = [0]


def _counted(real: object) -> object:
    def sync(fd: int) -> None:
        _COUNT[0] += 1
        real(fd)  # type: ignore[operator]

    return sync


def _pss() -> int:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _tell(*_: object) -> None:
    told = _PLACE.with_name(f"{_PLACE.name}.new")
    told.write_text(json.dumps({"pss": _pss(), "fsyncs": _COUNT[0]}))
    told.rename(_PLACE)


if folder := os.environ.get("NODREEL_BENCH_PROBE"):
    _PLACE = Path(folder) / str(os.getpid())
    os.fsync, os.fdatasync = _counted(os.fsync), _counted(os.fdatasync)  # type: ignore[assignment]
    signal.signal(signal.SIGUSR2, _tell)
    _PLACE.write_text("{}")
