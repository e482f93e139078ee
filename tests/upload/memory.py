"""An object store in memory that fails as told; the contract suite holds for it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.errors import UploadError
from nodreel.upload.objects import MOST, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class MemoryStore:
    """``fault(verb, key)`` is asked before each request and may raise or do something else."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.log: list[tuple[str, str]] = []
        self.fault: Callable[[str, str], None] = lambda *_: None
        self.spoil: Callable[[str, bytes], bytes] = lambda _, data: data
        self.lose_answers = 0

    def put(self, key: str, data: bytes) -> None:
        self._asked("put", key)
        self.held[key] = self.spoil(key, data)
        if self.lose_answers:
            self.lose_answers -= 1
            raise UploadError("The store cannot be reached just now, or the connection broke off.")

    def get(self, key: str, limit: int = MOST) -> bytes | None:
        self._asked("get", key)
        found = self.held.get(key)
        if found is not None and len(found) > limit:
            raise TooLarge(key, limit)
        return found

    def size(self, key: str) -> int | None:
        self._asked("size", key)
        return len(self.held[key]) if key in self.held else None

    def begin(self, key: str, size: int) -> bytes | None:
        self._asked("begin", key)
        found = self.held.get(key)
        return None if found is None else found[:size]

    def names(self, folder: str) -> Iterator[tuple[str, int]]:
        self._asked("names", folder)
        yield from [(k, len(v)) for k, v in self.held.items() if k.startswith(f"{folder}/")]

    def delete(self, key: str) -> None:
        self._asked("delete", key)
        self.held.pop(key, None)

    def _asked(self, verb: str, key: str) -> None:
        self.log.append((verb, key))
        self.fault(verb, key)

    def keys(self, folder: str) -> list[str]:
        return sorted(k for k in self.held if k.startswith(f"{folder}/"))
