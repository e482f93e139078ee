"""The sign's life: show what the agent says, tell it that we live, pause on a click, go with it."""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from nodreel.clock import SystemClock
from nodreel.errors import NodreelError
from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.host import is_interactive, refuse_root
from nodreel.ipc.exchange import exchange
from nodreel.language import choose
from nodreel.language.speech import ENGLISH
from nodreel.paths import default_paths
from nodreel.sign.chord import chord_of
from nodreel.sign.deeds import Commands, message_of
from nodreel.sign.looks import drawn, look_of
from nodreel.sign.menu import Choice, menu_of
from nodreel.sign.pulse import KEPT, Pulse
from nodreel.sign.raising import Raising
from nodreel.sign.said import read_answer, read_said
from nodreel.sign.tray import open_trays

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.language import Speech
    from nodreel.paths import Paths
    from nodreel.sign.looks import Look
    from nodreel.sign.menu import Entry
    from nodreel.sign.said import Said
    from nodreel.sign.tray import Tray
    from nodreel.sign.window import SignWindow

BEAT = Nanos(400 * MILLISECOND)
DEAF = Nanos(600 * MILLISECOND)
"""After a click, so that a double click pauses and does not resume at once."""
LOOK = Nanos(5 * SECOND)
"""How often what is shown is brought up to date when the agent says nothing new: time goes by."""
ALONE = Nanos(2 * SECOND)
"""Without an agent for this long the sign goes away: it must not claim anything."""
QUIET = Nanos(3 * SECOND)
"""Without a word for this long from the agent that keeps it, the sign says that it hears none."""
NEWS = Nanos(20 * SECOND)
"""For so long the menu says what its last choice led to."""


class Sign:
    """Shows what the agent says until ``stop``, or until the agent is gone.

    With a ``pulse`` it sleeps until the agent says something, which it does every second. Without
    (started by hand) it beats every 400 ms, each beat a message whose answer is shown. ``trays``
    show the same, and die with the sign: there is no recording with half of a sign.
    """

    def __init__(
        self, paths: Paths, clock: Clock, window: SignWindow, pid: int,
        *, pulse: Pulse | None = None, trays: tuple[Tray, ...] = (), say: Speech = ENGLISH,
    ) -> None:  # fmt: skip
        self._paths = paths
        self._clock = clock
        self._window = window
        self._pid = pid
        self._pulse = pulse
        self._trays = trays
        self._say, self._drawn = say, drawn(say)
        self._commands = Commands()
        self._told, self._told_at = "", clock.mono()
        self._status: Said | None = None
        self._answered = self._heard = self._shown = clock.mono()
        self._running = True
        self._deaf_until = self._answered
        self._said = ""

    def stop(self) -> None:
        """Leave ``run`` soon."""
        self._running = False

    def run(self) -> None:
        """Be the sign."""
        if self._pulse is None:
            self._run_alone()
        else:
            self._run_kept(self._pulse)

    def _run_kept(self, pulse: Pulse) -> None:
        """Answer whatever the agent says; its silence shows, and its end is ours."""
        alive = True
        while self._running and alive:
            self._serve()
            ready = self._wait(min(QUIET, self._window.patience))
            now = self._clock.mono()
            if pulse.fd in ready:
                word = pulse.word()
                alive = word is not None and pulse.beat(now, self._window.id)
                self._answered = now
                if word:
                    self._take(read_said(word))
                elif self._commands.busy or now - self._shown >= LOOK:
                    self._show()
            elif now - self._answered >= QUIET:
                self._take(None)

    def _run_alone(self) -> None:
        due = self._clock.mono()
        while self._running and self._clock.mono() - self._answered < ALONE:
            if self._clock.mono() >= due:
                due = Nanos(self._clock.mono() + BEAT)
                self._beat()
            self._serve()
            self._wait(Nanos(max(0, due - self._clock.mono())))

    def _wait(self, patience: Nanos) -> list[int]:
        """Sleep until something happens, or for ``patience``; return the ends where it did."""
        ends = (self._window.fd, self._pulse, *self._trays)
        fds = [end if isinstance(end, int) else end.fd for end in ends if end is not None]
        return select.select([fd for fd in fds if fd >= 0], [], [], patience / SECOND)[0]

    def _serve(self) -> None:
        """Do what the person asked for; what that asks may bring further events with its answer."""
        while self._window.clicks():
            self._clicked()
        self._choose()

    def _beat(self) -> None:
        self._ask(b'{"do":"sign","window":%d,"pid":%d}\n' % (self._window.id, self._pid))

    def _choose(self) -> None:
        """Do what was chosen in a menu, here or in the tray."""
        chosen = (self._window.chosen(), *(tray.chosen() for tray in self._trays))
        for number in chain.from_iterable(chosen):
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
        self._ask(b'{"do":"resume"}\n' if paused else b'{"do":"pause"}\n')

    def _ask(self, message: bytes) -> None:
        try:
            line = exchange(self._paths.socket, message, 1.0)
        except NodreelError:
            self._take(None)  # shown as such; the next word or beat corrects it
            return
        self._answered = self._clock.mono()
        self._take(read_answer(line))

    def _take(self, status: Said | None) -> None:
        """Take in how things are now."""
        self._status, self._heard = status, self._clock.mono()
        self._show()

    def _show(self) -> None:
        """Show how things are, here and in the tray, and as a line in the terminal if any."""
        self._shown = now = self._clock.mono()
        news = self._commands.ended()
        if news:
            self._told, self._told_at = news, now
        elif now - self._told_at > NEWS:
            self._told = ""
        passed = (now - self._heard) / SECOND
        keys = self._window.shortcut

        def said(say: Speech) -> tuple[Look, tuple[Entry, ...]]:
            entries = menu_of(self._status, self._told, passed, keys, say)
            return look_of(self._status, say), entries

        look, entries = said(self._drawn)
        self._window.show(look)
        self._window.offer(entries)
        if self._say is not self._drawn:
            look, entries = said(self._say)
        self._window.frame(self._status.around if self._status else None)
        for tray in self._trays:
            tray.show(look, entries)
        if is_interactive() and look.words != self._said:
            self._said = look.words
            sys.stdout.write(f"{look.words}\n")
            sys.stdout.flush()


def main() -> int:
    """Show the sign of the person's own agent; returns the exit code."""
    try:
        refuse_root()
        # Here and not above: other systems have no X11 library, and have just been refused.
        from nodreel.sign.window import SignWindow  # noqa: PLC0415

        clock, paths = SystemClock(), default_paths()
        pulse = Pulse() if KEPT in sys.argv[1:] else None
        if pulse is not None and not pulse.bidden():
            return 0
        with closing(SignWindow(Raising(clock), look_of(None), kept=paths.state)) as window:
            window.pause_by(chord_of(paths.config))
            if pulse is not None:
                pulse.beat(clock.mono(), window.id)  # the tray may take a moment
            trays, say = open_trays(), choose(paths)
            sign = Sign(paths, clock, window, os.getpid(), pulse=pulse, trays=trays, say=say)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: sign.stop())
            sign.run()
    except NodreelError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return error.exit_code
    return 0
