"""What the desktop looks like at one moment, as the gate needs to know it; never stored.

Identity is what the operating system vouches for (on X11: the pid the X server read from the
client's socket, then /proc/PID/exe), never what a window says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from nodreel.events import Event, Monitor, Nanos, Rect


@dataclass(frozen=True, slots=True)
class Process:
    """A running program. ``trusted``: the file is root-owned, nobody else may write it, uid ours.

    ``exe`` is the resolved path of the binary ('' when it cannot be read); ``script`` the resolved
    path of the script an interpreter runs, None for anything else; ``start`` in clock ticks
    since boot, so that a recycled pid is another process.
    """

    pid: int
    start: int
    exe: str
    trusted: bool
    script: str | None = None
    script_trusted: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A mapped top-level window or popup.

    ``id`` is the application's own window, ``inner`` its area on the desktop, ``outer`` the area
    it covers with its frame. ``shape`` (desktop pixels) replaces ``outer`` when it is not a
    rectangle. ``popup`` is an override-redirect window: menu, dropdown, tooltip, notification.
    """

    id: int
    inner: Rect
    outer: Rect
    process: Process | None
    popup: bool = False
    title: str = ""
    shape: tuple[Rect, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """The desktop from ``t`` on (the receipt of the change; it happened at or shortly before).

    ``windows`` go from the bottom to the top. ``focus`` is the id of the window with the
    keyboard, None when there is none or when the claims about it disagree. ``grabbed``: somebody
    holds the keyboard by a grab (a menu, or a lock screen). ``locked``: the session is locked,
    switched away or asleep.
    """

    t: Nanos
    windows: tuple[Window, ...]
    focus: int | None
    grabbed: bool
    locked: bool
    epoch: int
    width: int
    height: int
    monitors: tuple[Monitor, ...]

    def window(self, window_id: int | None) -> Window | None:
        """Return the window with that id, None when it is not mapped."""
        return next((w for w in self.windows if w.id == window_id), None)


@dataclass(frozen=True, slots=True)
class Damage:
    """Something was drawn in that watched window."""

    t: Nanos
    window: int


Sensed = Event | Scene | Damage
