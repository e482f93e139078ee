"""How much room is left."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from nodreel.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


def free_bytes(path: Path) -> int:
    """Bytes that we may still write below ``path``; raises StoreError when it cannot be asked."""
    try:
        return shutil.disk_usage(path).free
    except OSError as error:
        msg = f"Cannot tell how much room is left in {path}: {error.strerror}."
        raise StoreError(msg) from error
