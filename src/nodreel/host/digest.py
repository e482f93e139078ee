"""The SHA-256 of a program's binary, for policies that pin one; each file is read once."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


def running_digest(pid: int) -> str | None:
    """Return the hex SHA-256 of the file that ``pid`` runs, None when it cannot be read (Linux)."""
    exe = Path(f"/proc/{pid}/exe")
    try:
        found = exe.stat()
        return _digest(exe, found.st_dev, found.st_ino, found.st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=64)
def _digest(exe: Path, _device: int, _inode: int, _mtime: int) -> str:
    with exe.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
