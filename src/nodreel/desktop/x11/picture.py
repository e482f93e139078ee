"""What the desktop looks like, kept up to date by events: windows, focus, monitors, lock."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
import time
from typing import TYPE_CHECKING

from nodreel.desktop.x11.clients import Clients
from nodreel.desktop.x11.focus import Focus
from nodreel.desktop.x11.look import Look
from nodreel.desktop.x11.methods import Methods
from nodreel.desktop.x11.monitors import Monitors
from nodreel.desktop.x11.owners import Owners
from nodreel.desktop.x11.session import Session
from nodreel.desktop.x11.tree import (
    CONFIGURE,
    EVENT_MASK,
    FOCUS,
    PROPERTY,
    PROPERTY_CHANGE,
    STRUCTURE,
    SUBSTRUCTURE,
    Tree,
)
from nodreel.events import Geometry, Nanos
from nodreel.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nodreel.desktop.x11.connection import Connection

_ROOT_EVENTS = STRUCTURE | SUBSTRUCTURE | FOCUS | PROPERTY_CHANGE
_ROUNDS = 4


class Picture:
    """``changes`` tells what is different; ``confirm`` makes sure of focus and grab first."""

    def __init__(self, x: Connection, own: int, display: str | None = None) -> None:
        self._x = x
        x.core.ChangeWindowAttributes(x.root, EVENT_MASK, [_ROOT_EVENTS])
        self.owners = Owners(x)
        self.tree = Tree(x, self.owners)
        self.focus = Focus(x, self.tree, own)
        self.monitors = Monitors(x)
        self.session = Session()
        self.methods = Methods(x, display)
        self.look = Look(self.tree)
        self._clients = Clients(x, self.tree, self.owners)
        self._last: Scene | None = None
        self._dirty = True
        self._told_epoch = -1
        self.handlers: dict[int, Callable[[bytes], None]] = {
            **self.tree.handlers,
            **self.focus.handlers,
            **dict.fromkeys(self.monitors.event_codes, self._on_monitors),
            CONFIGURE: self._on_configure,
            PROPERTY: self._on_property,
        }
        self.tree.open()

    def _on_configure(self, e: bytes) -> None:
        (window,) = struct.unpack_from("=I", e, 8)
        if window == self._x.root:
            self.monitors.stale = self._dirty = True
        else:
            self.tree.handlers[CONFIGURE](e)

    def _on_monitors(self, _: bytes) -> None:
        self.monitors.stale = self._dirty = True

    def _on_property(self, e: bytes) -> None:
        self._dirty |= self.focus.on_property(e)
        self.monitors.on_property(e)
        self._dirty |= self.methods.on_property(e)
        self.tree.handlers[PROPERTY](e)

    def read_session(self) -> None:
        """Take in what logind told."""
        was = self.session.locked
        self.session.read()
        self._dirty |= was != self.session.locked

    def _mend_session(self) -> None:
        was = self.session.locked
        self.session.mend()
        self._dirty |= was != self.session.locked

    def read_methods(self) -> None:
        """Take in what IBus told."""
        self.methods.read()
        self._dirty |= self._turned()

    def look_round(self, makers: Mapping[int, str] | None, *, closely: bool) -> None:
        """Learn who may make other text of keys than the keymap says; find a lost logind again."""
        self._mend_session()
        self.methods.look(makers, Nanos(time.monotonic_ns()), closely=closely)
        self._dirty |= self._turned()

    def _turned(self) -> bool:
        """Whether an input method came to be at work in front, or no longer is."""
        last = self._last
        front = last.window(last.focus) if last else None
        if last is None or front is None:
            return False
        return self.methods.plain(front.process, Nanos(time.monotonic_ns())) != last.plain

    def close(self) -> None:
        """Leave the buses; may be called twice."""
        self.session.close()
        self.methods.close()

    def renew(self) -> None:
        """Doubt everything that no event tells: who the processes are, focus, grab, lock."""
        self.owners.refresh()
        self.session.read()
        self.focus.doubt = self._dirty = True

    def confirm(self, drain: Callable[[], None]) -> None:
        """Ask the server about focus and grab until question and events agree."""
        for _ in range(_ROUNDS):
            if not self.focus.doubt:
                return
            self._dirty = True  # focus or grab changed, also when the answer only confirms it
            if self.tree.changed:  # to know a new window as a client before it is asked about
                self._clients.windows()
            answer, moves = self.focus.ask(), self.focus.moves
            drain()
            if not self.focus.agrees(answer) and self.focus.moves == moves:
                self.focus.adopt(answer)

    @property
    def news(self) -> bool:
        """Whether anything may be different from what was told last."""
        return self._dirty or self.tree.changed or self.focus.doubt or self.monitors.stale

    def changes(self, before: Nanos) -> Iterator[Geometry | Scene]:
        """Yield what is different from what was told last; its time is not after ``before``."""
        self._dirty = False
        t = min(Nanos(time.monotonic_ns()), before)
        m = self.monitors
        m.read()
        if m.epoch != self._told_epoch:
            self._told_epoch = m.epoch
            yield Geometry(t, m.epoch, m.width, m.height, m.monitors)
        scene = self.scene(t)
        if self._last is not None and scene.focus != self._last.focus and scene.focus:
            self.owners.refresh(scene.focus)
            scene = self.scene(t)
        if self._last is None or not _same(scene, self._last):
            self._last = self.look.scene = scene
            yield scene

    def scene(self, t: Nanos) -> Scene:
        """Return the picture as it is known, dated ``t``."""
        m = self.monitors
        windows = self._clients.windows()  # first: who has the focus is known of clients only
        focus = self.focus.client()
        front = next((w.process for w in windows if w.id == focus), None)
        return Scene(
            t, windows, focus, self.focus.grabbed, self.session.locked,
            m.epoch, m.width, m.height, m.monitors, self.methods.plain(front, t),
        )  # fmt: skip


def _same(one: Scene, other: Scene) -> bool:
    """Whether nothing but the time differs."""
    return (one.windows, one.focus, one.grabbed, one.locked, one.epoch, one.plain) == (
        other.windows, other.focus, other.grabbed, other.locked, other.epoch, other.plain
    )  # fmt: skip
