"""The keys that pause from anywhere: the X server gives us that chord and no other key.

It is a passive grab: nothing is listened to, and no other key waits for us. The server ends the
grab when the key is let go, whatever becomes of this process; we end it at once, so that whatever
is typed next goes where it belongs.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

import xcffib
import xcffib.xproto

from nodreel.sign.menu import Choice

if TYPE_CHECKING:
    from nodreel.sign.chord import Chord

_SENT: Final = 0x80
_LOCKS: Final = tuple(caps | num for caps, num in product((0, 2), (0, 16)))
"""Caps Lock and Num Lock, on or off: the chord is the same."""
_ASYNC: Final = xcffib.xproto.GrabMode.Async


class Shortcut:
    """Grabs the chord at once; one that another program has is left to it."""

    def __init__(self, connection: Any, root: int, chord: Chord) -> None:
        self._x, self._root, self._chord = connection, root, chord
        self._code: int | None = None
        self._pressed = False
        self.taken = not self._grab()

    @property
    def words(self) -> str:
        """What the menu says of it."""
        return f"{self._chord.words} is taken" if self.taken else self._chord.words

    def owns(self, event: Any) -> bool:
        """Take in a press of the chord, or a new keymap; whether it was one of those."""
        if isinstance(event, xcffib.xproto.MappingNotifyEvent):
            self._let_go()
            self.taken = not self._grab()
            return True
        if isinstance(event, xcffib.xproto.KeyPressEvent):
            self._x.core.UngrabKeyboard(event.time)
            self._pressed |= not event.response_type & _SENT
            return True
        return isinstance(event, xcffib.xproto.KeyReleaseEvent)

    def take(self) -> list[int]:
        """Return the choice that was made with it since the last call, if any."""
        pressed, self._pressed = self._pressed, False
        return [Choice.PAUSE] if pressed else []

    def _grab(self) -> bool:
        """Ask for the chord; all of it or nothing."""
        self._code = self._find()
        if self._code is None:
            return False
        asked = [
            self._x.core.GrabKeyChecked(
                False, self._root, self._chord.modifiers | locks, self._code, _ASYNC, _ASYNC
            )
            for locks in _LOCKS
        ]
        refused = False
        for one in asked:
            try:
                one.check()
            except xcffib.xproto.AccessError:
                refused = True
        if refused:
            self._let_go()
        return not refused

    def _let_go(self) -> None:
        """Give back what we have of it; the server leaves what others have."""
        if self._code is not None:
            for locks in _LOCKS:
                held = self._chord.modifiers | locks
                self._x.core.UngrabKey(self._code, self._root, held)
        self._code = None

    def _find(self) -> int | None:
        """Find the key that has the chord's keysym, in any layout."""
        setup = self._x.get_setup()
        first, count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        told = self._x.core.GetKeyboardMapping(first, count).reply()
        each, keysyms = told.keysyms_per_keycode, list(told.keysyms)
        at = keysyms.index(self._chord.keysym) if self._chord.keysym in keysyms else None
        return None if at is None else first + at // each
