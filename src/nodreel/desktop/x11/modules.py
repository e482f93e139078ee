"""Which input methods an app has loaded into itself: by the files that are mapped into it.

Toolkits load what makes text of keys as a module when a field first wants it. An app may so have a
method of its own (``GTK_IM_MODULE=viqr``) that no other program knows of.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nodreel.events import SECOND, Nanos

if TYPE_CHECKING:
    from nodreel.scene import Process

AGAIN: Final = Nanos(3 * SECOND)
"""A method that the person chooses in a field's own menu is loaded then; it is looked so often."""
_MODULE: Final = re.compile(rb"/(?:immodules|platforminputcontexts)/([^/\n]{1,100})\.so")
_TOLD: Final = frozenset({
    b"im-ibus", b"libim-ibus", b"libibusplatforminputcontextplugin",  # its engine is asked
    b"im-xim", b"libcomposeplatforminputcontextplugin",  # X's own rules, or a server that is seen
    b"im-wayland", b"im-waylandgtk", b"libim-wayland", b"im-broadway",  # not on X11
})  # fmt: skip
"""Modules that make nothing by themselves which is not known otherwise."""
_MOST: Final = 16


class Modules:
    """Remembers of each process in front whether it is plain, for ``AGAIN``."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], tuple[Nanos, bool]] = {}

    def plain(self, process: Process, now: Nanos, *, closely: bool) -> bool:
        """Tell whether nothing in it makes text in its own way; looks anew only ``closely``."""
        key = (process.pid, process.start)
        known = self._read.get(key)
        if known is None or (closely and now - known[0] >= AGAIN):
            self._read.pop(key, None)
            self._read[key] = known = (now, _plain(process.pid))
            while len(self._read) > _MOST:
                del self._read[next(iter(self._read))]
        return known[1]


def _plain(pid: int) -> bool:
    try:
        mapped = Path(f"/proc/{pid}/maps").read_bytes()
    except OSError:
        return False
    return _TOLD.issuperset(_MODULE.findall(mapped))
