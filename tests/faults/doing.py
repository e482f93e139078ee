"""Do a deed again and again in forked children, of which strace kills each at one of its calls.

Arguments: a folder, a deed, every how manieth call, and the number that strace waits for: it counts
the calls of each kind in each process. A child makes so many calls of one kind that do nothing that
its own n-th of that kind has that number. What it promised goes through shared memory, since
telling it by a call would count.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from nodreel.errors import NodreelError
from tests.faults.deeds import DEEDS
from tests.faults.prepared import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.deeds import Deed
    from tests.faults.home import Home

ROOM = 1 << 20
BEYOND = 9  # exit code of a child that came to its end


NOWHERE = 998
NOTHING: dict[str, Callable[[], object]] = {
    "write": lambda: os.write(NOWHERE, b""),
    "fsync": lambda: os.fsync(NOWHERE),
    "ftruncate": lambda: os.ftruncate(NOWHERE, 0),
    "rename": lambda: os.rename("", ""),  # noqa: PTH104  the plain call
    "renameat": lambda: os.rename("", "", src_dir_fd=NOWHERE, dst_dir_fd=NOWHERE),
    "mkdir": lambda: os.mkdir(""),  # noqa: PTH102  the plain call
    "mkdirat": lambda: os.mkdir("", dir_fd=NOWHERE),
    "unlink": lambda: os.unlink(""),  # noqa: PTH108  the plain call
    "unlinkat": lambda: os.unlink("", dir_fd=NOWHERE),
}
"""A call of each kind that fails at once."""


def main() -> None:
    place, name, step, when = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    before, deed = DEEDS[name]
    ready = prepare(place / "before", before)
    done = {}
    for kind, call in NOTHING.items():
        number, code = 1, 0
        while code != BEYOND:
            at = place / f"{kind}-{number}"
            forked(lambda at=at: ready.lay(at))  # what it calls is not to count here
            shared = mmap.mmap(-1, ROOM)
            code = forked(partial(do, deed, *ready.at(at), shared, (call, when - number)))
            said = json.loads(shared[: shared.find(b"\0")])
            now = ready.home.clock.now
            done[at.name] = {"code": code, "old": ready.old, "now": now, "said": said}
            shared.close()
            number += step
    (place / "done.json").write_text(json.dumps(done))


def forked(job: Callable[[], object]) -> int:
    """Do something in a child, and return how that ended."""
    child = os.fork()
    if child == 0:
        job()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def do(
    deed: Deed, home: Home, said: list[object], shared: mmap.mmap,
    first: tuple[Callable[[], object], int],
) -> NoReturn:  # fmt: skip
    """Do it, and leave without any of what a process does at its end."""

    def say(mark: object) -> None:
        said.append(mark)
        told = json.dumps(said).encode()
        shared[: len(told) + 1] = told + b"\0"

    home.say = say
    say(("off", None))
    call, times = first
    for _ in range(times):
        with suppress(OSError):
            call()
    with suppress(NodreelError):
        deed(home)
    os._exit(BEYOND)


if __name__ == "__main__":
    main()
