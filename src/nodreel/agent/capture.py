"""The thread that senses: desktop, door, sampler, ring. Exists only while recording is permitted.

Opening it opens the connections that hear and see; closing it closes them all.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.agent.remote import why_remote
from nodreel.desktop import open_accessibility, open_desktop
from nodreel.errors import NodreelError
from nodreel.events import (
    MILLISECOND,
    SECOND,
    Button,
    Element,
    Frame,
    Geometry,
    Key,
    KeyClass,
    Kind,
    Move,
    Nanos,
    Scroll,
    Sparing,
)
from nodreel.gate.context import Context, Grab, Tab
from nodreel.gate.gate import Drop, Held, Rules, admit
from nodreel.gate.hindsight import LOOK_AHEAD
from nodreel.gate.knowledge import Knowledge
from nodreel.gate.regions import visible
from nodreel.gate.timeline import Timeline
from nodreel.ring import Ring
from nodreel.scene import Damage, Field, Page, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.clock import Clock
    from nodreel.consent import Grant
    from nodreel.desktop.base import Accessibility, Desktop
    from nodreel.events import Event, Rect
    from nodreel.gate.apps import Digest
    from nodreel.scene import Company, Sensed, Window
    from nodreel.sources.screen import Sampler

log = logging.getLogger(__name__)

ASKED_LATE = 150 * MILLISECOND
"""After a click, the window it brought to the front is still asked what lies there."""
COARSE = 100 * MILLISECOND
"""From one move to the next while pointer detail is given up."""
JOIN_S = 5.0
LOOK_ROUND = Nanos(3 * SECOND // 2)
QUIET_ROUND = Nanos(5 * SECOND)
"""How often it is looked at who else is at this desktop; while nothing at all happens there."""
STRANGER = Nanos(SECOND)
"""Once nothing designated has been in front for so long, what happens may be heard of later."""


class Capture:
    """Fills ``ring`` and ``timeline``; hold ``lock`` to touch either from another thread."""

    def __init__(
        self, grant: Grant, rules: Rules, clock: Clock, digest: Digest, changed: Callable[[], None],
        *, max_fps: float,
    ) -> None:  # fmt: skip
        self.lock = threading.Lock()
        self.ring = Ring()
        self.timeline = Timeline()
        self.dropped: Counter[str] = Counter()
        self.fault: NodreelError | None = None
        self.last_sensed: Nanos | None = None
        self._grant, self._rules, self._clock = grant, rules, clock
        self._max_fps = max_fps
        self._changed = changed
        self.blind: tuple[Rect, ...] = ()  # besides the gate's masks; see Scrubber.blind
        self.company: Company | None = None
        self.sparing = Sparing.NOTHING
        self._looked_round = Nanos(-LOOK_ROUND)
        self._knowledge = Knowledge(rules, digest)
        self._heard: queue.SimpleQueue[Sensed] = queue.SimpleQueue()
        self._accessibility: Accessibility | None = None
        self._front: Window | None = None
        self._click: Button | None = None
        self._moved = Nanos(0)  # the last move kept while pointer detail is given up
        self._held = Held()
        self._context: Context | None = None
        self._strange: Nanos | None = None  # since when nothing designated is in front
        self._open = False
        self._desktop: Desktop | None = None
        self._sampler: Sampler | None = None
        self._resync = threading.Event()
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    # -- from other threads

    def start(self) -> None:
        """Open the desktop; returns when it senses or has failed (see ``fault``)."""
        try:
            self._thread.start()
        except RuntimeError:
            self.fault = NodreelError("No thread can be started.", advice="It is tried again.")
            return
        self._ready.wait(JOIN_S)

    def shut(self) -> None:
        """Let nothing more in, from this moment on. Never blocks on I/O."""
        self._open = False

    def open(self) -> bool:
        """Let in what the gate admits; False if that was so already."""
        if self._open:
            return False
        with self.lock:
            self.timeline.reopen(self._clock.mono())
            self._open = True
        self.resync()
        return True

    def stop(self) -> None:
        """Let nothing more in and close every connection; returns when they are closed."""
        self.shut()
        self._stopping.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join(JOIN_S)

    def sense(self, sensed: Sensed) -> None:
        """Take in what browsers and accessibility report."""
        self._heard.put(sensed)
        self._wake()

    def spare(self, sparing: Sparing) -> None:
        """Give up as much as that from now on; never keys or clicks."""
        self.sparing = sparing
        if self._sampler is not None:
            self._sampler.spare(sparing)

    def resync(self) -> None:
        """Ask for a whole frame next."""
        self._resync.set()
        self._wake()

    def heard(self) -> Nanos:
        """Return up to when all that happened at the desktop has come in; 0 without a desktop."""
        desktop = self._desktop
        return desktop.heard() if desktop is not None else Nanos(0)

    @property
    def context(self) -> Context | None:
        """The newest context, None before the first."""
        return self._context

    @property
    def alive(self) -> bool:
        """Whether the desktop is open and sensed."""
        return self._thread.is_alive() and self.fault is None

    def _wake(self) -> None:
        desktop = self._desktop
        if desktop is not None:
            desktop.wake()

    # -- the thread

    def _run(self) -> None:
        try:
            self._sense()
        except NodreelError as error:
            self.fault = error
        except Exception as error:
            log.exception("capture broke")
            self.fault = NodreelError(f"Recording broke: {type(error).__name__}.")
        finally:
            self._open = False
            self._ready.set()
            self._changed()

    def _sense(self) -> None:
        desktop = open_desktop(self._grant)
        try:
            self._accessibility = open_accessibility(self._grant, self.sense)
            self._desktop = desktop
            self._look_round(desktop)
            self._learn(self._knowledge.scene(desktop.scene()))
            self._ready.set()
            if Kind.SCREEN in self._rules.kinds:
                from nodreel.sources.screen import Sampler  # noqa: PLC0415  while the sign rises

                self._sampler = Sampler(desktop, self._max_fps)
                self._sampler.spare(self.sparing)
            while not self._stopping.is_set():
                desktop.listen(closely=self._closely())
                happened = desktop.wait(self._patience())
                self._look_round(desktop, self._round(happened))
                if happened and self._accessibility is not None:
                    self._accessibility.note(self._clock.mono())
                for sensed in happened:
                    self._take(sensed)
                self._listen()
                self._look()
        finally:
            self._desktop = None
            try:
                if self._accessibility is not None:
                    self._accessibility.close()
            finally:
                desktop.close()

    def _look_round(self, desktop: Desktop, patience: Nanos = LOOK_ROUND) -> None:
        """See now and then who else is there, whatever is in front; lets nobody look in meanwhile.

        While nothing happens there is nothing to see for anybody, so it may wait a little longer:
        the first thing that happens is let in only after another look.
        """
        now = self._clock.mono()
        if now - self._looked_round < patience:
            return
        before, self.company = self.company, desktop.company()
        self._looked_round = now
        if self.company != before:
            if why_remote(self.company) is not None:
                self.shut()
            self._changed()

    def _round(self, happened: Sequence[Sensed]) -> Nanos:
        """Return how old the last look round may be for this to be let in."""
        if not happened or not (self._closely() or any(isinstance(s, Scene) for s in happened)):
            return QUIET_ROUND
        return LOOK_ROUND

    def _listen(self) -> None:
        """Take what was reported by others, and let reports get stale."""
        while not self._heard.empty():
            self._take(self._heard.get())
        if self._front is not None and not self._open and self._context is not None:
            self._attend(self._context)
        due, now = self._knowledge.due(), self._clock.mono()
        if due is not None and due <= now:
            self._learn(self._knowledge.tick(now))

    def _patience(self) -> Nanos:
        now, context = self._clock.mono(), self._context
        times = [Nanos(now + QUIET_ROUND), self._knowledge.due()]
        if self._sampler is not None and self._open and context and not context.pending:
            times.append(self._sampler.due(now))
        if self._strange is not None and self._closely():
            times.append(Nanos(self._strange + STRANGER))
        return Nanos(max(MILLISECOND, min(t for t in times if t is not None) - now))

    def _closely(self) -> bool:
        """Tell whether anything that happens now may be kept, or soon."""
        strange = self._strange
        return strange is None or self._clock.mono() - strange < STRANGER

    def _take(self, sensed: Sensed) -> None:
        match sensed:
            case Scene():
                self._learn(self._knowledge.scene(sensed))
            case Page():
                self._learn(self._knowledge.page(sensed))
            case Field():
                self._learn(self._knowledge.field(sensed))
            case Damage():
                if self._sampler:
                    self._sampler.drawn(sensed.window, sensed.t)
            case Geometry():
                pass  # the scene has it, and hindsight writes it down
            case _:
                self.offer(sensed)

    def _learn(self, context: Context | None) -> None:
        if context is None:
            return
        with self.lock:
            self.timeline.add(context if self._open else replace(context, shut=True))
        self._context = context
        known = context.open or context.insight.tab is not Tab.NONE
        self._strange = None if known else self._strange or context.t
        self._show(context)
        self._attend(context)
        self._changed()

    def _show(self, context: Context) -> None:
        """Let the sampler look at what may be seen; while a page is in doubt it just waits."""
        if self._sampler is None or context.pending:
            return
        if _may_look(context) and self._open:
            masks = (*context.masks, *self.blind)
            regions = visible(context.scene, context.owners, context.areas, masks)
            self._sampler.show(context.scene, regions)
        else:
            self._sampler.rest()

    def _attend(self, context: Context) -> None:
        """Let accessibility listen to the app in front, to none while nothing is recorded."""
        front = self._knowledge.front if self._open and context.open else None
        if self._accessibility is not None and front != self._front:
            self._front = front
            self._accessibility.attend(front, context.t)
            if self._click is not None and context.t - self._click.t < ASKED_LATE:
                self._ask(self._click)  # it brought this window to the front

    def offer(self, event: Event) -> None:
        """Ask the door; what it admits waits in the ring."""
        if self._context is None:
            return
        self.last_sensed = event.t
        if isinstance(event, Move) and self.sparing is Sparing.POINTER:
            if event.t - self._moved < COARSE:
                self.dropped[Drop.SPARED] += 1
                return
            self._moved = event.t
        with self.lock:
            if isinstance(event, Key) and event.press:
                self.timeline.pressed(event.t)
            number = self._when(event)
            context = self.timeline[number]
            self._knowledge.input(event)
            verdict = admit(event, context, self._rules, self._held) if self._open else Drop.CLOSED
            if isinstance(verdict, Drop):
                self.dropped[verdict] += 1
                return
            self.ring.push(verdict, number)
        if self._sampler and isinstance(verdict, Button | Key | Scroll):
            # Keys and scrolls come by the dozen; what they change is seen at the agreed rate.
            shortcut = isinstance(verdict, Key) and verdict.key_class is KeyClass.SHORTCUT
            closely, turning = shortcut or isinstance(verdict, Button), isinstance(verdict, Scroll)
            self._sampler.acted(event.t, closely=closely, turning=turning)
        if self._sampler and isinstance(verdict, Move):
            self._sampler.moved(event.t)
        if isinstance(verdict, Button) and verdict.press:
            self._ask(verdict)

    def _when(self, event: Event) -> int:
        """Return the number of the context in which it happened, which may not be the newest."""
        line = self.timeline
        if isinstance(event, Move | Element):  # these may come late, in no line at all
            then, soon = line.at(event.t), line.at(Nanos(event.t + LOOK_AHEAD))
            page = line[soon].insight
            before = page.tab is not Tab.NONE and event.t < page.since
            return then if isinstance(event, Element) or line[then].shut or before else soon
        return line.last if isinstance(event, Frame) else line.of(event.t)

    def _ask(self, click: Button) -> None:
        """Have the element under a click looked up."""
        self._click = click
        wanted = Kind.ELEMENTS in self._rules.kinds and self._front is not None
        if wanted and self._accessibility is not None:
            self._accessibility.point(click.t, click.x, click.y)

    def _look(self) -> None:
        """Take a frame when one is due."""
        sampler, context = self._sampler, self._context
        if context is None or not self._open or context.pending:
            return
        if self._resync.is_set():
            self._resync.clear()
            if sampler is not None:
                sampler.resync()
                self._show(context)
            self._attend(context)
        if sampler is None:
            return
        now = self._clock.mono()
        due = sampler.due(now)
        if due is None or due > now:
            return
        frame = sampler.take(now)
        if sampler.put_off:
            self.dropped[Drop.RESTLESS] += sampler.put_off
            sampler.put_off = 0
        if isinstance(frame, Frame):
            self.offer(frame)


def _may_look(context: Context) -> bool:
    """Tell whether to take frames; those of a secret grab, and what builds on them, go later."""
    return context.open and context.grab is not Grab.SECRET
