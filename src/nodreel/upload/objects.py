"""An object store as nodreel needs it: names and bytes, no folders, no rename, no multipart.

Where what lies, below the prefix of the policy. Names are hashes of content, or random: nothing in
them tells one person's objects from another's.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCHES: Final = "batches"
MANIFESTS: Final = "manifests"
TOMBSTONES: Final = "tombstones"
ANSWERS: Final = "answers"
QUARANTINE: Final = "quarantine"
MOST: Final = 64 << 20  # bytes of the largest object that is ever read


class ObjectStore(Protocol):
    """Raises UploadError when the store does not answer, or answers with an error."""

    def put(self, key: str, data: bytes) -> None:
        """Store ``data`` under ``key`` in one piece, in place of what may lie there."""
        ...

    def get(self, key: str, limit: int = MOST) -> bytes | None:
        """Return what lies under ``key``; None when nothing does, UploadError above ``limit``."""
        ...

    def begin(self, key: str, size: int) -> bytes | None:
        """Return the first ``size`` bytes, or all if it has fewer; None when nothing lies there."""
        ...

    def names(self, folder: str) -> Iterator[tuple[str, int]]:
        """Yield the keys that begin with ``folder`` and a slash, with their sizes in bytes."""
        ...

    def delete(self, key: str) -> None:
        """Remove ``key``; one that is not there is fine."""
        ...


def content_key(folder: str, data: bytes) -> str:
    """Return the key of an object that is named by what it holds."""
    return f"{folder}/{hashlib.sha256(data).hexdigest()}"


def is_content_of(key: str, data: bytes) -> bool:
    """Whether an object holds what its name says."""
    return key.rpartition("/")[2] == hashlib.sha256(data).hexdigest()
