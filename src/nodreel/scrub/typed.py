"""The text as it would read while it is typed, and which strokes of it are secret. Pure.

Only what follows from the keys counts. A click, a shortcut (pasting is one), another app, a dead
key, a key that selects, or one whose end was not seen begin a new text. A focus event in the same
app may be another window or just a new title, and an editing key held until it repeats may have
done more than once what it does: both are read both ways, as the same text and as a new one.

Where recording begins or ends in the middle of a text, nobody knows what the rest of it was: the
word there tells no characters (decision 0761).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from nodreel.events import MILLISECOND, Button, Focus, Gap, Key, KeyClass
from nodreel.scrub.detectors import BEGUN, WHOLE, find, lasting
from nodreel.scrub.tokens import PRIVATE_KEY

if TYPE_CHECKING:
    from nodreel.events import Event, Nanos
    from nodreel.scrub.shape import Finder, Span

REPEATS_AFTER: Final = 200 * MILLISECOND
"""No keyboard in use repeats a held key sooner."""
LONGEST: Final = 4096
CUT_AT: Final = 512
"""A text is shortened to its last half at ``CUT_AT`` characters, but not inside a word."""

CUT_OFF: Final = "part of a word"
_WORD: Final = re.compile(r"(?:\S|(?<=\d) (?=\d|\Z)|\A (?=\d))+")
"""A number in groups is one word."""

_SHIFT: Final = 1
_BACKSPACE: Final = 0xFF08
_DELETE: Final = {0xFFFF, 0xFF9F}
_LEFT: Final = {0xFF51, 0xFF96}
_RIGHT: Final = {0xFF53, 0xFF98}
_HOME: Final = {0xFF50, 0xFF95}
_END: Final = {0xFF57, 0xFF9C}
_SEPARATORS: Final = {0xFF0D: "\n", 0xFF8D: "\n", 0xFF09: "\t", 0xFF89: "\t"}
_LATIN: Final = range(0x20, 0x100)
_KEYPAD: Final = range(0xFFAA, 0xFFBE)
_KEYPAD_TO_ASCII: Final = 0xFF80
_KEYPAD_SPACE: Final = 0xFF80
_COMPOSE: Final = 0xFF20
_DEAD: Final = range(0xFE50, 0xFEA0)
_UNICODE: Final = 0x0100_0000
_LAST_UNICODE: Final = 0x0110_FFFF
_UNKNOWN: Final = "\ufffd"  # some character, and not one that a secret shape has


@dataclass(slots=True)
class Typed:
    """One keyboard; strokes are numbered in the order typed.

    ``secret`` maps numbers of strokes to the name of the shape they belong to. ``lasting`` are
    those of what is a secret for sure, ``pending`` those of what may become one as it is typed
    on. ``text`` names the text they are in: no stroke in it has a smaller number.
    """

    own: tuple[Finder, ...] = ()
    secret: dict[int, str] = field(default_factory=dict)
    lasting: set[int] = field(default_factory=set)
    pending: set[int] = field(default_factory=set)
    text: int = 0
    _number: int = 0
    _app: str = ""
    _chars: list[str] = field(default_factory=list)
    _strokes: list[int] = field(default_factory=list)
    _cursor: int = 0
    _other_start: int = 0  # where the text begins if what is read both ways began a new one
    _unseen: bool = False  # something was typed since the last look
    _in_key: bool = False  # behind the first line of a private key everything is secret
    _cut: bool = False  # the text goes on from one that was not seen
    _gone: list[int] = field(default_factory=list)  # strokes of this word that were taken back
    _pressed: dict[int, Nanos] = field(default_factory=dict)

    def copy(self) -> Typed:
        """Return one that can read on without this one knowing."""
        return replace(
            self,
            secret=dict(self.secret),
            lasting=set(self.lasting),
            pending=set(self.pending),
            _chars=list(self._chars),
            _strokes=list(self._strokes),
            _gone=list(self._gone),
            _pressed=dict(self._pressed),
        )

    def read(self, event: Event, number: int) -> None:
        """Take the next event; ``number`` names it in ``secret`` should it turn out to be."""
        self._number = number
        match event:
            case Key():
                self._key(event, number)
            case Button(press=True):
                self._begin(self._app)
                self._cut = False
            case Gap():
                self._begin(self._app)
            case Focus() if event.app != self._app:
                self._enter(event.app)
            case Focus():
                self._other_start = self._cursor
            case _:
                pass

    def cut(self) -> None:
        """Take the text for cut off here: what comes next goes on from what nobody saw."""
        self.look()
        for word in _WORD.finditer("".join(self._chars)):
            if word.start() <= self._cursor <= word.end():
                self._hide([*self._strokes[word.start() : word.end()], *self._gone])
        in_key = self._in_key
        self._begin("")
        self._in_key, self._cut = in_key, True

    def _hide(self, strokes: list[int]) -> None:
        for stroke in strokes:
            self.secret.setdefault(stroke, CUT_OFF)

    def look(self) -> None:
        """Search the text as it reads now. Call it when no more is known, before asking."""
        self._unseen = False
        text = "".join(self._chars)
        for start in {0, self._other_start}:
            for span in find(text[start:], (*WHOLE, *self.own)):
                self._mark(span, start, lasts=True)
            for span in find(text[start:], BEGUN):
                self._mark(span, start, lasts=lasting(span))
        if self._cut and (word := _WORD.match(text)):
            self._hide(self._strokes[: word.end()])

    def _mark(self, span: Span, start: int, *, lasts: bool) -> None:
        begin, end = start + span.start, start + span.end
        strokes = self._strokes[begin:end]
        self._in_key |= span.name == PRIVATE_KEY
        for stroke in strokes:
            self.secret.setdefault(stroke, span.name)
        if lasts:
            self.lasting.update(strokes)
        elif begin < self._cursor <= end + 1:  # one sign may part groups of a number
            self.pending.update(strokes)

    def shown(self, strokes: set[int]) -> set[int]:
        """Return those of ``strokes`` that still stand in the text."""
        return strokes.intersection(self._strokes)

    def forget(self) -> None:
        """Let go of what was found: those strokes were dealt with. What was read stays."""
        self.secret.clear()
        self.pending.clear()
        self.lasting = self.shown(self.lasting)

    def _key(self, key: Key, number: int) -> None:
        if key.app != self._app:
            self._enter(key.app)
        if not key.press:
            self._release(key)
            return
        sym, selects = key.keysym or 0, bool(key.modifiers & _SHIFT)
        if key.key_class is KeyClass.CHARACTER:
            self._character(sym, number)
        elif sym in _SEPARATORS and not selects:
            self._insert(_SEPARATORS[sym], number)
        elif key.key_class is KeyClass.MODIFIER and sym != _COMPOSE:
            return
        elif key.key_class is KeyClass.SHORTCUT:
            self._begin(self._app)
            self._cut = False
        elif not self._edit(sym, selects=selects):
            self._begin(self._app)
        else:
            self._pressed[key.keycode or 0] = key.t

    def _release(self, key: Key) -> None:
        since = self._pressed.pop(key.keycode or 0, None)
        if key.released_unseen:
            self._begin(self._app)
        elif since is not None and key.t - since >= REPEATS_AFTER:
            self._other_start = self._cursor

    def _character(self, sym: int, number: int) -> None:
        if not sym or sym in _DEAD:
            self._begin(self._app)
        elif sym in _LATIN:
            self._insert(chr(sym), number)
        elif sym in _KEYPAD:
            self._insert(chr(sym - _KEYPAD_TO_ASCII), number)
        elif _UNICODE < sym <= _LAST_UNICODE:
            self._insert(chr(sym - _UNICODE), number)
        else:
            self._insert(" " if sym == _KEYPAD_SPACE else _UNKNOWN, number)

    def _edit(self, sym: int, *, selects: bool) -> bool:
        """Do what an editing or cursor key does; False where that is not known."""
        if sym == _BACKSPACE:
            self._take_out(self._cursor - 1)
            return True
        if selects:
            return False
        if sym in _DELETE:
            self._take_out(self._cursor)
            return True
        return self._move(sym)

    def _move(self, sym: int) -> bool:
        chars, at = self._chars, self._cursor
        if sym in _HOME:
            lines = [n for n in range(at) if chars[n] == "\n"]
            self._cursor = lines[-1] + 1 if lines else 0
        elif sym in _END:
            lines = [n for n in range(at, len(chars)) if chars[n] == "\n"]
            self._cursor = lines[0] if lines else len(chars)
        elif sym in _LEFT and at > 0:
            self._cursor -= 1
        elif sym in _RIGHT and at < len(chars):
            self._cursor += 1
        else:
            return False
        return True

    def _insert(self, character: str, number: int) -> None:
        if self._cursor < len(self._chars) and self._unseen:
            self.look()
        if self._in_key:
            self.secret[number] = PRIVATE_KEY
            self.lasting.add(number)
        if character.isspace():
            self._gone.clear()
        self._chars.insert(self._cursor, character)
        self._strokes.insert(self._cursor, number)
        self._other_start += self._cursor < self._other_start
        self._cursor += 1
        self._unseen = True
        if len(self._chars) >= CUT_AT:
            self._shorten()

    def _take_out(self, at: int) -> None:
        if not 0 <= at < len(self._chars):
            return  # it stood there before this text began
        if self._unseen:
            self.look()
        self._gone.append(self._strokes[at])
        if len(self._gone) > CUT_AT:
            del self._gone[: CUT_AT // 2]
        del self._chars[at], self._strokes[at]
        self._other_start -= at < self._other_start
        self._cursor -= at < self._cursor
        self._unseen = at < len(self._chars)

    def _shorten(self) -> None:
        half = CUT_AT // 2
        cuts = [n + 1 for n in range(len(self._chars) - half) if self._chars[n].isspace()]
        if cuts and self._cursor > cuts[-1]:
            self.look()
            if self.lasting.intersection(self._strokes[: cuts[-1]]):
                self.text = self._number  # what is shown and what is known part here
            del self._chars[: cuts[-1]], self._strokes[: cuts[-1]]
            self._cut = False
            self._cursor -= cuts[-1]
            self._other_start = max(0, self._other_start - cuts[-1])
        elif len(self._chars) >= LONGEST:
            self._begin(self._app)

    def _enter(self, app: str) -> None:
        """Begin in another app, or in the one that is the first since a cut."""
        cut, in_key = self._cut and not self._app, self._in_key
        self._begin(app)
        self._cut, self._in_key = cut, cut and in_key

    def _begin(self, app: str) -> None:
        if self._unseen:
            self.look()
        self._app, self._in_key, self._unseen = app, False, False
        self.text = self._number
        self._chars, self._strokes, self._gone = [], [], []
        self._cursor = self._other_start = 0
