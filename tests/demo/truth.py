"""What was really done, as seen by those who did it: the injector, the X server and the apps."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodreel.events import Rect


class Whose(StrEnum):
    """To whom an event belongs, by the X server's word at that moment."""

    OURS = "ours"  # a designated app's: must be recorded
    THEIRS = "theirs"  # anybody else's: must not be
    EITHER = "either"  # a window's frame, a window manager's Alt, hovering without the keyboard


class What(StrEnum):
    KEY = "key"
    BUTTON = "button"
    SCROLL = "scroll"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Deed:
    """One injected event. ``detail``: keycode, button, or +1/-1 for a wheel notch up/down.

    The server stamped it between ``before`` and ``after`` (monotonic ns). ``activating``: the click
    that brought its window to the front.
    """

    what: What
    detail: int
    press: bool
    x: int
    y: int
    before: int
    after: int
    whose: Whose
    app: str
    activating: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """The real screen at a quiet moment: BGR; ``ours`` are the visible designated client areas."""

    before: int
    after: int
    pixels: NDArray[np.uint8]
    ours: tuple[Rect, ...]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the screen showed right before a click: the page's beacon, a patch at the pointer."""

    click: int  # index of the deed
    beacon: int | None
    beacon_at: tuple[int, int]
    area: Rect
    patch: NDArray[np.uint8]


@dataclass(slots=True)
class Truth:
    deeds: list[Deed] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    glimpses: list[Glimpse] = field(default_factory=list)
