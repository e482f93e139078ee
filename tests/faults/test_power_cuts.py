"""Whatever a power cut leaves, the next start finds old or new, whole, and nothing deleted.

Each deed is done once, on a disk that remembers every call; then nodreel is started on each state
that a cut at any moment may have left (see ``tape``).
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from nodreel.errors import NoConsentError
from tests.faults.deeds import DEEDS, WHOLE, Deed
from tests.faults.home import Home, sound
from tests.faults.tape import Tape
from tests.findings import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.events import Nanos


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """No real disk is waited for: what a cut leaves is worked out, not tried."""
    monkeypatch.setattr(os, "fsync", lambda _fd: None)


GIVEN: Final = 3  # marks of what held before


@dataclass(frozen=True, slots=True)
class Played:
    """What the disk remembers of a deed, the consent before it, and the time around it."""

    tape: Tape
    old: str | None
    began: Nanos
    ended: Nanos


def play(place: Path, before: Deed, deed: Deed) -> Played:
    """Do a deed on a disk that remembers."""
    place.mkdir(mode=0o700)
    home = Home(place)
    before(home)
    old = None
    with suppress(NoConsentError):
        old = home.grant().consent_id
    tape = Tape(place)
    began = home.clock.mono()
    tape.mark(("consents", (None if old is None else "old",)))
    tape.mark(("wrote", [name for _, name in home._names]))
    tape.mark(("stored", [name for _, name in home._names]))
    home.say = tape.mark
    with tape:
        deed(home)
    return Played(tape, old, began, home.clock.mono())


@pytest.mark.faults
@pytest.mark.parametrize("name", WHOLE)
def test_whatever_a_power_cut_leaves_keeps_every_promise(
    name: str, memory: Path, fast: None, rounds: Callable[[int, int], int]
) -> None:
    played = play(memory / "live", *DEEDS[name])
    count = 0
    for disk, marks in played.tape.states(rounds(6, 200)):
        place = memory / "cut"
        disk.lay(place)
        try:
            now = played.ended if len(marks) > GIVEN else played.began
            sound(place, marks, played.old, now)
        except BaseException:
            print(f"state {count}: after {marks[-1]}: {[p for p, _ in disk.seen()]}")
            raise
        shutil.rmtree(place)
        count += 1
    assert count > len(played.tape.steps) // 4
    print(f"{name}: {len(played.tape.steps)} steps, {count} states")
    found("C9", "states that a power cut may leave", count)
