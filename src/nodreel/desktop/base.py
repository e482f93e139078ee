"""The senses, behind one small protocol; each operating system implements it in its own folder.

``open_desktop`` (in ``nodreel.desktop``) is the only way to get one and asks for a Grant, so that
nothing that can see or hear is opened before a person has said yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nodreel.events import Nanos, Rect
    from nodreel.scene import Company, Scene, Sensed, Window


@dataclass(frozen=True, slots=True)
class Pixmap:
    """Pixels of one rectangle of one window: BGRX, 4 bytes per pixel, rows top down, no padding.

    ``rect`` is in desktop pixels. ``t`` is before the request was sent, ``done`` after the answer.
    ``data`` may lie in memory shared with the server: it is there until the next ``grab``.
    """

    window: int
    rect: Rect
    data: bytes | memoryview
    t: Nanos
    done: Nanos


class Desktop(Protocol):
    """Input, scene and pixels of one desktop session; ``wake`` and ``heard`` are for any thread.

    Every method raises UnsupportedError once the session itself is gone.
    """

    def wait(self, timeout: Nanos) -> Sequence[Sensed]:
        """Block until something is sensed (or ``timeout``, or ``wake``); return it in time order.

        The first call returns a Geometry and a Scene. A Scene comes before every event that
        happened in it; Damage comes last. Keys, buttons and Damage come within
        60 ms, moves within 1.1 s; so only moves may come after keys that are younger. Events carry
        an empty ``app``.
        """
        ...

    def listen(self, *, closely: bool) -> None:
        """Say whether events are wanted at once (as at first), or may gather for 250 ms.

        A new active window still ends a wait at once. No event is lost by that but moves: those
        older than a second need not be told any more.
        """
        ...

    def flush(self) -> tuple[Sequence[Sensed], Nanos]:
        """Fetch all that happened so far; nothing older than the returned time can still come."""
        ...

    def heard(self) -> Nanos:
        """Return up to when all that happened was returned, as far as whoever calls ``wait`` got.

        That is now while ``wait`` sleeps and nothing has come; less when its thread found no time.
        Moves are excepted, see there. Callable from any thread, never waits.
        """
        ...

    def scene(self) -> Scene:
        """Return the desktop as it is now, with every process identified afresh."""
        ...

    def watch(self, windows: Collection[int]) -> None:
        """Report Damage of these windows and of no others from now on; () lets go of all."""
        ...

    def damaged(self, window: int) -> Sequence[Rect]:
        """Take what was drawn in a watched window since the last call (desktop pixels).

        Until then that window reports no further Damage.
        """
        ...

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Read rectangles (desktop pixels) of a watched window's own pixels, whatever lies on top.

        What lies outside the window, or was not drawn by its app since it appeared, is left out,
        so there may be fewer pixmaps than ``rects``, smaller ones, or several for one of them.
        """
        ...

    def company(self) -> Company | None:
        """Return which programs are there besides; None when that cannot be told.

        Before the first call no Scene is ``plain``: an input method may be among them.
        """
        ...

    def wake(self) -> None:
        """Make a running ``wait`` return at once; may be called from any thread, also too late."""
        ...

    def close(self) -> None:
        """Let go of all: no connection, hook or shared memory remains. May be called twice."""
        ...


class Accessibility(Protocol):
    """What apps themselves say of their fields and elements; runs a thread of its own.

    Made with a ``feed`` that takes Field and Element from any thread. No method blocks or raises:
    what does not answer within 250 ms is unknown. While attended, a Field comes whenever something
    changed and, while ``note`` is called, about once a second; each counts until the next.
    """

    def attend(self, front: Window | None, t: Nanos) -> None:
        """Listen to the process of this window (designated, in front since ``t``), to no other."""
        ...

    def note(self, t: Nanos) -> None:
        """Take note that something happened at the desktop at ``t``: the next Field comes soon."""
        ...

    def point(self, t: Nanos, x: int, y: int) -> None:
        """Ask which element of the attended process lies at a click's place; fed as Element."""
        ...

    def close(self) -> None:
        """Let go of all: no connection and no thread remains. May be called twice."""
        ...
