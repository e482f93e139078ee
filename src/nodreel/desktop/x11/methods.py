"""Whether what a key writes follows from the keymap alone, or an input method may be at work.

Input methods (for Chinese, Japanese, Korean and many others) take keys and give an app other text.
A recorder does not see that text; what the keymap says of the keys is then wrong. Who may be at
work: a daemon (IBus, Fcitx, …), a server of X's own protocol (XIM), a module that the app itself
has loaded, rules the person wrote for X (``~/.XCompose``). IBus runs on many desktops only to
choose the layout, so it is asked for its engine. What is not known is at work.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nodreel.desktop.x11.ibus import DAEMON, IBus
from nodreel.desktop.x11.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodreel.desktop.x11.connection import Connection
    from nodreel.events import Nanos
    from nodreel.scene import Process

PLAIN: Final = "xkb:"
"""How IBus calls the engines that do what the keymap says."""
MAKERS: Final = frozenset({
    DAEMON,
    "fcitx", "fcitx5", "gcin", "hime", "kime", "kimed", "kinput2", "maliit-server", "nabi", "nimf",
    "oxim", "scim", "scim-bridge", "scim-launcher", "uim-helper-server", "uim-xim", "xcin",
})  # fmt: skip
"""Programs that make text of keys; all but IBus are not asked what they do."""
_OURS: Final = "@server=ibus"
_MOST: Final = 64  # servers that are asked for; with more somebody is surely at work


class Methods:
    """``plain`` says it of one process, by what ``look`` found last."""

    def __init__(self, x: Connection, display: str | None = None) -> None:
        self._x = x
        self._servers_atom = x.atom("XIM_SERVERS")
        self._atoms: tuple[int, ...] | None = None  # of servers; None: to be read
        display = display or os.environ.get("DISPLAY", "")
        self._display = _number(display)
        self._ibus = IBus(display)
        self._modules = Modules()
        self._known = False  # nobody has looked yet
        self._others = self._wanted = False
        self._closely = True

    @property
    def fd(self) -> int:
        """What to wait on for ``read``, -1 for nothing."""
        return self._ibus.fd

    def close(self) -> None:
        """Leave the bus; may be called twice."""
        self._ibus.close()

    def read(self) -> None:
        """Take in what IBus told; never waits for more."""
        self._ibus.read()

    def look(self, makers: Mapping[int, str] | None, now: Nanos, *, closely: bool) -> None:
        """Learn which of ``MAKERS`` run (pids and names; None: not known), and X's servers."""
        self._known, self._closely = makers is not None, closely
        names = {name for pid, name in (makers or {}).items() if self._here(pid)}
        servers = self._servers()
        self._others = bool(names - {DAEMON}) or _own_rules() or bool(servers - {_OURS})
        self._wanted = DAEMON in names or _OURS in servers
        if self._wanted:
            self._ibus.reach(now)
            self._ibus.read()
        else:
            self._ibus.close()

    def plain(self, process: Process | None, now: Nanos) -> bool:
        """Tell whether text typed into windows of ``process`` is what the keymap says."""
        if process is None or not self._known or self._others:
            return False
        if self._wanted and not (self._ibus.engine or "").startswith(PLAIN):
            return False
        return self._modules.plain(process, now, closely=self._closely)

    def on_property(self, e: bytes) -> bool:
        """Note that a server came: what it does is not known before the next look."""
        window, atom = struct.unpack_from("=II", e, 4)
        if window != self._x.root or atom != self._servers_atom:
            return False
        self._known, self._atoms = False, None
        return True

    def _here(self, pid: int) -> bool:
        """Tell whether a program may serve this display: it was started on no other."""
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return True
        for entry in environment:
            name, _, value = entry.partition(b"=")
            if name == b"DISPLAY":
                return _number(value.decode("latin-1")) == self._display
        return True

    def _servers(self) -> set[str]:
        """Return the names of the input method servers that live."""
        if self._atoms is None:
            asked = self._x.ask_property(self._x.root, "XIM_SERVERS", _MOST)
            self._atoms = self._x.property_words(asked)
        owners = [(atom, self._x.core.GetSelectionOwner(atom)) for atom in self._atoms]
        there = [(atom, self._x.answer(cookie)) for atom, cookie in owners]
        return {self._x.atom_name(a) for a, owner in there if owner is None or owner.owner}


def _number(display: str) -> str:
    """Return a display's name without the screen."""
    host, colon, number = display.rpartition(":")
    return f"{host.removesuffix('/unix').removeprefix('unix')}{colon}{number.partition('.')[0]}"


def _own_rules() -> bool:
    """Tell whether the person wrote down what keys compose to."""
    return bool(os.environ.get("XCOMPOSEFILE")) or (Path.home() / ".XCompose").exists()
