"""The sign's life: show what the agent says, tell it that we live, pause on a click, go with it."""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from nodreel.clock import SystemClock
from nodreel.errors import NodreelError
from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.host import is_interactive, refuse_root
from nodreel.ipc.client import call
from nodreel.ipc.wire import Pause, Resume, SignBeat, Stop
from nodreel.paths import default_paths
from nodreel.sign.deeds import Commands, message_of
from nodreel.sign.looks import look_of
from nodreel.sign.menu import Choice, menu_of
from nodreel.sign.pulse import KEPT, Pulse
from nodreel.sign.raising import Raising
from nodreel.sign.tray import open_tray

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.ipc.wire import Status
    from nodreel.paths import Paths
    from nodreel.sign.tray import Tray
    from nodreel.sign.window import SignWindow

BEAT = Nanos(400 * MILLISECOND)
DEAF = Nanos(600 * MILLISECOND)
"""After a click, so that a double click pauses and does not resume at once."""
LOOK = Nanos(5 * SECOND)
"""How often the agent is asked how it is when it says nothing by itself: minutes go by."""
ALONE = Nanos(2 * SECOND)
"""Without an agent for this long the sign goes away: it must not claim anything."""
NEWS = Nanos(20 * SECOND)
"""For so long the menu says what its last choice led to."""


class Sign:
    """Beats every 400 ms until ``stop``, or until the agent is gone for 2 s.

    Without a ``pulse`` (started by hand) each beat is a message, and its answer is shown. A
    ``tray`` shows the same, and dies with the sign: there is no recording with half of a sign.
    """

    def __init__(
        self, paths: Paths, clock: Clock, window: SignWindow, pid: int,
        *, pulse: Pulse | None = None, tray: Tray | None = None,
    ) -> None:  # fmt: skip
        self._paths = paths
        self._clock = clock
        self._window = window
        self._pid = pid
        self._pulse = pulse
        self._tray = tray
        self._commands = Commands()
        self._told, self._told_at = "", clock.mono()
        self._status: Status | None = None
        self._answered = self._asked = clock.mono()
        self._running = True
        self._deaf_until = self._answered
        self._said = ""

    def stop(self) -> None:
        """Leave ``run`` soon."""
        self._running = False

    def run(self) -> None:
        """Be the sign."""
        due = self._clock.mono()
        while self._running and self._clock.mono() - self._answered < ALONE:
            now = self._clock.mono()
            if now >= due:
                due = Nanos(now + BEAT)
                if self._must_ask(now):
                    self._beat()
            if self._window.clicks():
                self._clicked()
            self._choose()
            news = self._pulse.fd if self._pulse else -1
            ends = [self._window.fd, news, self._tray.fd if self._tray else -1]
            ready, _, _ = select.select([end for end in ends if end >= 0], [], [], self._left(due))
            if news in ready:
                due = now

    def _must_ask(self, now: Nanos) -> bool:
        """Say that we live; whether to ask the agent what to show, too."""
        if self._pulse is None:
            return True
        news = self._pulse.news()
        if news is None or not self._pulse.beat(now):
            self.stop()
            return False
        if news or self._status is None or now - self._asked >= LOOK:
            return True
        self._answered = now  # it was well, and still holds its end
        return False

    def _left(self, due: Nanos) -> float:
        return max(0, due - self._clock.mono()) / SECOND

    def _beat(self) -> None:
        self._asked = self._clock.mono()
        self._ask(SignBeat(window=self._window.id, pid=self._pid))
        self._show()
        self._say()

    def _show(self) -> None:
        """Show how things are, here and in the tray."""
        news = self._commands.ended()
        if news:
            self._told, self._told_at = news, self._clock.mono()
        elif self._clock.mono() - self._told_at > NEWS:
            self._told = ""
        look, entries = look_of(self._status), menu_of(self._status, self._told)
        self._window.show(look)
        self._window.offer(entries)
        if self._tray:
            self._tray.show(look, entries)

    def _choose(self) -> None:
        """Do what was chosen in a menu, here or in the tray."""
        for number in (*self._window.chosen(), *(self._tray.chosen() if self._tray else ())):
            choice = Choice(number)
            message = message_of(choice, self._clock.wall())
            if message is not None:
                self._ask(message)
            else:
                self._commands.run(choice)
            self._show()

    def _clicked(self) -> None:
        """Pause at a click; a click on the paused sign is the person's wish to go on."""
        now = self._clock.mono()
        if now < self._deaf_until:
            return
        self._deaf_until = Nanos(now + DEAF)
        paused = self._status is not None and self._status.state == "paused"
        self._ask(Resume() if paused else Pause())
        self._show()

    def _ask(self, message: SignBeat | Pause | Resume | Stop) -> None:
        try:
            done = call(self._paths, message, timeout=1.0)
        except NodreelError:
            self._status = None  # shown as such; the next beat asks again
            return
        self._answered = self._clock.mono()
        self._status = done.status

    def _say(self) -> None:
        """One line in the terminal, where there is one."""
        words = look_of(self._status).words
        if is_interactive() and words != self._said:
            self._said = words
            sys.stdout.write(f"{words}\n")
            sys.stdout.flush()


def main() -> int:
    """Show the sign of the person's own agent; returns the exit code."""
    try:
        refuse_root()
        # Here and not above: other systems have no X11 library, and have just been refused.
        from nodreel.sign.window import SignWindow  # noqa: PLC0415

        clock = SystemClock()
        with closing(SignWindow(Raising(clock), look_of(None))) as window:
            pulse = Pulse() if KEPT in sys.argv[1:] else None
            sign = Sign(default_paths(), clock, window, os.getpid(), pulse=pulse, tray=open_tray())
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: sign.stop())
            sign.run()
    except NodreelError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return error.exit_code
    return 0
