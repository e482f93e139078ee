"""What an action is, and the thresholds that tell one from another.

Coordinates are physical pixels of the desktop, times nanoseconds since the episode's start. One
deed of the person is one action: the click that brings a window to the front is a click, and no
app switch besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from nodreel.events import MILLISECOND

if TYPE_CHECKING:
    from nodreel.events import Element, Nanos

VERSION: Final = 3
"""Goes up whenever the same events would give other actions."""


class ActionKind(StrEnum):
    """What the person did."""

    CLICK = "click"
    DOUBLE_CLICK = "double click"
    TRIPLE_CLICK = "triple click"
    RIGHT_CLICK = "right click"
    MIDDLE_CLICK = "middle click"
    OTHER_CLICK = "other click"  # the buttons for back and forward
    DRAG = "drag"
    SCROLL = "scroll"
    TYPE = "type"
    HOTKEY = "hotkey"
    KEY = "key"
    SELECT = "select"
    WAIT = "wait"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Point:
    """The pointer at a moment."""

    t: Nanos
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Action:
    """One action; what does not apply to its kind has the default.

    ``start`` and ``end`` are the first and last button or key; ``path`` is the pointer's way there
    since the action before, and during it. (``x``, ``y``) is where it began, (``to_x``, ``to_y``)
    where it ended. ``text`` is what a ``type`` action left in the field; None where which keys they
    were is not recorded, ``length`` and ``strokes`` (when each character's key went down) are
    always there. ``keys`` name keys, modifiers first. ``names`` lead to what was selected,
    outermost first. ``dx``/``dy`` are wheel notches, right and up positive. ``before`` and
    ``after`` are the ``done`` of two frames: the last one before ``start``, and the last one before
    the next input or the first moment of rest. ``events`` are the positions of what it was made
    of in ``episode.events()``. ``sure`` is False where a part was not seen, or was inferred.
    """

    kind: ActionKind
    start: Nanos
    end: Nanos
    app: str
    events: tuple[int, ...]
    x: int | None = None
    y: int | None = None
    to_x: int | None = None
    to_y: int | None = None
    button: int | None = None
    dx: int = 0
    dy: int = 0
    text: str | None = None
    length: int = 0
    strokes: tuple[Nanos, ...] = ()
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    element: Element | None = None
    path: tuple[Point, ...] = ()
    before: Nanos | None = None
    after: Nanos | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """The desktop's own thresholds. The defaults are those of GTK and of X's keyboard.

    An episode does not say what its desktop was set to; give what differs.
    """

    double_click_ms: int = 400  # gtk-double-click-time
    double_click_px: int = 5  # gtk-double-click-distance
    drag_px: int = 8  # gtk-dnd-drag-threshold
    repeat_delay_ms: int = 660  # xset r rate
    repeat_interval_ms: int = 40
    pause_ms: int = 2000  # that long without a key, and another text begins
    scroll_pause_ms: int = 500  # that long without a notch, and another scroll begins
    wait_ms: int = 2000  # that long without any input is a wait
    settle_ms: int = 500  # the screen rests once nothing changed for so long

    @property
    def double_click(self) -> int:
        """Longest time from press to press, nanoseconds."""
        return self.double_click_ms * MILLISECOND
