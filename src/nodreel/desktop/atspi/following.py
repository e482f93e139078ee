"""Following the person: which app is listened to, and what of it is believed."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from jeepney import HeaderFields

from nodreel.desktop.atspi.ask import Ref
from nodreel.desktop.atspi.attended import Attended, Memories
from nodreel.desktop.atspi.elements import Elements
from nodreel.desktop.atspi.fields import Fields
from nodreel.desktop.atspi.link import Link
from nodreel.desktop.atspi.peers import BUS, Peers, bus
from nodreel.desktop.atspi.terminals import started
from nodreel.desktop.atspi.words import ATSPI
from nodreel.events import MILLISECOND, SECOND, Nanos

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from nodreel.desktop.atspi.talk import Talk
    from nodreel.events import Element
    from nodreel.scene import Field, Window

_OBJECT: Final = f"{ATSPI}Event.Object"
_WINDOW: Final = f"{ATSPI}Event.Window"
_TRIES: Final = (50, 100, 200, 500, 1000)  # ms between attempts to find an app that just started
_SLOWLY: Final = 5000
_FLOOD: Final = 400  # events of one app in a second; beyond, it is not listened to for a while


def rules(app: str) -> tuple[str, ...]:
    """Return what is listened to: events of this connection, of no other."""
    whose = f"type='signal',sender='{app}',interface="
    return (
        f"{whose}'{_OBJECT}',member='StateChanged',arg0='focused'",
        f"{whose}'{_OBJECT}',member='PropertyChange',arg0='accessible-role'",
        f"{whose}'{_WINDOW}',member='Activate'",
    )


class Following:
    """All of it but the thread; every method is called from one."""

    def __init__(self, feed: Callable[[Field | Element], None], clock: Callable[[], Nanos]) -> None:
        self._clock = clock
        self._link = Link(self._heard, self._turned)
        self._peers, self._memories = Peers(), Memories()
        self._elements = Elements(feed, clock)
        self._fields = Fields(feed, clock, self._elements.settled)
        self._at: Attended | None = None
        self._listening: str | None = None
        self._tries = 0
        self._try_at: Nanos | None = None
        self._second, self._count = Nanos(0), 0

    # -- what the person does

    def attend(self, front: Window | None, t: Nanos) -> None:
        """Follow to this window."""
        at, process = self._at, front.process if front else None
        if front is None or process is None:
            self._leave(t)
            return
        if at is not None and at.window.id == front.id and at.process == process:
            if (at.window.inner, at.window.outer) != (front.inner, front.outer):
                self._fields.placed(front)
            at.window = front
            return
        same = at is not None and (at.process.pid, at.process.start) == (process.pid, process.start)
        if not same:
            self._listen(None)
        self._at = Attended(front, process, self._memories.of(process))
        self._fields.begin(self._at, t)
        self._elements.begin(self._at)
        if same and self._listening is not None:
            self._joined(self._at, self._listening)
        else:
            self._tries = 0
            self._join()

    def point(self, t: Nanos, x: int, y: int) -> None:
        """Explain a click."""
        self._elements.point(t, x, y)

    def happened(self, t: Nanos) -> None:
        """Look regularly for a while: something happened at the desktop."""
        self._fields.happened(t)

    @property
    def asleep(self) -> bool:
        """Whether nothing has happened for so long that nothing is looked at."""
        return self._fields.asleep

    def _leave(self, t: Nanos) -> None:
        self._listen(None)
        self._at = self._try_at = None
        self._fields.begin(None, t)
        self._elements.begin(None)

    # -- for the thread

    @property
    def fd(self) -> int:
        """What to poll, -1 for nothing."""
        return self._link.fd

    @property
    def full(self) -> bool:
        """Whether something waits to be written."""
        return self._link.full

    @property
    def due(self) -> Nanos | None:
        """When ``tick`` is next worth calling."""
        asleep = self.asleep
        link = self._link.due if self._wanted and not (asleep and self._link.fd < 0) else None
        times = (link, self._fields.due, None if asleep else self._try_at)
        return min((t for t in times if t is not None), default=None)

    @property
    def _wanted(self) -> bool:
        """Whether there is a bus, or reason to look for one."""
        return self._at is not None or self._link.fd >= 0

    def tick(self) -> None:
        """Do what is due."""
        now = self._clock()
        if self._wanted:
            self._link.tick(now)
        if self._try_at is not None and now >= self._try_at:
            self._try_at = None
            self._join()
        self._fields.tick()

    def read(self) -> None:
        """Take in what has come."""
        self._link.read()

    def reset(self) -> None:
        """Begin anew after a fault: nothing is known."""
        self._link.close()
        self._parted()

    def close(self) -> None:
        """Let go of all."""
        self._at = None
        self._fields.begin(None, self._clock())
        self._elements.begin(None)
        self._link.close()

    # -- joining the app of the window in front

    def _turned(self) -> None:
        """React when the bus came or went."""
        if self._link.talks is None:
            self._listening = None
            self._parted()
        self._tries = 0
        self._join()

    def _join(self) -> None:
        at, talks = self._at, self._link.talks
        if at is None or talks is None or at.app is not None:
            return
        if started(at.process.pid) != at.process.start:
            return  # that pid is somebody else's now
        find = self._peers.find(self._link.registry, at.process.pid)
        talks.start(find, self._clock(), partial(self._joined, at))

    def _joined(self, at: Attended, app: str | None) -> None:
        talks = self._link.talks
        if at is not self._at or talks is None or at.app is not None:
            return
        if app is None:
            wait = _TRIES[self._tries] if self._tries < len(_TRIES) else _SLOWLY
            self._tries += 1
            self._try_at = Nanos(self._clock() + wait * MILLISECOND)
            return
        at.app = app
        self._listen(app)
        self._fields.joined(talks)
        self._elements.joined(talks)

    def _parted(self) -> None:
        """Know nothing of the app any more."""
        if self._at is not None:
            self._at.app = None
        self._fields.parted()
        self._elements.parted()

    def _listen(self, app: str | None) -> None:
        """Listen to that app alone."""
        before, self._listening = self._listening, app
        talks = self._link.talks
        if talks is None or before == app:
            return
        now = self._clock()
        if before is not None:
            talks.start(_each("RemoveMatch", before), now, _nothing)
        if app is not None:
            talks.start(_each("AddMatch", app), now, _nothing)

    # -- hearing

    def _heard(self, message: Message) -> None:
        fields = message.header.fields
        sender = fields.get(HeaderFields.sender)
        member = fields.get(HeaderFields.member)
        if sender == BUS and member == "NameOwnerChanged":
            self._renamed(message.body)
        elif self._at is not None and sender is not None and sender == self._at.app:
            if self._flooded():
                return
            ref = Ref(sender, fields.get(HeaderFields.path, ""))
            self._event(ref, fields.get(HeaderFields.interface), member, message.body)

    def _event(self, ref: Ref, interface: str | None, member: str | None, body: Any) -> None:
        what, on = (*body, None, None)[:2]
        if (interface, member, what) == (_OBJECT, "StateChanged", "focused"):
            if on:
                self._fields.gained(ref)
            else:
                self._fields.lost(ref)
        elif (interface, member, what) == (_OBJECT, "PropertyChange", "accessible-role"):
            self._fields.changed(ref)
        elif (interface, member) == (_WINDOW, "Activate"):
            self._elements.activated()
            self._fields.stirred()

    def _renamed(self, body: Any) -> None:
        name, _, new = (*body, "", "", "")[:3]
        if not new:
            self._peers.gone(name)
            if name == self._listening:
                self._listening = None
                self._parted()
        elif self._at is not None and self._at.app is None:
            self._tries = 0
            if self._try_at is not None:
                self._try_at = Nanos(self._clock() + _TRIES[0] * MILLISECOND)

    def _flooded(self) -> bool:
        """Count events; an app that says too much is left alone for a while."""
        now = self._clock()
        if now - self._second >= SECOND:
            self._second, self._count = now, 0
        self._count += 1
        if self._count <= _FLOOD:
            return False
        self._listen(None)
        self._parted()
        self._try_at = Nanos(now + SECOND)
        return True


def _each(method: str, app: str) -> Talk[None]:
    yield tuple(bus(method, "s", rule) for rule in rules(app))


def _nothing(_: None) -> None:
    """Take no notice: the bus does as it is told, or hangs up."""
