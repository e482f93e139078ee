"""An object store as nodreel needs it: names and bytes, no folders, no rename, no multipart.

Where what lies, below the prefix of the policy. Names are hashes of content, or random: nothing in
them tells one person's objects from another's.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol

from nodreel.errors import EpisodeError, UploadError

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCHES: Final = "batches"
MANIFESTS: Final = "manifests"
TOMBSTONES: Final = "tombstones"
ANSWERS: Final = "answers"
QUARANTINE: Final = "quarantine"
WHY: Final = ".why"  # behind the name of what was set aside: the reason
MOST: Final = 64 << 20  # bytes of the largest object that is ever read


class TooLarge(UploadError):  # noqa: N818  what is wrong with it
    """An object has more bytes than whoever asked for it takes."""

    def __init__(self, key: str, limit: int) -> None:
        super().__init__(f"{key} has more than {limit} bytes.", again=False)


class ObjectStore(Protocol):
    """Raises UploadError when the store does not answer, or answers with an error."""

    def put(self, key: str, data: bytes) -> None:
        """Store ``data`` under ``key`` in one piece, in place of what may lie there."""
        ...

    def get(self, key: str, limit: int = MOST) -> bytes | None:
        """Return what lies under ``key``; None when nothing does, TooLarge above ``limit``.

        None, too, when that is not told to us: some stores say so of what is not there.
        """
        ...

    def size(self, key: str) -> int | None:
        """Return how many bytes lie under ``key``, as the store says; None when nothing does."""
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


def read_whole(objects: ObjectStore, key: str, size: int) -> bytes:
    """Return an object that is named by what it holds, and listed with ``size`` bytes.

    Raises EpisodeError when it is too large to be one of ours, gone, or holds something else.
    """
    try:
        data = None if size > MOST else objects.get(key, MOST)
    except TooLarge:
        size, data = MOST + 1, None
    if size > MOST:
        raise EpisodeError(f"It has more than {MOST} bytes, so it is none of ours.")
    if data is None:
        raise EpisodeError("It is missing, or went away while it was looked at.")
    if not is_content_of(key, data):
        raise EpisodeError("It does not hold what its name says.")
    return data


def content_key(folder: str, data: bytes) -> str:
    """Return the key of an object that is named by what it holds."""
    return f"{folder}/{hashlib.sha256(data).hexdigest()}"


def is_content_of(key: str, data: bytes) -> bool:
    """Whether an object holds what its name says."""
    return key.rpartition("/")[2] == hashlib.sha256(data).hexdigest()
