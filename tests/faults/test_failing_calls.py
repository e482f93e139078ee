"""Each call that each deed makes fails once, in each way it can: no half state, and then it works.

The n-th call below the person's folders is refused by a disk of our own; then nodreel is started on
what is there, and the same deed is done again.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psutil
import pytest

from nodreel.errors import NodreelError, StoreError
from tests.faults.calls import Call, Calls
from tests.faults.deeds import DEEDS, WHOLE
from tests.faults.home import Home, kept, sound, texts
from tests.faults.prepared import prepare
from tests.findings import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.deeds import Deed

WAYS: Final[dict[str, tuple[int, ...]]] = {
    "open": (errno.EMFILE, errno.ENOMEM, errno.EIO),
    "create": (errno.ENOSPC, errno.EMFILE, errno.EROFS, errno.ENOMEM),
    "mkdir": (errno.ENOSPC, errno.EROFS),
    "write": (errno.ENOSPC, errno.EIO, errno.EFBIG),
    "fsync": (errno.EIO, errno.ENOSPC),
    "ftruncate": (errno.EIO,),
    "rename": (errno.EIO, errno.EROFS, errno.ENOSPC),
    "unlink": (errno.EIO, errno.EROFS),
    "rmdir": (errno.EIO,),
    "read": (errno.EIO,),
    "listdir": (errno.EMFILE, errno.EIO),
}
"""How each call can fail."""
MOST_WAYS: Final = max(map(len, WAYS.values()))
NEEDS_ROOM: Final = {"create", "mkdir", "write"}
FULL: Final = (
    "delete some",
    "delete one",
    "delete all",
    "withdraw",
    "withdraw for later",
    "refuse",
)
GONE: Final = {
    "delete some": {f"one {n}" for n in range(4, 8)},
    "delete one": {f"one {n}" for n in range(10)},
    "refuse": set[str](),
}
"""What must be gone on a full disk, too; where nothing is said, everything."""


class Failing(Calls):
    """Refuses the ``number``-th call with each of its errors in turn, ``way`` first."""

    def __init__(self, home: Path, number: int = 0, way: int = 0) -> None:
        super().__init__(home)
        self.number, self.way = number, way
        self.count = 0
        self.hit: Call | None = None
        self.ways = 1

    def before(self, call: Call) -> None:
        self.count += 1
        if self.count == self.number and call.name in WAYS:
            self.hit, self.ways = call, len(WAYS[call.name])
            code = WAYS[call.name][self.way % self.ways]
            raise OSError(code, os.strerror(code))


class Full(Calls):
    """A disk without room: nothing new can be made, nothing made longer."""

    def before(self, call: Call) -> None:
        if call.name in NEEDS_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Short(Calls):
    """Takes at most 100 bytes at a time."""

    def size_of_write(self, call: Call) -> int:
        return min(100, len(call.data))


def attempt(home: Home, deed: Deed, disk: Calls) -> NodreelError | None:
    """Do it on that disk; a failure may only be one that says what to do next."""
    try:
        with disk:
            deed(home)
    except NodreelError as error:
        failed = error
    else:
        return None
    assert str(failed)
    assert failed.advice
    if home.writer is not None:  # what the agent does then
        home.writer.discard()
        with suppress(StoreError):
            home.writer.close("abandoned")
        home.writer.leave()
        home.writer = None
    return failed


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _fd: None)


@pytest.mark.faults
@pytest.mark.parametrize("name", WHOLE)
def test_whichever_call_fails_nothing_is_half_done_and_then_it_works(
    name: str, memory: Path, rounds: Callable[[int, int], int]
) -> None:
    before, deed = DEEDS[name]
    ready = prepare(memory / "before", before)
    place = memory / "live"
    number = tried = failed = 0
    files = psutil.Process().num_fds()
    while True:
        number += 1
        for way in range(rounds(1, MOST_WAYS)):
            home, said = ready.lay(place)
            disk = Failing(place, number, way + number)
            error = attempt(home, deed, disk)
            if way >= disk.ways or disk.hit is None:
                break  # this call cannot fail in yet another way, or there is none of that number
            tried, failed = tried + 1, failed + (error is not None)
            try:
                sound(place, said, ready.old, home.clock.mono())
            except BaseException:
                print(f"call {number}: {disk.hit}, {error}")
                raise
        if disk.count < number:
            break
    again, _ = ready.lay(place)
    assert attempt(again, deed, Calls(place)) is None, "it does not even work without a failure"
    assert tried >= (number - 1) * 9 // 10 > 0
    assert psutil.Process().num_fds() == files, "a file stays open"
    print(f"{name}: {number - 1} calls, {tried} failures, {failed} of them told")
    found("C9", "calls that failed", tried)


@pytest.mark.parametrize("name", WHOLE)
def test_short_writes_change_nothing(name: str, memory: Path) -> None:
    before, deed = DEEDS[name]
    ready = prepare(memory / "before", before)
    home, said = ready.lay(memory / "live")
    assert attempt(home, deed, Short(memory / "live")) is None
    sound(memory / "live", said, ready.old, home.clock.mono())


@pytest.mark.parametrize("name", FULL)
def test_without_any_room_what_is_taken_back_is_gone(name: str, memory: Path) -> None:
    before, deed = DEEDS[name]
    ready = prepare(memory / "before", before)
    place = memory / "live"
    home, said = ready.lay(place)
    error = attempt(home, deed, Full(place))
    done = kept(said)
    if name.startswith(("withdraw", "refuse")):
        assert not home.paths.grant.exists()
        assert done.consents == (None,)
    assert error is None or isinstance(error, StoreError), error
    there = {n for path in home.paths.episodes.glob("*/chain.jsonl") for n in texts(path.parent)}
    assert not there & GONE.get(name, set(there)), "what was to go can still be read"
    sound(place, said, ready.old, home.clock.mono())
