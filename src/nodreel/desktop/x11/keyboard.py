"""The keyboard's state: keymap, layout, group and modifiers, as of the event being looked at."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from typing import TYPE_CHECKING

import xcffib.xkb

from nodreel.desktop.x11.keymap import ask_layouts, read_map
from nodreel.desktop.x11.keysyms import ALT_AND_ITS_KIND, CONTROL, classify
from nodreel.errors import UnsupportedError
from nodreel.events import Key

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection
    from nodreel.events import Nanos

_CORE = 0x100
_NEW_KEYBOARD, _MAP, _STATE, _NAMES = 0, 1, 2, 6
_SELECT = 1 << _NEW_KEYBOARD | 1 << _MAP | 1 << _STATE | 1 << _NAMES
_MODIFIERS_AND_GROUP = 1 | 1 << 4
_TYPES_AND_SYMBOLS = 3
_SYMBOLS_NAME = 1 << 2
MAPPING_NOTIFY = 34


class Keyboard:
    """Makes Key events. The server tells the state after each change, in order with the keys."""

    def __init__(self, x: Connection) -> None:
        self._x = x
        found = x.extension("XKEYBOARD")
        if found is None:
            raise UnsupportedError("This X server has no XKEYBOARD extension.")
        self._xkb = x.ext(xcffib.xkb.key)
        self._xkb.UseExtension(1, 0).reply()
        part = _MODIFIERS_AND_GROUP
        self._xkb.SelectEvents(
            _CORE, _SELECT, 0, _SELECT & ~(1 << _STATE), 0xFF, 0xFF, [part, part]
        )
        state = x.raw_answer(self._xkb.GetState(_CORE))
        self.modifiers, self._group = state[8], state[12]
        self._stale = True
        self.handlers = {found[1]: self._on_xkb, MAPPING_NOTIFY: self._on_mapping}
        self._read()

    def _on_xkb(self, e: bytes) -> None:
        if e[1] == _STATE:
            self.modifiers, self._group = e[9], e[13]
        else:
            self._stale = True

    def _on_mapping(self, _: bytes) -> None:
        self._stale = True

    def _read(self) -> None:
        nothing = [0] * 16
        self._map = read_map(
            self._x.raw_answer(self._xkb.GetMap(_CORE, _TYPES_AND_SYMBOLS, *nothing))
        )
        self._layouts = ask_layouts(
            self._x, self._x.raw_answer(self._xkb.GetNames(_CORE, _SYMBOLS_NAME))
        )
        self._commands = self._command_modifiers()
        self._stale = False

    def _command_modifiers(self) -> int:
        """Control, and every modifier that a key like Alt or Super sets."""
        reply = self._x.core.GetModifierMapping().reply()
        per, codes = reply.keycodes_per_modifier, list(reply.keycodes)
        mask = CONTROL
        for index in range(8):
            keys = (c for c in codes[index * per : (index + 1) * per] if c)
            if any(self._map.keysym(code, 0, 0) in ALT_AND_ITS_KIND for code in keys):
                mask |= 1 << index
        return mask

    def key(self, t: Nanos, keycode: int, *, press: bool, synthetic: bool, epoch: int) -> Key:
        """Say what that key means now."""
        if self._stale:
            self._read()
        keysym = self._map.keysym(keycode, self._group, self.modifiers)
        commanding = bool(self.modifiers & self._commands)
        name = self._layouts[self._group] if self._group < len(self._layouts) else ""
        return Key(
            t, press, classify(keysym, commanding=commanding), keycode, keysym or None,
            self._group, self.modifiers, name, synthetic=synthetic, epoch=epoch,
        )  # fmt: skip
