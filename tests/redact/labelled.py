"""A labelled set to measure scrubbing with: made-up work on a made-up screen, and what is in it.

Everything is invented by a seed. Each piece of text is either something that has to go, with what
it is, or a hard negative: as like one as work holds them, and no secret of anybody. They stand in
titles, notes, names of elements, in what is typed, and in pictures, light and dark, in two
fonts and five sizes.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from stdnum import iban, luhn

from nodreel.events import (
    MILLISECOND,
    TILE,
    Cause,
    Element,
    Focus,
    Frame,
    Geometry,
    Key,
    KeyClass,
    Monitor,
    Nanos,
    Note,
    Rect,
    Tile,
)
from nodreel.scrub.detectors import BEGUN, find
from tests.episode.studio import Studio, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from nodreel.events import Event

WIDTH, HEIGHT = 1216, 768
WHERE: Final = ("title", "note", "element", "keys", "pictures")
FONTS: Final = ("DejaVuSans.ttf", "DejaVuSansMono.ttf")
SIZES: Final = (12, 13, 14, 16, 18)
LISTED: Final = ("Project Nightingale", "Hildegard Quasthoff", "Zephyr Bank")
DOMAIN: Final = "acme-works.com"

_FIRST = ("anna", "jonas", "priya", "mehmet", "claire", "olga", "luis", "wei")
_LAST = ("moser", "schmidt", "raman", "yilmaz", "dubois", "ivanova", "garcia", "chen")
_HOSTS = ("acme-corp.example", "mail.acme.internal", "gmail.com", "kunde.de", "firma.local")
_HEAD = ("Reply to", "Sent by", "See", "Contact", "For", "from", "Open", "Note:", "cc")


@dataclass(frozen=True, slots=True)
class Piece:
    """``text`` is all that is said, ``secret`` the part of it that has to go; "": nothing."""

    where: str
    kind: str
    text: str
    secret: str
    rect: Rect | None = None  # of the secret, or of all of the text, in a picture


@dataclass
class Labelled:
    """One recording, and what is in it. ``shown`` are the pieces of each picture, by its done."""

    studio: Studio
    pieces: list[Piece] = field(default_factory=list)
    typed: dict[int, Piece] = field(default_factory=dict)  # by the time of its first key
    shown: dict[Nanos, list[Piece]] = field(default_factory=dict)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(count))


def _word(rng: random.Random, alphabet: str, count: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(count))


def _mail(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)}.{rng.choice(_LAST)}@{rng.choice(_HOSTS)}"


def _phone(rng: random.Random) -> str:
    return _filled(rng, rng.choice((
        "+49 30 2#####", "+1 212-5##-####", "(415) 3##-####", "+44 20 7946 0###",
        "+33 1 42 68 #1 ##", "089 3#####",
    )))  # fmt: skip


def _card(rng: random.Random) -> str:
    plain = rng.choice(("4", "51", "53")) + _digits(rng, 14)
    plain = plain[:15]
    plain += luhn.calc_check_digit(plain)
    return " ".join(plain[n : n + 4] for n in range(0, 16, 4)) if rng.random() < 0.6 else plain


def _iban(rng: random.Random) -> str:
    body = f"{rng.randint(10, 99)}{_digits(rng, 16)}"
    for check in range(2, 99):
        whole = f"DE{check:02d}{body}"
        if iban.is_valid(whole, check_country=False):
            return " ".join(whole[n : n + 4] for n in range(0, 22, 4))
    raise AssertionError(body)


def _token(rng: random.Random) -> str:
    mixed = string.ascii_letters + string.digits
    return rng.choice((
        "ghp_" + _word(rng, mixed, 36), "AKIA" + _word(rng, string.ascii_uppercase, 16),
        "sk_live_" + _word(rng, mixed, 24), "glpat-" + _word(rng, mixed, 20),
    ))  # fmt: skip


def _net(rng: random.Random) -> str:
    return rng.choice((
        _filled(rng, "10.1#.1##.7"), _filled(rng, "192.168.1##.##"), _filled(rng, "84.1##.7.9#"),
        ":".join(f"{rng.randrange(256):02x}" for _ in range(6)),
        f"fe80::{rng.randrange(4096, 65535):x}:42:9c7",
    ))  # fmt: skip


def _host(rng: random.Random) -> str:
    return _filled(rng, rng.choice((
        "db##.corp.acme.internal", "printer-#.lan", f"build##.{DOMAIN}", "nas#.local",
        r"\\files#\payroll$",
    )))  # fmt: skip


SECRETS: Final[dict[str, Callable[[random.Random], str]]] = {
    "mail address": _mail, "phone number": _phone, "card number": _card,
    "bank account number": _iban, "token": _token, "network address": _net, "host name": _host,
    "word of the list": lambda rng: rng.choice(LISTED),
    "national id": lambda rng: f"536-{rng.randint(10, 89)}-{rng.randint(1001, 9998)}",
}  # fmt: skip
AROUND: Final[dict[str, Callable[[random.Random], tuple[str, str]]]] = {
    "user name": lambda rng: (f"/home/{(n := rng.choice(_FIRST))}/report.ods", n),
    "login": lambda rng: (f"{(n := rng.choice(_FIRST) + '@ws' + _digits(rng, 2))}:~$ ls", n),
}  # fmt: skip
NEGATIVES: Final = (
    "Order 2026-###### shipped", "Version 1#.#.# build ####", "Chrome/12#.0.6###.1##",
    "2026-1#-1# 1#:3#:07", "1#.11.2026, 1#:30-17:45", "Total #,###.## EUR incl. 19% VAT",
    "commit 9f#6d0#1b8#4 merged", "ISBN 978-3-16-######-0", "card ending in ####, room ###",
    "git@github.com:nodejs/node.git", "logo@2x.png, icons@3x.svg", "npm install react@1#.#.0",
    "@pytest.fixture def made()", "std::vector<int> a; A::B::C", "docs.python.org/3/re.html",
    "threading.local() and self.private.home", "listening on 127.0.0.1:8080, 0.0.0.0",
    "/home/user/projects and /Users/Shared", "192.0.2.14 is for manuals",
    "48.####, 11.#### (lat, long)", "SKU-###-####-X", "pages 1#-1## of 1200",
    "1## x 2## px @ 60 Hz", "AKIA is how such keys begin",
    "Bearer of bad news: sk- is a prefix", "meet at 10:3#:00 in B::3",
    "v10.2.3.4 released, version 1.2.3.4", "Ref {card}",
)  # fmt: skip


def _filled(rng: random.Random, text: str) -> str:
    """Return a text with a digit for each ``#``."""
    return "".join(rng.choice(string.digits) if sign == "#" else sign for sign in text)


def _negative(rng: random.Random) -> str:
    return _filled(rng, rng.choice(NEGATIVES)).replace("{card}", _bad_card(rng))


def _bad_card(rng: random.Random) -> str:
    plain = "4" + _digits(rng, 14)
    wrong = (int(luhn.calc_check_digit(plain)) + rng.randint(1, 9)) % 10
    plain += str(wrong)
    return " ".join(plain[n : n + 4] for n in range(0, 16, 4))


def piece(rng: random.Random, where: str) -> Piece:
    """Return something that has to go, or as often something that looks like it."""
    if rng.random() < 0.5:
        text = _negative(rng)
        while where == "keys" and find(text, BEGUN):  # the recorder itself keeps no such keys
            text = _negative(rng)
        return Piece(where, "negative", text, "")
    kind = rng.choice((*SECRETS, *AROUND))
    if kind in AROUND:
        text, secret = AROUND[kind](rng)
        return Piece(where, kind, text, secret)
    secret = SECRETS[kind](rng)
    return Piece(where, kind, f"{rng.choice(_HEAD)} {secret}", secret)


def labelled(folder: Path, seed: int, screens: int = 4) -> Labelled:
    """Make a recording of so many screens, each with all sorts of pieces."""
    rng = random.Random(seed)
    made = Labelled(Studio(folder / "episodes"))
    made.studio.folder.mkdir(mode=0o700)
    desktop = (Monitor(Rect(0, 0, WIDTH, HEIGHT)),)
    events: list[Event] = [Geometry(at(0), 1, WIDTH, HEIGHT, desktop)]
    before: Frame | None = None
    for screen in range(screens):
        ms = 1000 + 20_000 * screen
        title, note, name = (piece(rng, where) for where in WHERE[:3])
        made.pieces += [title, note, name]
        events.append(Focus(at(ms), "editor", f"{title.text} | Editor"))
        events.append(Note(at(ms + 1), note.text))
        events.append(
            Element(at(ms + 2), Cause.FOCUS, "text", name.text, Rect(10, 10, 80, 20), app="editor")
        )
        before = _screen(made, rng, ms + 100, before)
        events.append(before)
        for n in range(3):
            typed = piece(rng, "keys")
            made.pieces.append(typed)
            began = ms + 1000 + 5000 * n
            made.typed[int(at(began) - at(0))] = typed
            events += _strokes(began, typed.text)
    made.studio.record(events, seal_every=60)
    return made


def _strokes(ms: float, text: str) -> Iterator[Event]:
    for n, sign in enumerate(text):
        for press in (True, False):
            t = Nanos(at(ms) + (40 * n + (0 if press else 15)) * MILLISECOND)
            yield Key(
                t, press, KeyClass.CHARACTER, 24 + n % 40, ord(sign), layout="us", app="editor"
            )
    for press in (True, False):
        t = Nanos(at(ms) + (40 * len(text) + (40 if press else 55)) * MILLISECOND)
        yield Key(t, press, KeyClass.NAVIGATION, 36, 0xFF0D, layout="us", app="editor")


def _screen(made: Labelled, rng: random.Random, ms: float, before: Frame | None) -> Frame:
    """Draw a screen: a fresh one, a line under the other, in one font and size."""
    dark = rng.random() < 0.4
    image = Image.new("RGB", (WIDTH, HEIGHT), (28, 30, 34) if dark else (252, 252, 250))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(rng.choice(FONTS), rng.choice(SIZES))
    ink = (222, 222, 216) if dark else (24, 24, 28)
    shown: list[Piece] = []
    for row in range(14):
        for column in range(2):
            found = piece(rng, "pictures")
            x, y = 24 + column * 600, 20 + row * 52
            draw.text((x, y), found.text, font=font, fill=ink)
            start = found.text.index(found.secret)
            whole = found.secret or found.text
            left = x + int(draw.textlength(found.text[:start], font=font))
            wide = int(draw.textlength(whole, font=font))
            _, top, _, bottom = draw.textbbox((x, y), whole, font=font)
            rect = Rect(left, int(top), wide, int(bottom - top))
            shown.append(Piece("pictures", found.kind, found.text, found.secret, rect))
    made.pieces += shown
    pixels = np.asarray(image)[:, :, ::-1]
    tiles = tiles_of(pixels)
    t, done = at(ms), at(ms + 2)
    made.shown[Nanos(done - at(0))] = shown
    return Frame(
        t, done, 1, WIDTH, HEIGHT, (Rect(0, 0, WIDTH, HEIGHT),), tiles, full=before is None,
        app="editor", after=before.t if before else Nanos(0), since=t,
    )  # fmt: skip


def tiles_of(pixels: NDArray[np.uint8]) -> tuple[Tile, ...]:
    """Return all tiles of a BGR image."""
    rows, columns = -(-pixels.shape[0] // TILE), -(-pixels.shape[1] // TILE)
    whole = [
        (r, c, pixels[r * TILE : (r + 1) * TILE, c * TILE : (c + 1) * TILE])
        for r in range(rows)
        for c in range(columns)
    ]
    return tuple(Tile(r, c, np.ascontiguousarray(part).tobytes()) for r, c, part in whole)
