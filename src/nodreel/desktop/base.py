"""The senses, behind one small protocol; each operating system implements it in a folder of its own.

``open_desktop`` (in ``nodreel.desktop``) is the only way to get one and asks for a Grant, so that nothing
that can see or hear is opened before a person has said yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nodreel.events import Nanos, Rect
    from nodreel.scene import Scene, Sensed


@dataclass(frozen=True, slots=True)
class Pixmap:
    """Pixels of one rectangle of one window: BGRX, 4 bytes per pixel, rows top down, no padding.

    ``rect`` is in desktop pixels. ``t`` is before the request was sent, ``done`` after the answer.
    """

    window: int
    rect: Rect
    data: bytes
    t: Nanos
    done: Nanos


class Desktop(Protocol):
    """Input, scene and pixels of one desktop session. Only ``wake`` may be called from other threads."""

    def wait(self, timeout: Nanos) -> Sequence[Sensed]:
        """Block until something is sensed (or ``timeout``, or ``wake``) and return it in time order.

        A Scene comes before every event that happened in it. Events carry an empty ``app``.
        """
        ...

    def flush(self) -> tuple[Sequence[Sensed], Nanos]:
        """Fetch all that happened so far; nothing older than the returned time can still come."""
        ...

    def scene(self) -> Scene:
        """Return the desktop as it is known now; always fresh identity (exe is read again)."""
        ...

    def watch(self, windows: Collection[int]) -> None:
        """Report Damage of these windows from now on, and of no others; empty releases everything."""
        ...

    def damaged(self, window: int) -> Sequence[Rect]:
        """Take what was drawn in a watched window since the last call (desktop pixels); rearms Damage."""
        ...

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Read rectangles (desktop pixels) of a watched window's own pixels, without what lies on top.

        A window that went away or a rectangle outside it yields nothing: the result may be shorter.
        """
        ...

    def wake(self) -> None:
        """Make a running ``wait`` return at once; may be called from any thread."""
        ...

    def close(self) -> None:
        """Let go of everything: no connection, hook or shared memory remains. May be called twice."""
        ...
