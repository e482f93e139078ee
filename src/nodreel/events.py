"""The words of nodreel: what may be recorded, as a closed set of small frozen things.

Times are CLOCK_MONOTONIC nanoseconds while recording (X server time on X11) and nanoseconds
since the episode's start once read back. Coordinates are physical pixels of the whole desktop,
(0, 0) at its top left. ``app`` is the id a policy gave the designated app; it is empty until the
gate has judged the event, and nothing with an empty ``app`` may be stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Nanos = NewType("Nanos", int)
Pixels = NewType("Pixels", int)

SECOND = Nanos(1_000_000_000)
MILLISECOND = Nanos(1_000_000)

TILE = 64  # edge of a screen tile, pixels


class Kind(StrEnum):
    """What a person can tick one by one: kinds of data, categories of apps, one switch."""

    POINTER = "pointer"
    KEYS = "keys"
    TEXT = "text"  # which characters were typed, where the policy offers that
    SCREEN = "screen"
    TITLES = "titles"
    ELEMENTS = "elements"
    MAIL = "mail"  # apps and sites for mail
    CHAT = "chat"  # apps and sites for messages
    ACCESSIBILITY = "accessibility"  # nodreel may switch the desktop's accessibility on


class KeyClass(StrEnum):
    """What sort of key it was; kept even where the key itself is not."""

    CHARACTER = "character"
    NAVIGATION = "navigation"
    EDITING = "editing"
    FUNCTION = "function"
    MODIFIER = "modifier"
    SHORTCUT = "shortcut"
    OTHER = "other"


class Cause(StrEnum):
    """Why an element was looked at."""

    CLICK = "click"
    FOCUS = "focus"


class Why(StrEnum):
    """Why something was withheld; says what the data lacks, nothing about the person's day."""

    SECRET_FIELD = "secret field"  # noqa: S105  a word of the data
    SECRET_SHAPE = "secret shape"  # noqa: S105  a word of the data
    PERSONAL = "personal data"  # taken out when it was scrubbed for release


class Sparing(StrEnum):
    """What is given up so that the machine stays quick, each with all before it; never keys."""

    NOTHING = "nothing"
    RATE = "frame rate"
    FRAMES = "frames not next to an action"
    POINTER = "pointer detail"


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of desktop pixels; empty when ``w`` or ``h`` is not positive."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor: its place on the desktop and its scale (1.0 = 96 dots per inch)."""

    rect: Rect
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Key:
    """A key going down or up. ``keycode``/``keysym`` are None where only the class may be kept.

    ``composed``: or where an input method may have made other text of it, so that the character
    is not known. Text is never guessed.
    """

    t: Nanos
    press: bool
    key_class: KeyClass
    keycode: int | None = None
    keysym: int | None = None
    group: int = 0
    modifiers: int = 0
    layout: str = ""
    app: str = ""
    synthetic: bool = False
    released_unseen: bool = False
    epoch: int = 0
    composed: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A pointer button (1 left, 2 middle, 3 right, 8 back, 9 forward) going down or up."""

    t: Nanos
    press: bool
    button: int
    x: int
    y: int
    modifiers: int = 0
    app: str = ""
    synthetic: bool = False
    activating: bool = False
    released_unseen: bool = False
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Scroll:
    """One wheel notch: ``dy`` is +1 away from the person (up), ``dx`` is +1 to the right."""

    t: Nanos
    dx: int
    dy: int
    x: int
    y: int
    modifiers: int = 0
    app: str = ""
    synthetic: bool = False
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """The pointer reached (x, y)."""

    t: Nanos
    x: int
    y: int
    app: str = ""
    synthetic: bool = False
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Focus:
    """A designated app, in a browser a designated site, came to the front.

    ``title`` and ``address`` (origin and shortened path) only where titles were consented to.
    """

    t: Nanos
    app: str
    title: str | None = None
    site: str = ""
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """The button, field or menu item under a click or with the keyboard, by its own app's word.

    ``t`` is the time of the click or focus it belongs to. ``name`` is a label, never a content;
    ``path`` leads through menus to it, outermost first.
    """

    t: Nanos
    cause: Cause
    role: str
    name: str = ""
    rect: Rect | None = None
    states: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    app: str = ""
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something was left out of the record from ``t`` to ``until`` although it went on."""

    t: Nanos
    until: Nanos
    why: Why
    app: str = ""


@dataclass(frozen=True, slots=True)
class Geometry:
    """The desktop's shape from here on; every other event carries the ``epoch`` it was seen in."""

    t: Nanos
    epoch: int
    width: int
    height: int
    monitors: tuple[Monitor, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One changed tile: grid row and column, BGR bytes (3 per pixel, rows top down)."""

    row: int
    col: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """What changed on the visible part of designated windows.

    ``t`` is when the pixels were asked for, ``done`` when they had arrived; the picture is of some
    moment between. ``kept`` are the rectangles that hold real pixels, all else is blank (and
    is zero in the tiles). ``full`` frames carry every tile that is not wholly blank, others what
    changed since the frame asked for at ``after``. Nothing of what they add was on the screen
    before ``since``; 0 where that is not known.
    """

    t: Nanos
    done: Nanos
    epoch: int
    width: int
    height: int
    kept: tuple[Rect, ...]
    tiles: tuple[Tile, ...]
    full: bool = False
    app: str = ""
    after: Nanos = Nanos(0)
    since: Nanos = Nanos(0)


@dataclass(frozen=True, slots=True)
class Note:
    """The person's own words on what they are doing (at most 500 characters)."""

    t: Nanos
    text: str


@dataclass(frozen=True, slots=True)
class Pace:
    """From here on so much is given up; an episode begins with nothing given up."""

    t: Nanos
    spares: Sparing


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was recorded from ``t`` to ``until``; why stays on the person's machine."""

    t: Nanos
    until: Nanos


Event = (
    Key | Button | Scroll | Move | Focus | Element | Geometry | Frame | Note | Withheld | Pace | Gap
)
