"""Files that somebody else writes for us, believed only when nobody but that person can."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nodreel.errors import StoreError
from nodreel.host.files import SAFELY, read_bounded, trouble, user_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

ROOT = 0


def read_owned(
    path: Path, *, limit: int, owners: Collection[int] | None, folders: Collection[int] | None
) -> bytes:
    """Read a regular file of at most ``limit`` bytes, never through a link in its last component.

    ``owners``: who may own the file, which group and others may then not write; None: the person
    or root, and others may not write. ``folders``: who may own the folders above it, which
    nobody else may change; None: not looked at. FileNotFoundError when missing, else StoreError.
    """
    with _opened(path, owners, folders) as fd:
        return read_bounded(path, fd, limit=limit)


def check_owned(path: Path, *, owners: Collection[int], folders: Collection[int]) -> None:
    """Insist on a regular file as in ``read_owned`` without reading it: a program, say."""
    with _opened(path, owners, folders):
        return


@contextmanager
def _opened(
    path: Path, owners: Collection[int] | None, folders: Collection[int] | None
) -> Iterator[int]:
    for folder in () if folders is None else path.absolute().parents:
        _check_folder(folder, folders or ())
    try:
        fd = os.open(path, os.O_RDONLY | SAFELY)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise trouble(path, error) from error
    try:
        _check_file(path, os.fstat(fd), owners)
        yield fd
    except OSError as error:
        raise trouble(path, error) from error
    finally:
        os.close(fd)


def _check_file(path: Path, found: os.stat_result, owners: Collection[int] | None) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path} is not a regular file.")
    if found.st_uid not in ((user_id(), ROOT) if owners is None else owners):
        raise StoreError(f"{path} belongs to user id {found.st_uid}.")
    refused = stat.S_IWOTH if owners is None else stat.S_IWGRP | stat.S_IWOTH
    if found.st_mode & refused:
        raise StoreError(f"{path} can be changed by others (mode {found.st_mode & 0o7777:04o}).")


def _check_folder(folder: Path, owners: Collection[int]) -> None:
    try:
        found = os.lstat(folder)
    except OSError as error:
        raise trouble(folder, error) from error
    if stat.S_ISLNK(found.st_mode):
        raise StoreError(f"The folder {folder} is a link.")
    if found.st_uid not in owners:
        raise StoreError(f"The folder {folder} belongs to user id {found.st_uid}.")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX:
        raise StoreError(
            f"The folder {folder} can be changed by others (mode {found.st_mode & 0o7777:04o})."
        )
