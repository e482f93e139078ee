"""Whether a program feeds input to the server: its requests to do so, as RECORD shows them.

XTEST can press keys in the name of any device, a real one included, and the server tells nobody. So
its requests themselves are watched, and nothing else: what a person does is no request.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import select
import struct
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import xcffib
import xcffib.record

from nodreel.desktop.x11.connection import Connection
from nodreel.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAKE_INPUT: Final = 2
_ALL_CLIENTS, _NO_HEADERS, _ENABLE = 3, 0, 5
_FROM_CLIENT, _BEGIN, _END = 1, 4, 5
_PATIENCE_MS: Final = 5000
_CHUNK: Final = 1 << 16


class Forgeries:
    """Watches from now on; ``none`` ends it. Raises UnsupportedError where it cannot watch."""

    def __init__(self, control: Connection, display: str | None) -> None:
        self._control = control
        xtest = control.extension("XTEST")
        if control.extension("RECORD") is None:
            raise UnsupportedError("This X server has no RECORD extension.")
        self._record: Any = control.ext(xcffib.record.key)
        self._record.QueryVersion(1, 13).reply()
        self._context = control.new_id()
        opcode = xtest[0] if xtest else 0
        reach = struct.pack("=4xBBHH14x", opcode, opcode, _FAKE_INPUT, _FAKE_INPUT)
        made = self._record.CreateContext(
            self._context, _NO_HEADERS, 1, 1, [_ALL_CLIENTS], [reach], is_checked=True
        )
        if not control.works(made):
            raise UnsupportedError("The X server refuses to record requests.")
        with ExitStack() as failing:
            self._data = Connection(display)
            failing.callback(self._data.close)
            found = self._data.extension("RECORD")
            assert found is not None
            self._raw = b""
            # As in ``pointer``: an answer that never ends is asked for and read past xcffib.
            os.write(self._data.fd, struct.pack("=BBHI", found[0], _ENABLE, 2, self._context))
            if self._until(_BEGIN) != [_BEGIN]:
                raise UnsupportedError("The X server does not record requests.")
            failing.pop_all()

    def none(self) -> bool:
        """Stop; whether surely no program asked for input meanwhile."""
        if self._read():  # a forgery, or somebody ended our watch
            return False
        self._record.DisableContext(self._context)
        self._control.round_trip()
        return self._until(_END) == [_END]

    def close(self) -> None:
        """Disconnect; may be called twice, and with a dead server."""
        self._data.close()

    def _until(self, category: int) -> list[int]:
        """Wait for something of that sort; return of which sorts all was that came."""
        poll, seen = select.poll(), []
        poll.register(self._data.fd, select.POLLIN)
        while category not in seen and poll.poll(_PATIENCE_MS):
            came = self._read()
            if not came and not self._raw:
                break  # the server hung up
            seen += came
        return seen

    def _read(self) -> list[int]:
        try:
            chunk = os.read(self._data.fd, _CHUNK)
        except BlockingIOError:
            chunk = b""
        except ConnectionError:
            return [_FROM_CLIENT]  # whatever it was, nothing is sure any more
        self._raw += chunk
        return list(self._parse())

    def _parse(self) -> Iterator[int]:
        while len(self._raw) >= 32:  # noqa: PLR2004  the shortest answer
            size = 32
            if self._raw[0] == 1:  # a reply
                size += 4 * struct.unpack_from("=I", self._raw, 4)[0]
            if len(self._raw) < size:
                return
            if self._raw[0] <= 1:  # not what the server tells everybody: that the keymap changed
                yield self._raw[1] if self._raw[0] == 1 else _FROM_CLIENT
            self._raw = self._raw[size:]
