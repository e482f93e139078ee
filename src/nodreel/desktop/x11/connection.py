"""One connection to the X server: requests through xcffib, events as the raw bytes they came in.

xcffib cannot tell all generic and XKB events apart, so its event parser is not used at all. Events
that a client sent (SendEvent) are forgeries as far as a recorder is concerned and are dropped.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import xcffib
import xcffib.xproto

from nodreel.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

GENERIC = 35
_XCB: Any = xcffib
SENT = 0x80
_NOTHING = _XCB.ffi.NULL
ANY_TYPE = 0
NO_RESOURCE = 0
_CLIENT_BITS = 0x1FFFFFFF

ServerGoneError = xcffib.ConnectionException


@contextmanager
def server_lives() -> Iterator[None]:
    """Say it in our words when the server goes away meanwhile; UnsupportedError."""
    try:
        yield
    except ServerGoneError as error:
        raise UnsupportedError(
            "The X server has gone away.", advice="Log in again, then `nodreel start`."
        ) from error


class _RawEvents(xcffib.Connection):
    """Hands out events as bytes: 32, and what follows for generic events."""

    def poll_for_event(self) -> bytes | None:
        """Return the next event that has arrived, None for none.

        The library's own asks three times whether the server lives, for each event.
        """
        event = _XCB.lib.xcb_poll_for_event(self._conn) if self._conn is not None else _NOTHING
        if event == _NOTHING:
            _XCB.Connection.invalid(self)
            return None
        try:
            return self.hoist_event(event)
        finally:
            _XCB.c_free(event)

    def hoist_event(self, e: Any) -> bytes:
        """Take the bytes of a C event."""
        head = bytes(_XCB.ffi.buffer(e, 32))
        if head[0] & ~SENT != GENERIC:
            return head
        (words,) = struct.unpack_from("=I", head, 4)
        return head + bytes(_XCB.ffi.buffer(e, 36 + 4 * words))[36:]  # xcb puts 4 bytes between


_open: Any = _RawEvents


class Connection:
    """An open connection; ``core`` and ``ext(key)`` are xcffib's requests.

    Raises UnsupportedError when there is no X server or it refuses us. When the server dies, every
    request raises ServerGoneError.
    """

    def __init__(self, display: str | None = None) -> None:
        try:
            self.x = _open(display)
        except xcffib.XcffibException as error:
            raise UnsupportedError(
                f"There is no X server at {display or 'DISPLAY'} that lets us in ({error}).",
                advice="Start nodreel inside the desktop session it should record.",
            ) from error
        self.core: Any = self.x.core
        setup = self.x.get_setup()
        screen = setup.roots[self.x.pref_screen]
        self.root: int = screen.root
        self.root_depth: int = screen.root_depth
        self.bits_per_pixel = {f.depth: f.bits_per_pixel for f in setup.pixmap_formats}
        self._mask: int = setup.resource_id_mask
        self._atoms: dict[str, int] = {}

    def close(self) -> None:
        """Disconnect; may be called twice."""
        self.x.disconnect()

    @property
    def fd(self) -> int:
        """The socket, to wait on; drain ``events`` before waiting."""
        number: int = self.x.get_file_descriptor()
        return number

    def ext(self, key: Any) -> Any:
        """Return the requests of an extension."""
        return self.x(key)

    def extension(self, name: str) -> tuple[int, int] | None:
        """(major opcode, first event code) of an extension, None when the server lacks it."""
        reply = self.core.QueryExtension(len(name), name).reply()
        return (reply.major_opcode, reply.first_event) if reply.present else None

    def atom(self, name: str) -> int:
        """Return the number of a name, asked once."""
        if name not in self._atoms:
            self._atoms[name] = self.core.InternAtom(False, len(name), name).reply().atom
        return self._atoms[name]

    def atom_name(self, atom: int) -> str:
        """Return the name of a number, '' when there is none."""
        reply = self.answer(self.core.GetAtomName(atom)) if atom else None
        return bytes(b"".join(reply.name)).decode("latin-1") if reply else ""

    def new_id(self) -> int:
        """Return a fresh resource id."""
        number: int = self.x.generate_id()
        return number

    def client_of(self, resource: int) -> int:
        """Which connection made a resource: equal for two resources of one connection."""
        return resource & ~self._mask

    def is_servers(self, resource: int) -> bool:
        """Whether the server itself owns it (a compositor's overlay, the blank screen)."""
        return self.client_of(resource) & _CLIENT_BITS == 0

    def answer(self, cookie: Any) -> Any:
        """Wait for a reply; None when the request failed (usually: the window is gone)."""
        try:
            return cookie.reply()
        except (xcffib.Error, KeyError):  # KeyError: an error code that xcffib has no class for
            return None

    def works(self, cookie: Any) -> bool:
        """Whether a checked request without a reply was carried out."""
        try:
            cookie.check()
        except (xcffib.Error, KeyError):
            return False
        return True

    def raw_answer(self, cookie: Any) -> bytes:
        """Wait for a reply and return all of its bytes; b'' when the request failed."""
        try:
            unpacker = self.x.wait_for_reply(cookie.sequence)
        except (xcffib.Error, KeyError):
            return b""
        return bytes(_XCB.ffi.buffer(unpacker.cdata, unpacker.known_max))

    def ask_property(self, window: int, name: str, words: int = 1024) -> Any:
        """Ask for a property of any type; read the cookie with ``property_bytes``."""
        return self.core.GetProperty(False, window, self.atom(name), ANY_TYPE, 0, words)

    def property_bytes(self, cookie: Any) -> bytes:
        """Return the value; b'' when there is none or the window is gone."""
        raw = self.raw_answer(cookie)
        if not raw:
            return b""
        (count,) = struct.unpack_from("=I", raw, 16)
        return raw[32 : 32 + count * (raw[1] // 8)]

    def property_words(self, cookie: Any) -> tuple[int, ...]:
        """Return the value as 32-bit words."""
        raw = self.property_bytes(cookie)
        return struct.unpack(f"={len(raw) // 4}I", raw[: len(raw) // 4 * 4])

    def round_trip(self) -> None:
        """Wait until the server has worked off all we sent; what it told is then in ``events``."""
        self.core.GetInputFocus().reply()

    def events(self) -> Iterator[bytes]:
        """Yield what has arrived; never waits, drops what other clients sent."""
        while (event := self.x.poll_for_event()) is not None:
            if 1 < event[0] < SENT:
                yield event
