"""Who is at the other end of a local socket, as the kernel says it."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

# Numbers of Linux, since Python names them on Linux only and this must type-check everywhere.
# Any other system refuses them, and what cannot be asked about is not let in.
AF_UNIX = 1
_SO_PEERCRED = 17
_UCRED = struct.Struct("iII")


@dataclass(frozen=True, slots=True)
class Peer:
    """Process and user that opened the other end."""

    pid: int
    uid: int


def peer_of(connection: socket.socket) -> Peer:
    """Ask the kernel; raises OSError where it cannot tell."""
    packed = connection.getsockopt(socket.SOL_SOCKET, _SO_PEERCRED, _UCRED.size)
    pid, uid, _group = _UCRED.unpack(packed)
    return Peer(pid, uid)


def ourselves() -> Peer:
    """Return our own process and user, asked in the same way and so comparable."""
    here, there = socket.socketpair()
    with here, there:
        return peer_of(here)
