"""A pair of hands: keys, clicks, wheel and pointer through XTEST, each with its exact time."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import xcffib
import xcffib.xproto
import xcffib.xtest
from xcffib import keysymdef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
WHEEL = {(0, 1): 4, (0, -1): 5, (-1, 0): 6, (1, 0): 7}


@dataclass(frozen=True)
class Sent:
    """One injected event: ``detail`` is the keycode or button, ``before``..``after`` mono ns.

    The X server gave it a time between ``before`` (not yet sent) and ``after`` (answered).
    """

    kind: int
    detail: int
    x: int
    y: int
    before: int
    after: int


class Injector:
    """Types, clicks and moves on the display of ``env``; ``sent`` remembers everything."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._x = connect(env)
        self._test: Any = self._x(xcffib.xtest.key)
        self.root: int = self._x.get_setup().roots[0].root
        self.sent: list[Sent] = []
        self.x = self.y = 0
        self._codes = self._read_keymap()
        pointer = self._x.core.QueryPointer(self.root).reply()
        self.x, self.y = pointer.root_x, pointer.root_y

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._x.disconnect()

    def _read_keymap(self) -> dict[int, tuple[int, bool]]:
        """Keysym -> (keycode, with Shift), first group."""
        setup = self._x.get_setup()
        low, high = setup.min_keycode, setup.max_keycode
        reply = self._x.core.GetKeyboardMapping(low, high - low + 1).reply()
        per, syms = reply.keysyms_per_keycode, list(reply.keysyms)
        codes: dict[int, tuple[int, bool]] = {}
        for level in (0, 1):
            for code in range(low, high + 1):
                if per > level and (sym := syms[(code - low) * per + level]):
                    codes.setdefault(sym, (code, level == 1))
        return codes

    def reread_keymap(self) -> None:
        """After the layout changed."""
        self._codes = self._read_keymap()

    def keycode(self, name: str) -> int:
        """Return the keycode of a keysym by its name ("Return", "F10", "a")."""
        return self._codes[getattr(keysymdef, f"XK_{name}")][0]

    def _send(self, kind: int, detail: int, x: int = 0, y: int = 0) -> Sent:
        before = time.monotonic_ns()
        self._test.FakeInput(kind, detail, 0, self.root, x, y, 0)
        self._x.core.GetInputFocus().reply()
        sent = Sent(kind, detail, self.x, self.y, before, time.monotonic_ns())
        self.sent.append(sent)
        return sent

    # -------------------------------------------------------------------------------------- keys

    def key_down(self, name: str) -> Sent:
        return self._send(KEY_PRESS, self.keycode(name))

    def key_up(self, name: str) -> Sent:
        return self._send(KEY_RELEASE, self.keycode(name))

    def tap(self, *names: str) -> None:
        """Press the keys in order and let go in reverse: ``tap("Alt_L", "F4")`` is Alt+F4."""
        for name in names:
            self.key_down(name)
        for name in reversed(names):
            self.key_up(name)

    def type(self, text: str) -> None:
        """Type ASCII text as a person would, with Shift where it is needed."""
        shift = self.keycode("Shift_L")
        for sign in text:
            sym = {"\n": keysymdef.XK_Return, "\t": keysymdef.XK_Tab}.get(sign, ord(sign))
            code, shifted = self._codes[sym]
            if shifted:
                self._send(KEY_PRESS, shift)
            self._send(KEY_PRESS, code)
            self._send(KEY_RELEASE, code)
            if shifted:
                self._send(KEY_RELEASE, shift)

    # ----------------------------------------------------------------------------------- pointer

    def move(self, x: int, y: int) -> Sent:
        self.x, self.y = x, y
        return self._send(MOTION, 0, x, y)

    def path(self, points: Iterable[tuple[int, int]], hertz: float = 125.0) -> None:
        """Move along points at a steady rate (as a mouse does)."""
        due = time.monotonic()
        for x, y in points:
            due += 1 / hertz
            time.sleep(max(0.0, due - time.monotonic()))
            self.move(x, y)

    def button_down(self, button: int = 1) -> Sent:
        return self._send(BUTTON_PRESS, button)

    def button_up(self, button: int = 1) -> Sent:
        return self._send(BUTTON_RELEASE, button)

    def click(self, x: int, y: int, button: int = 1) -> None:
        self.move(x, y)
        self.button_down(button)
        self.button_up(button)

    def scroll(self, dx: int, dy: int) -> None:
        """Turn the wheel by notches: ``dy`` +1 is up, ``dx`` +1 is right; one of them is 0."""
        step = ((dx > 0) - (dx < 0), (dy > 0) - (dy < 0))
        for _ in range(abs(dx) + abs(dy)):
            self.button_down(WHEEL[step])
            self.button_up(WHEEL[step])


def connect(env: Mapping[str, str]) -> xcffib.Connection:
    """Connect to the display of ``env`` (xcb finds the cookie through the environment)."""
    before = os.environ.get("XAUTHORITY")
    os.environ["XAUTHORITY"] = env["XAUTHORITY"]
    try:
        return xcffib.Connection(display=env["DISPLAY"])
    finally:
        if before is None:
            del os.environ["XAUTHORITY"]
        else:
            os.environ["XAUTHORITY"] = before
