"""The socket's place in the file system: ours alone, and never somebody else's file."""

from __future__ import annotations

import os
import socket
import stat
from typing import TYPE_CHECKING

from nodreel.errors import StoreError
from nodreel.ipc.address import address
from nodreel.ipc.peer import AF_UNIX, ourselves

if TYPE_CHECKING:
    from pathlib import Path

_BACKLOG = 64


def listen(path: Path) -> socket.socket:
    """Listen at ``path`` (mode 0600), replacing only a left-over socket of ours.

    Bound under another name and renamed, so that there is no moment without checks. Raises
    StoreError when the folder is not ours alone, or something else lies at ``path``.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    listener = socket.socket(AF_UNIX, socket.SOCK_STREAM)
    try:
        _check_folder(path.parent)
        _check_left_over(path)
        fresh.unlink(missing_ok=True)
        with address(fresh) as name:
            listener.bind(name)
        fresh.chmod(0o600)
        listener.listen(_BACKLOG)
        fresh.replace(path)
    except OSError as error:
        listener.close()
        msg = f"Cannot open the control socket {path}: {error.strerror or error}."
        raise StoreError(msg) from error
    except StoreError:
        listener.close()
        raise
    listener.setblocking(False)  # noqa: FBT003  the standard library's own signature
    return listener


def lies(path: Path) -> object:
    """Return what tells the socket at ``path`` from any other that may lie there; None: nothing."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def remove(path: Path, listener: socket.socket) -> None:
    """Stop listening and take the socket away; the agent's lock keeps others from its name."""
    listener.close()
    try:
        path.unlink()
    except OSError:
        return  # the folder went away under us: then so did the socket


def _check_folder(folder: Path) -> None:
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == ourselves().uid
    if not ours or stat.S_IMODE(found.st_mode) & 0o077:
        msg = f"The folder {folder} of the control socket is not yours alone."
        raise StoreError(msg, advice=f"Make it so: chown it to you and chmod 700 '{folder}'")


def _check_left_over(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != ourselves().uid:
        msg = f"{path} is in the way and is not a control socket of yours."
        raise StoreError(msg, advice="Look at what it is, then remove it.")
