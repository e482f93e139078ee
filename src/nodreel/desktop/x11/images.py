"""Reads pixels of a drawable: through memory shared with the server, or over the socket."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import ctypes
import os
from typing import TYPE_CHECKING, Any, Protocol

import xcffib
import xcffib.shm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.desktop.x11.connection import Connection
    from nodreel.events import Rect

_ALL_PLANES, _Z_FORMAT = 0xFFFFFFFF, 2
_BYTES = 4
_NEW_PRIVATE = 0o1600  # IPC_CREAT, and only we may use it
_REMOVE = 0  # IPC_RMID
_SMALLEST = 4 << 20


class Images(Protocol):
    """Reads rectangles of a drawable with 32 bits per pixel."""

    def read(self, drawable: int, rects: Sequence[Rect]) -> Sequence[bytes | memoryview | None]:
        """Return BGRX bytes for each rectangle, None where the server refuses (gone, outside).

        They are there until the next ``read``, or ``close``.
        """
        ...

    def close(self) -> None:
        """Give the memory back; may be called twice."""
        ...


def open_images(x: Connection) -> Images:
    """Share memory with the server if it is on this machine and allows it."""
    if x.extension("MIT-SHM") is None:
        return SocketImages(x)
    try:
        return SharedImages(x)
    except OSError:
        return SocketImages(x)


class SocketImages:
    """Pixels over the socket: slower, works with every server."""

    def __init__(self, x: Connection) -> None:
        self._x = x

    def read(self, drawable: int, rects: Sequence[Rect]) -> list[bytes | None]:
        """See Images."""
        get = self._x.core.GetImage
        asked = [
            (r, get(_Z_FORMAT, drawable, r.x, r.y, r.w, r.h, _ALL_PLANES)) for r in rects
        ]  # all at once, so that the answers come in one go
        raws = [(r, self._x.raw_answer(cookie)) for r, cookie in asked]
        return [raw[32 : 32 + _BYTES * r.w * r.h] if raw else None for r, raw in raws]

    def close(self) -> None:
        """See Images."""


class SharedImages:
    """Pixels through one piece of shared memory, which grows with what is asked for.

    It is marked for removal as soon as both sides have it, so none is left behind by any crash.
    What is handed out is that memory itself: a copy of each picture cost more than reading it.
    """

    def __init__(self, x: Connection, size: int = _SMALLEST) -> None:
        self._x = x
        self._shm = x.ext(xcffib.shm.key)
        self._shm.QueryVersion().reply()
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.shmat.restype = ctypes.c_void_p
        self._libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
        self._libc.shmdt.argtypes = [ctypes.c_void_p]
        self._libc.shmget.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_int]
        self._segment = self._address = self._size = 0
        self._memory = memoryview(b"")
        self._given: list[memoryview] = []
        self._open(size)

    def _open(self, size: int) -> None:
        number = self._libc.shmget(0, size, _NEW_PRIVATE)
        if number < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        try:
            address = self._libc.shmat(number, None, 0)
            if address in {None, ctypes.c_void_p(-1).value}:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            segment = self._x.new_id()
            if not self._x.works(self._shm.Attach(segment, number, False, is_checked=True)):
                self._libc.shmdt(address)
                raise PermissionError("The X server cannot share memory with us.")
        finally:
            self._libc.shmctl(number, _REMOVE, None)
        self._segment, self._address, self._size = segment, address, size
        shared = (ctypes.c_ubyte * size).from_address(address)
        self._memory = memoryview(shared).cast("B").toreadonly()

    def read(self, drawable: int, rects: Sequence[Rect]) -> Sequence[memoryview | None]:
        """See Images."""
        self._take_back()
        need = sum(_BYTES * r.w * r.h for r in rects)
        if need > self._size:
            self.close()
            self._open(need)
        asked: list[tuple[int, int, Any]] = []
        at = 0
        for r in rects:
            cookie = self._shm.GetImage(
                drawable, r.x, r.y, r.w, r.h, _ALL_PLANES, _Z_FORMAT, self._segment, at
            )
            size = _BYTES * r.w * r.h
            asked.append((at, size, cookie))
            at += size
        done = [(at, size, self._x.answer(cookie)) for at, size, cookie in asked]
        given = [
            self._memory[at : at + size] if reply is not None else None for at, size, reply in done
        ]
        self._given = [view for view in given if view is not None]
        return given

    def _take_back(self) -> None:
        """Let nobody read what will be something else, or not be there at all."""
        while self._given:
            self._given.pop().release()

    def close(self) -> None:
        """See Images."""
        if not self._address:
            return
        self._take_back()
        self._memory.release()
        self._libc.shmdt(self._address)
        self._address = self._size = 0
        try:
            self._shm.Detach(self._segment)
        except xcffib.ConnectionException:
            return  # the server is gone, and its side of the memory with it
