"""Keeps the sign up and knows whether the person can see it. The sign is a process of its own."""

from __future__ import annotations

import json
import logging
import os
import select
import struct
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.gate.regions import visible
from nodreel.language.speech import message
from nodreel.rects import area, intersect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nodreel.clock import Clock
    from nodreel.events import Rect
    from nodreel.scene import Scene, Window

log = logging.getLogger(__name__)

SILENCE = Nanos(900 * MILLISECOND)
"""After this long without a sign of life it counts as gone (hung: a sign that died takes its window
with it, which is seen at once), unless it was asked only just now."""
ANSWER = Nanos(500 * MILLISECOND)
"""How long the sign may take to answer: some machines are busy."""
AGAIN = Nanos(500 * MILLISECOND)
"""It is not asked more often, however often the agent beats."""
LONGEST = 120  # characters of a text, each up to 12 bytes as JSON
SHORTLY = 0.02  # seconds: what a sign takes to answer, nearly always
SOON = Nanos(100 * MILLISECOND)
LONG = Nanos(3600 * SECOND)
RESTART = Nanos(3 * SECOND)
HUNG = Nanos(10 * SECOND)
"""Who has spoken and does not answer for so long is replaced."""
LIFE = struct.Struct("=QI")  # a sign of life: when, ns of CLOCK_MONOTONIC; its window
NARROWEST, LOWEST = 180, 20
"""Pixels of a mark at least; the strips of a frame are thinner."""
STEADY = Nanos(SECOND // 2)
"""How long it must be in full view without a break: two windows that fight for the top are none."""


class SignKeeper:
    """Starts the sign, hears its heartbeat, and looks for its window in the agent's own scene."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started: Nanos | None = None
        self._window: int | None = None
        self._pid: int | None = None
        self._heard: Nanos | None = None
        self._shown_since: Nanos | None = None
        self._sure: Nanos | None = None
        self._life = self._word = -1  # our ends of the pipes, see ``nodreel.sign.pulse``
        self._said: object = None
        self._asked: Nanos | None = None  # since when an answer is due
        self._bidden = True  # whether the sign that runs may show itself
        self._looked: tuple[Scene | None, int, frozenset[int], bool]
        self._looked = (None, 0, frozenset(), False)

    def heard(self, window: int, pid: int) -> None:
        """Take note of a heartbeat; ``pid`` is the sender's as the kernel knows it.

        From a sign that was started by hand; ours speaks through its pipe.
        """
        self._window, self._pid, self._heard = window, pid, self._clock.mono()

    @property
    def pid(self) -> int | None:
        """The process that was started, None while there is none."""
        return self._process.pid if self._process is not None else None

    def patience(self, longest: Nanos) -> Nanos:
        """For how long nothing about the sign can change without the desktop telling us.

        When the next beat (after ``longest``) would come too late for an answer that is due, that
        is waited for a moment, so that it needs no beat of its own.
        """
        if self._sure is None or self._shown_since is None or not self._alive():
            return self._until_seen()
        now = self._clock.mono()
        if self._asked is not None and self._life >= 0 and self._asked + ANSWER < now + longest:
            select.select([self._life], [], [], SHORTLY)
            self._listen()
            now = self._clock.mono()
        if self._asked is not None:
            return Nanos(max(0, self._asked + ANSWER - now))
        return LONG if self._life >= 0 else Nanos((self._heard or 0) + SILENCE - now)

    def _until_seen(self) -> Nanos:
        """Return how soon a sign that starts, or that only just came into view, can count."""
        if self._heard is None and self._process is not None:
            return Nanos(int(SHORTLY * SECOND))
        left = (self._shown_since or Nanos(0)) + STEADY - self._clock.mono()
        return Nanos(left) if 0 < left < SOON else SOON

    @property
    def lives(self) -> bool:
        """Whether it spoke a moment ago, or was asked only just now."""
        return self._alive()

    @property
    def sure_until(self) -> Nanos | None:
        """Until when the person certainly saw it: a sign gone silent, until its last word."""
        return self._sure if self._alive() else self._heard

    @property
    def lived_until(self) -> Nanos:
        """When it gave its last sign of life: what happened later is not for the disk yet."""
        self._listen()
        return Nanos(0) if self._heard is None else self._heard

    def prepare(self) -> None:
        """Start the sign, which shows nothing before ``keep``: what it needs is read meanwhile."""
        self._start()
        self._bidden = False

    def forgo(self) -> None:
        """Take down a sign that was prepared and is not wanted."""
        if not self._bidden:
            self.stop()

    def keep(self) -> None:
        """Start the sign when there is none; after it died, wait a moment first."""
        if self._process is not None and self._process.poll() is None:
            self._bidden = self._bidden or self._say(b"\n")
            if self._hangs:
                self._process.kill()  # the next look finds it dead
            return
        now = self._clock.mono()
        if self._alive() or (self._started is not None and now - self._started < RESTART):
            return
        self._start()
        self._say(b"\n")  # it shows itself with the first word

    @property
    def _hangs(self) -> bool:
        self._listen()
        spoke = self._heard is not None and self._heard >= (self._started or 0)
        return spoke and self._asked is not None and self._clock.mono() - self._asked > HUNG

    def _start(self) -> None:
        """Start a sign; where no process or pipe can be had, there is none until the next try."""
        self._started = self._clock.mono()
        self._let_go()
        try:
            self._spawn()
        except OSError as error:
            log.warning("the sign cannot be started: %s", error)
            self._let_go()

    def _spawn(self) -> None:
        self._life, its_life = os.pipe()
        try:
            its_word, self._word = os.pipe()
        except OSError:
            os.close(its_life)
            raise
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "nodreel.sign", "--kept"],
                stdin=its_word,
                stdout=its_life,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(its_life)
            os.close(its_word)

    def ask(self) -> None:
        """Have the sign say that it lives, unless it just did; do so with each beat."""
        now = self._clock.mono()
        if self._bidden and (self._heard is None or now - self._heard >= AGAIN):
            self._say(b"\n", now)

    def tell(self, what: object, words: Callable[[], Mapping[str, object]]) -> None:
        """Tell the sign what to show, if ``what`` differs from what was told last."""
        if self._bidden and what != self._said and self._say(_line(words())):
            self._said = what

    def _say(self, line: bytes, asked: Nanos | None = None) -> bool:
        """Write a line to our sign, if it has room and lives: a pipe takes a short one whole."""
        with suppress(OSError):
            if self._word >= 0 and select.select([], [self._word], [], 0)[1]:
                os.write(self._word, line)
                if self._asked is None:
                    self._asked = asked
                return True
        return False

    def _let_go(self) -> None:
        for end in (self._life, self._word):
            if end >= 0:
                os.close(end)
        self._life = self._word = -1
        self._said = self._asked = None
        self._bidden = True

    def _listen(self) -> None:
        """Take in the signs of life of the very process we started."""
        lives = b""
        with suppress(OSError):
            while self._life >= 0 and select.select([self._life], [], [], 0)[0]:
                more = os.read(self._life, 1 << 16)
                if not more:
                    break
                lives = (lives + more)[-LIFE.size :]
        if self._process is None or len(lives) != LIFE.size:
            return
        when, window = LIFE.unpack(lives)
        said = min(when, self._clock.mono())
        self._window, self._pid = window, self._process.pid
        self._heard = Nanos(max(self._heard or 0, said))
        if self._asked is not None and said >= self._asked:
            self._asked = None

    def stop(self) -> None:
        """Take the sign down."""
        process, self._process = self._process, None
        self._let_go()
        self._window = self._heard = None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def why_unseen(
        self, scene: Scene | None, designated: frozenset[int] = frozenset()
    ) -> str | None:
        """Return why the person cannot see the sign, None when it has shown in full for a while.

        Its own window has to show, and a mark on each monitor where a ``designated`` window lies.
        """
        why, now = self._why_not_now(scene, designated), self._clock.mono()
        if why is not None:
            self._shown_since = None
            return why
        if self._shown_since is None:
            self._shown_since = now
        if now - self._shown_since < STEADY:
            return message("The recording sign has only just come into view.")
        self._sure = now
        return None

    def _why_not_now(self, scene: Scene | None, designated: frozenset[int]) -> str | None:
        if not self._alive():
            return message("The recording sign does not answer.")
        if scene is None:
            return message("The desktop is not known yet.")
        window = scene.window(self._window)
        if window is None or window.process is None or window.process.pid != self._pid:
            return message("The recording sign is not on the screen.")
        if not self._shows_whole(scene, window, designated):
            return message("The recording sign is covered or off the screen.")
        return None

    def _shows_whole(self, scene: Scene, own: Window, designated: frozenset[int]) -> bool:
        """Whether nothing covers what has to show of it.

        A scene never changes, and the same is asked every second.
        """
        before, its, windows, whole = self._looked
        if before is not scene or (its, windows) != (own.id, designated):
            marks = (own, *marks_of(scene, self._pid))
            seen = [mark for mark in marks if _is_whole(scene, mark)]
            whole = own in seen and all(
                any(intersect(mark.inner, monitor) == mark.inner for mark in seen)
                for monitor in recorded_monitors(scene, designated)
            )
            self._looked = (scene, own.id, designated, whole)
        return whole

    def _alive(self) -> bool:
        self._listen()
        if self._heard is None:
            return False
        now = self._clock.mono()
        asked_now = self._asked is not None and now - self._asked <= ANSWER
        return asked_now or now - self._heard <= SILENCE


def marks_of(scene: Scene, pid: int | None) -> list[Window]:
    """Return the sign's marks: of all windows of its process those that are large enough for one.

    What a window says of itself counts for nothing; whose it is, the X server knows.
    """
    return [
        window for window in scene.windows
        if window.process is not None and window.process.pid == pid
        and window.inner.w >= NARROWEST and window.inner.h >= LOWEST
    ]  # fmt: skip


def recorded_monitors(scene: Scene, designated: frozenset[int]) -> list[Rect]:
    """Return the monitors on which any of these windows lies."""
    areas = [window.inner for window in scene.windows if window.id in designated]
    return [
        monitor.rect for monitor in scene.monitors
        if any(intersect(area, monitor.rect) for area in areas)
    ]  # fmt: skip


def _is_whole(scene: Scene, mark: Window) -> bool:
    shown = visible(scene, {mark.id})[mark.id]
    return area(shown) >= mark.inner.w * mark.inner.h


def _line(words: Mapping[str, object]) -> bytes:
    """Write what the sign shows as one line of less than 4 KiB; it shows even less of a text."""
    short = {n: v[:LONGEST] if isinstance(v, str) else v for n, v in words.items()}
    return json.dumps(short).encode() + b"\n"
