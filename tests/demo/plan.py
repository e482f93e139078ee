"""What a person would do, as seeded scenes of small steps. Pure: the same seed, the same work."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BROWSER, EDITOR, TERMINAL, LOOKALIKE = "chromium", "mousepad", "xterm", "lookalike"
OURS = (BROWSER, EDITOR)


@dataclass(frozen=True, slots=True)
class Go:
    """Move the pointer into an app's window, to a place in parts of its width and height."""

    app: str
    fx: float
    fy: float
    bend: float = 0.0


@dataclass(frozen=True, slots=True)
class Click:
    """Press and let go ``times`` times where the pointer is; ``to_front`` waits for that app."""

    button: int = 1
    times: int = 1
    to_front: str | None = None
    dwell: float = 0.15  # what a hand rests before it presses, seconds


@dataclass(frozen=True, slots=True)
class Type:
    text: str


@dataclass(frozen=True, slots=True)
class Chord:
    """Keys pressed in order and let go in reverse."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wheel:
    notches: int  # up is positive


@dataclass(frozen=True, slots=True)
class Switch:
    """Alt and Tab until ``app`` is in front: these keys are the window manager's, not an app's."""

    app: str


@dataclass(frozen=True, slots=True)
class DragWindow:
    """Take a window by its title bar and move it."""

    app: str
    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Look:
    """Nothing moves for a moment: the real screen is photographed."""


Step = Go | Click | Type | Chord | Wheel | Switch | DragWindow | Wait | Look
Scene = tuple[str, list[Step]]

WORDS = "the open order was split in two; Totals differ by 1,204.50 (see page 7)".split()  # noqa: SIM905


def text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(words))


def go(rng: random.Random, app: str, low: float = 0.15, high: float = 0.85) -> Go:
    return Go(app, rng.uniform(low, high), rng.uniform(max(low, 0.3), high), rng.uniform(-0.1, 0.1))


def front(rng: random.Random, app: str) -> list[Step]:
    """Bring an app to the front the way most people do: click into it."""
    return [go(rng, app), Wait(0.15), Click(to_front=app), Wait(0.4)]


def browse(rng: random.Random) -> Iterator[Step]:
    yield from front(rng, BROWSER)
    yield Wheel(-rng.randint(2, 6))
    yield Wait(0.3)
    yield go(rng, BROWSER)
    yield Wheel(rng.randint(7, 9))
    yield Wait(0.3)
    yield Go(BROWSER, 0.3, 0.14)  # the search box
    yield Click()
    yield Type(text(rng, 2))
    yield Go(BROWSER, 0.62, 0.14)  # the button
    for _ in range(rng.randint(1, 3)):
        yield Click()
        yield Wait(rng.uniform(0.15, 0.4))
    yield go(rng, BROWSER, 0.3, 0.8)
    yield Click(times=2)
    yield Wait(0.2)
    yield Look()


def write(rng: random.Random) -> Iterator[Step]:
    yield from front(rng, EDITOR)
    yield Chord(("Control_L", "End"))
    yield Type("\n" + text(rng, rng.randint(4, 7)))
    yield Chord(("Shift_L", "Home"))
    yield Chord(("Control_L", "c"))
    yield Chord(("End",))
    yield go(rng, EDITOR, 0.2, 0.7)
    yield Click()
    yield Click(times=2)
    yield Wheel(-rng.randint(1, 3))
    yield Wait(0.2)
    yield Look()


def menus(rng: random.Random) -> Iterator[Step]:
    """Menus by keyboard alone: they hold the keyboard, and must be told from a lock screen."""
    yield from front(rng, EDITOR)
    yield Chord(("Alt_L", "e"))
    yield Wait(0.35)
    for _ in range(rng.randint(2, 5)):
        yield Chord(("Down",))
        yield Wait(0.06)
    yield Chord(("Escape",))
    yield Wait(0.35)
    yield from front(rng, BROWSER)
    yield Chord(("Shift_L", "F10"))
    yield Wait(0.5)
    for _ in range(rng.randint(2, 4)):
        yield Chord(("Down",))
        yield Wait(0.06)
    yield Chord(("Escape",))
    yield Wait(0.4)
    yield Look()


def shell(rng: random.Random) -> Iterator[Step]:
    yield from front(rng, TERMINAL)
    yield Type(f"secret {rng.randint(1000, 9999)} {text(rng, 3)}\n")
    yield go(rng, TERMINAL)
    yield Click()
    yield Wheel(-2)
    yield Wait(0.2)
    yield go(rng, BROWSER)  # the pointer strays over a designated window that has not the keyboard
    yield go(rng, TERMINAL)
    yield Wait(0.2)


def masquerade(rng: random.Random) -> Iterator[Step]:
    yield from front(rng, LOOKALIKE)
    yield Type(f"private {text(rng, 3)}")
    yield go(rng, LOOKALIKE)
    yield Click()
    yield Wheel(rng.choice((-3, 3)))
    yield Wait(0.2)


def switch(rng: random.Random) -> Iterator[Step]:
    yield from front(rng, BROWSER)  # so that it is the one to which Alt and Tab go back
    yield from front(rng, EDITOR)
    yield Switch(BROWSER)
    yield Wait(0.5)
    yield go(rng, BROWSER)
    yield Click()
    yield Wait(0.2)
    yield Look()


def rearrange(rng: random.Random) -> Iterator[Step]:
    yield from front(rng, EDITOR)
    dx, dy = rng.randint(-60, 60), rng.randint(10, 60)
    yield DragWindow(EDITOR, dx, dy)
    yield Wait(0.3)
    yield Look()
    yield DragWindow(EDITOR, -dx, -dy)
    yield Wait(0.3)
    yield Go(EDITOR, 0.5, 0.5)
    yield Click()
    yield Wait(0.2)
    yield Look()


KINDS = (browse, write, menus, shell, masquerade, switch, rearrange)


def scenes(seed: int) -> Iterator[Scene]:
    """Endless work: every round holds each kind of scene once, in an order of its own."""
    rng = random.Random(seed)
    while True:
        for kind in rng.sample(KINDS, len(KINDS)):
            yield kind.__name__, list(kind(rng))


def path(
    start: tuple[int, int], end: tuple[int, int], bend: float, hertz: float
) -> list[tuple[int, int]]:
    """Points of one hand movement (minimum jerk, slightly bent), no point twice in a row."""
    (x0, y0), (x1, y1) = start, end
    far = math.hypot(x1 - x0, y1 - y0)
    count = max(1, round((0.18 + 0.11 * math.log2(1 + far / 20)) * hertz))
    points: list[tuple[int, int]] = []
    for i in range(1, count + 1):
        u = i / count
        s = u * u * u * (10 - 15 * u + 6 * u * u)
        off = bend * math.sin(math.pi * u)
        at = (
            round(x0 + (x1 - x0) * s - (y1 - y0) * off),
            round(y0 + (y1 - y0) * s + (x1 - x0) * off),
        )
        at = (x1, y1) if i == count else (max(0, at[0]), max(0, at[1]))
        if at != (points[-1] if points else start):
            points.append(at)
    return points
