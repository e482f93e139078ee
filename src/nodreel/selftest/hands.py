"""Types by XTEST, one letter at a time, on the display of whoever starts the self-test."""

from __future__ import annotations

from typing import Any, Final, Self

import xcffib
import xcffib.xproto
import xcffib.xtest

from nodreel.errors import UnsupportedError

_PRESS: Final = 2
_RELEASE: Final = 3
_XCB: Any = xcffib


class Hands:
    """Raises UnsupportedError where the X server cannot do that."""

    def __init__(self) -> None:
        try:
            self._x: Any = _XCB.connect()
        except xcffib.XcffibException as error:
            raise UnsupportedError("There is no X11 display to type on.") from error
        setup = self._x.get_setup()
        self._root = setup.roots[self._x.pref_screen].root
        self._test: Any = self._x(xcffib.xtest.key)
        low, high = setup.min_keycode, setup.max_keycode
        found = self._x.core.GetKeyboardMapping(low, high - low + 1).reply()
        first = list(found.keysyms)[:: found.keysyms_per_keycode]
        self._codes = {sym: code for code, sym in enumerate(first, low) if sym}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._x.disconnect()

    def tap(self, letter: str) -> None:
        """Press and release the key of a small letter. Raises UnsupportedError if there is none."""
        code = self._codes.get(ord(letter))
        if code is None:
            raise UnsupportedError("The keyboard's layout has no plain letters a to z.")
        for kind in (_PRESS, _RELEASE):
            self._test.FakeInput(kind, code, 0, self._root, 0, 0, 0)
        self._x.core.GetInputFocus().reply()
