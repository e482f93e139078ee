"""Types any text on the layout in force: Shift, AltGr and dead keys where it needs them."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING

from xcffib import keysymdef

from nodreel.action.keysyms import DEAD, character

if TYPE_CHECKING:
    from tests.bed.injector import Injector

SHIFT, ALTGR = keysymdef.XK_Shift_L, keysymdef.XK_ISO_Level3_Shift
LEVELS = {0: (), 1: (SHIFT,), 4: (ALTGR,), 5: (ALTGR, SHIFT)}
PACE = 0.03  # seconds between two keys


class Typist:
    """One pair of hands on one layout; make a new one after the layout changed."""

    def __init__(self, hands: Injector) -> None:
        self._hands = hands
        hands.reread_keymap()
        setup = hands._x.get_setup()
        low, high = setup.min_keycode, setup.max_keycode
        reply = hands._x.core.GetKeyboardMapping(low, high - low + 1).reply()
        per, syms = reply.keysyms_per_keycode, list(reply.keysyms)
        self._codes: dict[int, tuple[int, tuple[int, ...]]] = {}
        for level, mods in LEVELS.items():
            for code in range(low, high + 1):
                sym = syms[(code - low) * per + level] if level < per else 0
                if sym:
                    self._codes.setdefault(sym, (code, mods))
        self._written = {character(s): s for s in reversed(self._codes) if character(s)}

    def keys_for(self, sign: str) -> list[int]:
        """Return the keysyms that write a character here, a dead key first where it takes one."""
        if sign in self._written:
            return [self._written[sign]]
        base, *marks = unicodedata.normalize("NFD", sign)
        for dead, (mark, _, _) in DEAD.items():
            if marks == [mark] and dead in self._codes and base in self._written:
                return [dead, self._written[base]]
        raise AssertionError(f"{sign!r} cannot be typed on this layout")

    def dead(self, text: str) -> int:
        """Return how many dead keys a text takes here."""
        return sum(len(self.keys_for(sign)) - 1 for sign in text)

    def type(self, text: str) -> None:
        """Type a text; ``\\b`` is the backspace key."""
        for sign in text:
            for sym in [keysymdef.XK_BackSpace] if sign == "\b" else self.keys_for(sign):
                self._stroke(sym)

    def _stroke(self, sym: int) -> None:
        code, mods = self._codes[sym]
        held = [self._codes[m][0] for m in mods]
        for press, key in (
            *((True, m) for m in held), (True, code), (False, code),
            *((False, m) for m in reversed(held)),
        ):  # fmt: skip
            self._hands._send(2 if press else 3, key)
        time.sleep(PACE)
