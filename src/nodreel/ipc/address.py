"""A name for a socket that the kernel has room for, however deep its folder lies."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST = 107  # bytes of sun_path, without the closing zero


@contextmanager
def address(path: Path) -> Iterator[str]:
    """Name ``path`` for bind or connect, by way of its open folder when it is too long itself."""
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
