"""Who has the keyboard, and whether somebody grabbed it (a menu, a lock screen, a switcher).

The events say exactly between which keys the focus moved; questions only confirm them. The claim in
``_NET_ACTIVE_WINDOW`` can be written by anybody, so it can close but never open.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection
    from nodreel.desktop.x11.tree import Tree

FOCUS_IN, FOCUS_OUT = 9, 10
_GRAB, _UNGRAB = 1, 2  # modes; the others are real changes of focus
_INFERIOR, _POINTER = 2, 5  # details: still inside; only follows the pointer
_ASYNC, _NOW = 1, 0
_GRANTED, _ALREADY_GRABBED = 0, 1
_FEWEST_WINDOW = 2  # 0 is no window, 1 whatever is under the pointer


class Focus:
    """``client()`` has the keyboard, ``grabbed`` or not; ``doubt`` calls for ``ask``."""

    def __init__(self, x: Connection, tree: Tree, own: int) -> None:
        self._x = x
        self._tree = tree
        self._own = own
        self._inside: set[int] = set()  # windows that have the focus in them
        self._active_atom = x.atom("_NET_ACTIVE_WINDOW")
        self._active: int | None = None
        self._active_asked = False
        self.grabbed = True  # until we know better
        self.doubt = True
        self.moves = 0  # focus and grab events so far
        self.handlers = {FOCUS_IN: self._on_in, FOCUS_OUT: self._on_out}

    def _on_in(self, e: bytes) -> None:
        window, mode = struct.unpack_from("=IB", e, 4)
        if not self._on_grab(mode) and e[1] != _POINTER:
            self._inside.add(window)

    def _on_out(self, e: bytes) -> None:
        window, mode = struct.unpack_from("=IB", e, 4)
        if not self._on_grab(mode) and e[1] not in {_INFERIOR, _POINTER}:
            self._inside.discard(window)

    def _on_grab(self, mode: int) -> bool:
        self.moves += 1
        self.doubt = True
        if mode in {_GRAB, _UNGRAB}:
            self.grabbed = mode == _GRAB
            return True
        return False

    def on_property(self, e: bytes) -> bool:
        """Note that the claim about the active window changed."""
        window, atom = struct.unpack_from("=II", e, 4)
        if window == self._x.root and atom == self._active_atom:
            self._active_asked = False
            return True
        return False

    def forget(self, window: int) -> None:
        """Drop a window that is gone."""
        self._inside.discard(window)

    # -------------------------------------------------------------------------------- the answers

    def client(self) -> int | None:
        """Return the window with the keyboard; None when it is not the one that claims so."""
        held = self._held()
        return held if held is not None and held == self._claimed() else None

    def _held(self) -> int | None:
        clients = [w for w in self._inside if w in self._tree.home]
        return clients[0] if len(clients) == 1 else None

    def _claimed(self) -> int | None:
        if not self._active_asked:
            self._active_asked = True
            words = self._x.property_words(
                self._x.ask_property(self._x.root, "_NET_ACTIVE_WINDOW", 1)
            )
            self._active = words[0] if words and words[0] else None
        return self._active

    def ask(self) -> tuple[int, bool]:
        """Ask the server: (focus window, whether the keyboard is grabbed by another client).

        The second is a grab that cannot succeed: our window is never on the screen, and a server
        looks for somebody else's grab before it notices that.
        """
        core = self._x.core
        focus = core.GetInputFocus()
        grab = core.GrabKeyboard(False, self._own, _NOW, _ASYNC, _ASYNC)
        window, status = focus.reply().focus, grab.reply().status
        if status == _GRANTED:
            core.UngrabKeyboard(_NOW)
        return window, status == _ALREADY_GRABBED

    def agrees(self, answer: tuple[int, bool]) -> bool:
        """Whether the events so far led to what the server answered."""
        window, grabbed = answer
        self.doubt = grabbed != self.grabbed or self._client_of(window) != self._held()
        return not self.doubt

    def adopt(self, answer: tuple[int, bool]) -> None:
        """Believe the answer: no event came that would explain the difference."""
        window, self.grabbed = answer
        client = self._client_of(window)
        self._inside = set() if client is None else {client}
        self.doubt = False

    def _client_of(self, window: int) -> int | None:
        """Find the client that a window lies in or is; None when there is none."""
        while window >= _FEWEST_WINDOW and window != self._x.root:
            if window in self._tree.home:
                return window
            tree = self._x.answer(self._x.core.QueryTree(window))
            if tree is None:
                return None
            window = tree.parent
        return None
