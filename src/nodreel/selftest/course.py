"""The course of a self-test: ask, record, plant, search. Nothing of it stays but the result."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nodreel.clock import SystemClock, iso
from nodreel.episode import open_episode
from nodreel.errors import ControlError, NodreelError, UnsupportedError
from nodreel.events import MILLISECOND, Button, Element, Key, Move, Scroll
from nodreel.ipc.client import call
from nodreel.ipc.wire import AddNote
from nodreel.paths import default_paths
from nodreel.selftest.canaries import PLACES, Canaries, plant
from nodreel.selftest.private import Private
from nodreel.selftest.result import Result
from nodreel.selftest.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.clock import WallNanos
    from nodreel.consent import Grant

PLACES_SEARCHED: Final = (
    "What the test recorded: as it lies on the disk, and opened, record by record",
    "The logs, the policy, the consent and the control files of the test's recording",
    "Your own nodreel's folder: all files that changed since the test began",
    "The folder for temporary files: all of yours that changed since the test began",
)
_READY_S: Final = 120.0
_STEP_S: Final = 0.2
_EVERY: Final = 25  # steps; what only passes is not worth a word
_SETTLES: Final = 300 * MILLISECOND  # for so long the focus may be on its way
_ON_DISK_S: Final = 2.0
_INPUT: Final = (Key, Button, Scroll, Move, Element)


def hold(grant: Grant, say: Callable[[str], None], *, by_hand: bool) -> Result:
    """Carry out the test in this terminal and on this desktop; ``say`` tells what to do.

    Raises ControlError when there was no yes or no designated app came to the front.
    """
    canaries, clock = plant(), SystemClock()
    began = clock.wall()
    with Private(grant.policy, grant.kinds) as private:
        if private.ask() != 0:
            raise ControlError("Without your yes there is no test.", advice="Nothing was recorded.")
        private.start()
        _control(private, canaries, say)
        planted, span = _plant(canaries, by_hand=by_hand)
        limits = grant.policy.limits
        time.sleep(limits.hold_back_s + limits.seal_s + _ON_DISK_S)
        status = private.status()
        private.stop()
        search = Search(canaries)
        _search(search, private, began)
        inside = sum(_inside(folder, private.identity, span) for folder in private.episodes())
    return Result(
        day=iso(clock.wall())[:10],
        version=version("nodreel"),
        system=f"Python {platform.python_version()}",
        policy_sha256=grant.policy_sha256,
        kinds=tuple(sorted(grant.kinds)),
        planted=tuple(planted),
        left_out=tuple(f"a word in {place}" for place in PLACES if place not in planted),
        colours=len(canaries.colours),
        places=PLACES_SEARCHED,
        looked=search.looked,
        control=search.control,
        inside=inside,
        dropped=dict(sorted(status.dropped.items())) if status else {},
        typed_counts=grant.policy.synthetic == "keep",
        hits=tuple(sorted(search.hits)),
    )


def _control(private: Private, canaries: Canaries, say: Callable[[str], None]) -> None:
    """Have a marked note recorded while a designated app is in front."""
    say("Now bring one of your designated apps to the front and click into it.")
    told = ""
    for n in range(round(_READY_S / _STEP_S)):
        status = private.status()
        if status is not None and status.recording:
            with suppress(NodreelError):
                call(private.paths, AddNote(text=f"self-test control {canaries.control}"))
                return
        if status is not None and n % _EVERY == _EVERY - 1 and status.sentence != told:
            told = status.sentence
            say(f"  ({told})")
        time.sleep(_STEP_S)
    raise ControlError(
        "No designated app came to the front, so nothing could be shown.",
        advice="Open one of your designated apps, then run `nodreel selftest` again.",
    )


def _plant(canaries: Canaries, *, by_hand: bool) -> tuple[list[str], tuple[int, int]]:
    """Show the window; returns where words were planted, and from when to when (mono ns)."""
    wanted = {"words": canaries.words, "colours": canaries.colours, "by_hand": by_hand}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "nodreel.selftest.window"],
        input=json.dumps(wanted), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise UnsupportedError(
            "The test's window could not be shown.",
            advice=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "",
        )
    told = json.loads(done.stdout)
    return told["planted"], (told["since"] or 0, told["until"])


def _search(search: Search, private: Private, began: WallNanos) -> None:
    for folder in private.episodes():
        search.episode(folder, private.identity, "the test's recording")
    search.files(private.files(), "the test's folder", private.identity)
    ours, owner = default_paths(), private.home.stat().st_uid
    for place in (ours.data.parent, ours.config, ours.runtime):
        search.files(_changed(place, began, owner), "your nodreel's folder")
    search.files(_changed(Path(tempfile.gettempdir()), began, owner), "temporary files")


def _changed(place: Path, since: WallNanos, owner: int) -> Iterator[Path]:
    """Yield the files of ``owner`` below a folder that changed since then; no link is followed."""
    for folder, _, names in os.walk(place, onerror=None):
        for name in names:
            path = Path(folder, name)
            with suppress(OSError):
                found = path.lstat()
                plain = path.is_file() and not path.is_symlink()
                if plain and found.st_uid == owner and found.st_mtime_ns >= since:
                    yield path


def _inside(folder: Path, identity: str, span: tuple[int, int]) -> int:
    """Count input that was recorded while the test's window had the keyboard."""
    start = json.loads((folder / "local.json").read_text())["mono"]
    since, until = span[0] + _SETTLES, span[1]
    events = open_episode(folder, identity).events()
    return sum(isinstance(e, _INPUT) and since <= start + e.t <= until for e in events)
