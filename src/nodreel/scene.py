"""What the desktop looks like at one moment, as the gate needs to know it; never stored.

Identity is what the operating system vouches for (on X11: the pid the X server read from the
client's socket, then /proc/PID/exe), never what a window says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    switched away or asleep. ``plain``: what a key writes there is what the keymap says, because no
    input method is at work.
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
    plain: bool = False

    def window(self, window_id: int | None) -> Window | None:
        """Return the window with that id, None when it is not mapped."""
        return next((w for w in self.windows if w.id == window_id), None)


@dataclass(frozen=True, slots=True)
class Damage:
    """Something was drawn in that watched window, first at ``t`` or just after."""

    t: Nanos
    window: int


@dataclass(frozen=True, slots=True)
class Company:
    """Who is at this desktop besides the person.

    ``programs`` are the resolved paths of the binaries and scripts that are connected to it or run
    in the person's name (of somebody else's, where the path is not told, the first 15 characters
    of the name). ``remote``: the whole session is used from elsewhere.
    """

    programs: tuple[str, ...]
    remote: bool = False


class Verdict(StrEnum):
    """What is known of whatever has the keyboard; unknown counts as secret where text is kept."""

    CLEAR = "clear"
    SECRET = "secret"  # noqa: S105  a word of the data
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Field:
    """What has the keyboard inside the windows of process ``pid``, by accessibility's word.

    Received at ``t``; it may have been so ``since`` (at most ``t``). ``rect`` None of a secret
    field: its bounds are unknown; an empty one: it shows nothing (a prompt without echo).
    ``masks`` are the bounds of every field there that is, or ever was, secret.
    """

    t: Nanos
    since: Nanos
    pid: int
    verdict: Verdict
    rect: Rect | None = None
    masks: tuple[Rect, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page comes from: host in lower-case ASCII, path without query and fragment."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Page:
    """The tab in front of a browser's focused window, by its extension's word.

    ``pid`` and ``start`` are the browser's process as the kernel knows it. ``address`` is None
    when nothing that may be recorded is in front. That document has been in front ``since``
    (at most ``t``). ``focused``: the page has the keyboard, not the address bar. ``viewport`` and
    ``masks`` (secret fields, frames of other sites, masked selectors) in desktop pixels.
    """

    t: Nanos
    since: Nanos
    pid: int
    start: int
    address: Address | None = None
    complete: bool = False
    private: bool = True
    title: str = ""
    focused: bool = False
    viewport: Rect | None = None
    masks: tuple[Rect, ...] = ()
    verdict: Verdict = Verdict.UNKNOWN


Sensed = Event | Scene | Damage | Page | Field
