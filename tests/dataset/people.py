"""Made-up people and their episodes: the real writer, real sealing, real signatures; quick.

A person has a consent of their own, with its key. They work on a form in one of several apps: the
picture shows a few fields, one of them marked; what they do next depends on which, and on its kind.
The pictures differ from app to app, the rule does not: it can be learnt.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.consent.ids import spell
from nodreel.consent.tombstone import make_tombstone
from nodreel.episode import EpisodeAbout, EpisodeWriter
from nodreel.events import (
    MILLISECOND,
    SECOND,
    TILE,
    Button,
    Focus,
    Frame,
    Geometry,
    Key,
    KeyClass,
    Monitor,
    Move,
    Nanos,
    Rect,
    Scroll,
    Tile,
)
from tests.episode.studio import Limits, TurnedClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.events import Event

COLS, ROWS = 5, 4
WIDTH, HEIGHT = COLS * TILE, ROWS * TILE
DEEDS = ("click", "double", "type", "hotkey", "scroll", "drag")


@dataclass
class Person:
    """Somebody who agreed once; ``new_id`` of a seed is the same each time."""

    seed: int
    purpose: str = "ui-research"
    policy: str = "ab" * 32
    apps: tuple[str, ...] = ("forms",)
    consent: str = ""
    signing: Ed25519PrivateKey = field(init=False)

    def __post_init__(self) -> None:
        rng = random.Random(f"person {self.seed}")
        self.consent = self.consent or spell(rng.randbytes(16))
        self.signing = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))

    @property
    def public_key(self) -> bytes:
        return self.signing.public_key().public_bytes_raw()

    def tombstone(self, *episodes: str) -> tuple[str, bytes]:
        return make_tombstone(self.consent, self.public_key, self.signing.sign, episodes)

    def record(self, folder: Path, recipient: str, rounds: int, seed: int) -> str:
        """Write one episode of so many deeds; returns its id."""
        clock = TurnedClock()
        writer = EpisodeWriter(
            folder, EpisodeAbout(self.consent, self.policy, self.purpose, self.apps),
            recipients=[recipient], sign=self.signing.sign, public_key=self.public_key,
            clock=clock, limits=Limits(),
        )  # fmt: skip
        rng = random.Random(f"episode {self.seed} {seed}")
        name = ""
        for event in work(rng, rng.choice(self.apps), rounds, clock.now):
            writer.add(event)
            name = writer.episode
        writer.close("test")
        writer.leave()
        return name


def work(rng: random.Random, app: str, rounds: int, start: Nanos) -> Iterator[Event]:
    """Yield events of so many deeds, a few seconds apart."""
    form = Form(app)
    monitor = (Monitor(Rect(0, 0, WIDTH, HEIGHT)),)
    yield Geometry(start, 1, WIDTH, HEIGHT, monitor)
    t = Nanos(start + 10 * MILLISECOND)
    yield form.frame(t, None, full=True)
    yield Focus(Nanos(t + 5 * MILLISECOND), app, "A form")
    deeds: list[int] = []
    for _ in range(rounds):
        deeds = deeds or rng.sample(range(len(DEEDS)), len(DEEDS))  # none of them long in coming
        place, deed = (rng.randrange(1, ROWS), rng.randrange(COLS)), deeds.pop()
        t = Nanos(t + SECOND)
        yield form.frame(t, (*place, deed))
        t = Nanos(t + (300 + rng.randrange(400)) * MILLISECOND)
        yield from form.deed(t, *place, DEEDS[deed], rng)
        t = Nanos(t + SECOND)


class Form:
    """A screen of fields, in colours of its own."""

    def __init__(self, app: str) -> None:
        rng = random.Random(f"app {app}")
        self.app = app
        self._ground = bytes(rng.randrange(200, 250) for _ in range(3))
        self._lines = rng.randrange(2, 9)
        self._last = Nanos(0)
        self._marked: tuple[int, int] | None = None

    def frame(self, t: Nanos, mark: tuple[int, int, int] | None, *, full: bool = False) -> Frame:
        """The screen with one field marked; only what changed unless ``full``."""
        places = {(r, c) for r in range(ROWS) for c in range(COLS)} if full else set()
        if self._marked:
            places.add(self._marked)
        if mark:
            places.add(mark[:2])
        tiles = tuple(
            Tile(r, c, self._tile(r, c, mark[2] if mark and mark[:2] == (r, c) else None))
            for r, c in sorted(places)
        )
        self._marked = mark[:2] if mark else None
        frame = Frame(
            t, Nanos(t + 2 * MILLISECOND), 1, WIDTH, HEIGHT, (Rect(0, 0, WIDTH, HEIGHT),), tiles,
            full=full, app=self.app, after=Nanos(0) if full else self._last, since=t,
        )  # fmt: skip
        self._last = t
        return frame

    def _tile(self, row: int, col: int, deed: int | None) -> bytes:
        """A field: lines of text that are the app's; if marked, a sign of what to do with it."""
        line = self._ground * TILE
        words = (self._ground[:1] * 3 + b"\x30" * 3) * (TILE // 2)
        rows = [
            words if y % self._lines == (row + col) % self._lines else line for y in range(TILE)
        ]
        if deed is not None:
            frame = b"\x10\x20\xe0" * TILE
            rows[:4] = rows[-4:] = [frame] * 4
            for y in range(12, 52):  # as many dark columns as the deed's number, and one
                bars = b"".join(
                    b"\x20\x20\x20" if 6 + 9 * n <= x < 11 + 9 * n else self._ground
                    for x in range(TILE)
                    for n in [min(deed, max(0, (x - 6) // 9))]
                )
                rows[y] = bars
        return b"".join(rows)

    def deed(self, t: Nanos, row: int, col: int, what: str, rng: random.Random) -> Iterator[Event]:
        """The pointer goes there, and does it."""
        x, y = col * TILE + rng.randrange(20, 44), row * TILE + rng.randrange(20, 44)
        for n in range(5):
            at = Nanos(t - (5 - n) * 16 * MILLISECOND)
            yield Move(at, x - 3 * (5 - n), y, self.app)
        match what:
            case "click" | "double":
                for n in range(1 + (what == "double")):
                    yield from self._click(Nanos(t + n * 150 * MILLISECOND), x, y)
            case "type":
                yield from self._click(t, x, y)
                yield from self._keys(Nanos(t + 400 * MILLISECOND), rng)
            case "hotkey":
                yield from self._hotkey(t)
            case "scroll":
                for n in range(3):
                    yield Scroll(Nanos(t + n * 40 * MILLISECOND), 0, -1, x, y, app=self.app)
            case _:
                yield from self._drag(t, x, y)

    def _click(self, t: Nanos, x: int, y: int) -> Iterator[Event]:
        for press in (True, False):
            at = Nanos(t + (0 if press else 50) * MILLISECOND)
            yield Button(at, press, 1, x, y, app=self.app)

    def _keys(self, t: Nanos, rng: random.Random) -> Iterator[Event]:
        for n, sign in enumerate(rng.choices("abcdefgh", k=6)):
            for press in (True, False):
                at = Nanos(t + (90 * n + (0 if press else 40)) * MILLISECOND)
                yield Key(at, press, KeyClass.CHARACTER, 30 + ord(sign) % 8, ord(sign),
                          layout="us", app=self.app)  # fmt: skip

    def _hotkey(self, t: Nanos) -> Iterator[Event]:
        yield Key(t, True, KeyClass.MODIFIER, 37, 0xFFE3, layout="us", app=self.app)
        for press in (True, False):
            at = Nanos(t + (30 if press else 70) * MILLISECOND)
            yield Key(at, press, KeyClass.SHORTCUT, 39, ord("s"), 0, 4, "us", self.app)
        yield Key(Nanos(t + 90 * MILLISECOND), False, KeyClass.MODIFIER, 37, 0xFFE3, layout="us",
                  app=self.app)  # fmt: skip

    def _drag(self, t: Nanos, x: int, y: int) -> Iterator[Event]:
        way = 12 if x < WIDTH // 2 else -12
        yield Button(t, True, 1, x, y, app=self.app)
        for n in range(1, 5):
            yield Move(Nanos(t + n * 30 * MILLISECOND), x + way * n, y, self.app)
        yield Button(Nanos(t + 150 * MILLISECOND), False, 1, x + 4 * way, y, app=self.app)
