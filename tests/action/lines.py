"""Events and actions as lines of text, for the golden streams.

Above ``---`` go ``<ms> <what> …``: ``down``/``up`` a key (a character, a keysym's name or number,
``?`` where only its class is recorded, ``?composed`` where an input method was at work), ``type`` a
whole text, ``press``/``release`` a button at x y, ``move``, ``wheel`` x y dy [dx], ``focus`` app,
``gap``/``withheld`` until, ``frame``, and ``element`` click|focus, role, name, rect, then the menus
that lead to it; spaces in quotes.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from xcffib import keysymdef

from nodreel.desktop.x11.keysyms import classify
from nodreel.events import (
    MILLISECOND,
    Button,
    Cause,
    Element,
    Focus,
    Gap,
    Key,
    KeyClass,
    Move,
    Nanos,
    Rect,
    Scroll,
    Why,
    Withheld,
)

if TYPE_CHECKING:
    from nodreel.action import Action
    from nodreel.episode.format import Spoken

BITS = {0xFFE1: 1, 0xFFE3: 4, 0xFFE9: 8, 0xFFEB: 64, 0xFE03: 128}
COMMANDS = 4 | 8 | 64
STROKE = 40  # ms between characters of a text; each key is down for half of it


def keysym(word: str) -> int:
    if len(word) == 1:
        return ord(word) if ord(word) < 0x100 else 0x01000000 + ord(word)
    return int(word, 16) if word.startswith("0x") else getattr(keysymdef, f"XK_{word}")


class Reader:
    """Reads lines; remembers which modifiers are held, and what is in front."""

    def __init__(self) -> None:
        self.mask, self.app = 0, "pad"
        self.events: list[Spoken] = []
        self.frames: list[Nanos] = []

    def read(self, line: str) -> None:  # noqa: C901  one per word
        time, what, *words = shlex.split(line)
        t = Nanos(int(time) * MILLISECOND)
        match what:
            case "down" | "up":
                self._key(t, words[0], press=what == "down")
            case "type":
                for n, sign in enumerate(line.split("type ", 1)[1]):
                    at = int(t) + n * STROKE * MILLISECOND
                    self._key(at, sign, press=True)
                    self._key(at + STROKE // 2 * MILLISECOND, sign, press=False)
            case "press" | "release":
                b, x, y = map(int, words[:3])
                self.events.append(
                    Button(
                        t, what == "press", b, x, y, self.mask, words[3] if words[3:] else self.app,
                        activating=bool(words[3:]) and what == "press",
                    )
                )  # fmt: skip
            case "move":
                self.events.append(Move(t, int(words[0]), int(words[1]), self.app))
            case "wheel":
                x, y, dy, dx = *map(int, words[:3]), int(words[3]) if words[3:] else 0
                self.events.append(Scroll(t, dx, dy, x, y, self.mask, self.app))
            case "focus":
                self.app = words[0]
                self.events.append(Focus(t, self.app))
            case "gap":
                self.events.append(Gap(t, Nanos(int(words[0]) * MILLISECOND)))
            case "withheld":
                until = Nanos(int(words[0]) * MILLISECOND)
                self.events.append(Withheld(t, until, Why.SECRET_FIELD, self.app))
            case "frame":
                self.frames.append(t)
            case "element":
                cause, role, name, rect, *path = words
                box = Rect(*map(int, rect.split(",")))
                self.events.append(
                    Element(t, Cause(cause), role, name, box, (), tuple(path), self.app)
                )
            case _:
                raise AssertionError(line)

    def _key(self, t: int, word: str, *, press: bool) -> None:
        if word in {"?", "?composed"}:
            known, composed = KeyClass.CHARACTER, word != "?"
            self.events.append(Key(Nanos(t), press, known, app=self.app, composed=composed))
            return
        sym = keysym(word)
        kind = classify(sym, commanding=bool(self.mask & COMMANDS))
        code = 8 + (sym if sym < 0x100 else sym % 9973)
        self.events.append(Key(Nanos(t), press, kind, code, sym, 0, self.mask, "us", self.app))
        self.mask = self.mask | BITS.get(sym, 0) if press else self.mask & ~BITS.get(sym, 0)


def write(action: Action) -> str:  # noqa: C901  one per part
    """Write an action as one line."""
    a = action
    said = [f"{ms(a.start)}-{ms(a.end)}", a.kind.value.replace(" ", "-"), a.app]
    if a.x is not None:
        said.append(f"at {a.x},{a.y}")
    if (a.to_x, a.to_y) != (a.x, a.y):
        said.append(f"to {a.to_x},{a.to_y}")
    if a.dx or a.dy:
        said.append(f"by {a.dx},{a.dy}")
    if a.strokes:
        said.append(f"{a.text!r} length {a.length} strokes {len(a.strokes)}")
    elif a.length > 1:
        said.append(f"times {a.length}")
    if a.modifiers and not a.keys:
        said.append("with " + "+".join(a.modifiers))
    if a.keys:
        said.append("keys " + " ".join(a.keys) if a.names else "+".join(a.keys))
    if a.names:
        said.append(" > ".join(a.names))
    if a.element is not None:
        said.append(f"on {a.element.role} {a.element.name!r}")
    if a.path:
        said.append(f"path {len(a.path)}")
    if a.before is not None or a.after is not None:
        said.append(f"frames {ms(a.before)},{ms(a.after)}")
    if not a.sure:
        said.append("unsure")
    return " ".join([*said, "of", ",".join(map(str, a.events)) or "-"])


def ms(t: int | None) -> str:
    return "-" if t is None else str(t // MILLISECOND)
