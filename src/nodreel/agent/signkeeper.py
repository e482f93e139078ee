"""Keeps the sign up and knows whether the person can see it. The sign is a process of its own."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.gate.regions import visible
from nodreel.rects import area

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.scene import Scene, Window

SILENCE = Nanos(900 * MILLISECOND)
"""The sign beats every 400 ms; after this long without a word it counts as gone (hung: a sign that
died takes its window with it, which is seen at once)."""
SOON = Nanos(100 * MILLISECOND)
RESTART = Nanos(3 * SECOND)
STAMP = struct.Struct("=Q")  # a sign of life: when, ns of CLOCK_MONOTONIC
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
        self._life = self._news = -1  # our ends of the pipes, see ``nodreel.sign.pulse``
        self._said: object = None
        self._looked: tuple[Scene | None, int, bool] = (None, 0, False)

    def heard(self, window: int, pid: int) -> None:
        """Take note of a heartbeat; ``pid`` is the sender's as the kernel knows it."""
        self._window, self._pid, self._heard = window, pid, self._clock.mono()

    @property
    def patience(self) -> Nanos:
        """For how long nothing about the sign can change without the desktop telling us."""
        if self._sure is None or self._shown_since is None or not self._alive():
            return SOON
        return Nanos((self._heard or 0) + SILENCE - self._clock.mono())

    @property
    def sure_until(self) -> Nanos | None:
        """Until when the person certainly saw it: a sign gone silent, until its last word."""
        return self._sure if self._alive() else self._heard

    def keep(self) -> None:
        """Start the sign when there is none; after it died, wait a moment first."""
        if self._process is not None and self._process.poll() is None:
            return
        now = self._clock.mono()
        if self._alive() or (self._started is not None and now - self._started < RESTART):
            return
        self._started = now
        self._let_go()
        self._life, its_life = os.pipe()
        its_news, self._news = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nodreel.sign", "--kept"],
                stdin=its_news,
                stdout=its_life,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(its_life)
            os.close(its_news)

    def tell(self, what: object) -> None:
        """Have the sign ask what to show, if ``what`` differs from what was told last."""
        if what != self._said:
            self._said = what
            with suppress(OSError):  # it will ask by itself, or has died
                if self._news >= 0 and select.select([], [self._news], [], 0)[1]:
                    os.write(self._news, b"!")

    def _let_go(self) -> None:
        for end in (self._life, self._news):
            if end >= 0:
                os.close(end)
        self._life = self._news = -1

    def _listen(self) -> None:
        """Take in the signs of life of the very process we started, once it said who it is."""
        stamps = b""
        with suppress(OSError):
            while self._life >= 0 and select.select([self._life], [], [], 0)[0]:
                more = os.read(self._life, 1 << 16)
                if not more:
                    break
                stamps = (stamps + more)[-STAMP.size :]
        ours = self._process is not None and self._pid == self._process.pid
        if ours and self._heard is not None and len(stamps) == STAMP.size:
            said = min(STAMP.unpack(stamps)[0], self._clock.mono())
            self._heard = Nanos(max(self._heard, said))

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

    def why_unseen(self, scene: Scene | None) -> str | None:
        """Return why the person cannot see the sign, None when it has shown in full for a while."""
        why, now = self._why_not_now(scene), self._clock.mono()
        if why is not None:
            self._shown_since = None
            return why
        if self._shown_since is None:
            self._shown_since = now
        if now - self._shown_since < STEADY:
            return "The recording sign has only just come into view."
        self._sure = now
        return None

    def _why_not_now(self, scene: Scene | None) -> str | None:
        if not self._alive():
            return "The recording sign does not answer."
        if scene is None:
            return "The desktop is not known yet."
        window = scene.window(self._window)
        if window is None or window.process is None or window.process.pid != self._pid:
            return "The recording sign is not on the screen."
        if not self._shows_whole(scene, window):
            return "The recording sign is covered or off the screen."
        return None

    def _shows_whole(self, scene: Scene, window: Window) -> bool:
        """Whether nothing covers it; a scene never changes, and the same is asked every second."""
        before, its, whole = self._looked
        if before is not scene or its != window.id:
            shown = visible(scene, {window.id})[window.id]
            whole = area(shown) >= window.inner.w * window.inner.h
            self._looked = (scene, window.id, whole)
        return whole

    def _alive(self) -> bool:
        self._listen()
        return self._heard is not None and self._clock.mono() - self._heard <= SILENCE
