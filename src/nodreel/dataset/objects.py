"""Object stores (S3 and what speaks its language, Google's, Azure's) by obstore.

Access comes from the environment, as their own tools have it (``AWS_ACCESS_KEY_ID``,
``AWS_ENDPOINT_URL`` and so on), never from an argument that others could read in a list of
processes.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nodreel.errors import EpisodeError, StoreError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMES: Final = ("s3://", "gs://", "az://", "file://")
MOST_COPIED: Final = 1 << 30  # bytes of one episode on this machine's disk
_PIECE: Final = 8 << 20
LOCK: Final = "building"
_ADVICE: Final = "Look at the address, and at the credentials in the environment (AWS_…)."


def is_address(text: str) -> bool:
    """Whether a text names an object store."""
    return text.startswith(SCHEMES)


class ObjectPlace:
    """A bucket, or what lies below a prefix in it; ``scratch`` takes copies of one episode."""

    def __init__(self, text: str, scratch: Path | None = None) -> None:
        try:
            from obstore.exceptions import AlreadyExistsError, BaseError  # noqa: PLC0415  an extra
            from obstore.store import from_url  # noqa: PLC0415
        except ImportError as error:
            raise UnsupportedError(
                "Object stores need obstore, which is not installed.",
                advice="Install it with: pip install 'nodreel[dataset]'",
            ) from error
        self.name = text
        self._scratch = scratch
        self._taken: type[Exception] = AlreadyExistsError
        self._wrong: tuple[type[Exception], ...] = (BaseError, OSError)  # OSError: what is missing
        try:
            self._store: Any = from_url(text)
        except self._wrong as error:
            raise self._trouble("open", "it", error) from error

    def _trouble(self, what: str, name: str, error: Exception) -> StoreError:
        said = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        return StoreError(f"Cannot {what} {name} in {self.name}: {said}.", advice=_ADVICE)

    def listing(self, under: str | None = None) -> Iterator[tuple[str, int]]:
        """Yield names and sizes, in the order of the store."""
        try:
            for chunk in self._store.list(under):
                for one in chunk:
                    if one["path"] != LOCK:
                        yield one["path"], one["size"]
        except self._wrong as error:
            raise self._trouble("list", "what lies", error) from error

    def read(self, name: str, start: int, size: int) -> bytes:
        """Return part of an object."""
        try:
            return bytes(self._store.get_range(name, start=start, length=size))
        except self._wrong as error:
            raise self._trouble("read", name, error) from error

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        """Lend a copy; it goes when it was read."""
        files = dict(self.listing(name))
        if not files or sum(files.values()) > MOST_COPIED:
            raise EpisodeError(f"{name} has no files, or more than {MOST_COPIED} bytes.")
        at = Path(tempfile.mkdtemp(prefix="nodreel-", dir=self._scratch))
        try:
            copy = at / name
            copy.mkdir(mode=0o700)
            for file in files:
                self._copy(file, copy / file.rpartition("/")[2])
            yield copy
        finally:
            shutil.rmtree(at, ignore_errors=True)

    def _copy(self, name: str, path: Path) -> None:
        try:
            with path.open("wb") as file:
                for piece in self._store.get(name).stream(min_chunk_size=_PIECE):
                    file.write(piece)
        except self._wrong as error:
            raise self._trouble("copy", name, error) from error

    def put(self, name: str, file: Path) -> None:
        """Send a file; an object is there as a whole or not at all."""
        try:
            self._store.put(name, file)
        except self._wrong as error:
            raise self._trouble("write", name, error) from error

    def tidy(self) -> None:
        """Do nothing: half an object is never there."""

    @contextmanager
    def alone(self, *, take_over: bool) -> Iterator[Callable[[], None]]:
        """Keep an object there with a word of our own, which a killed build leaves behind."""
        word = secrets.token_hex(16).encode()
        try:
            self._store.put(LOCK, word, mode="overwrite" if take_over else "create")
        except self._taken as error:
            raise refusal(
                self.name, "Wait until it has ended; if it was killed, say --take-over."
            ) from error
        except self._wrong as error:
            raise self._trouble("write", LOCK, error) from error

        def check() -> None:
            if not self._has(word):
                raise refusal(self.name, "Leave it to that one.")

        try:
            yield check
        finally:
            with suppress(StoreError):  # then it is left, and said the next time
                if self._has(word):
                    self.delete(LOCK)

    def _has(self, word: bytes) -> bool:
        try:
            return bytes(self._store.get(LOCK).bytes()) == word
        except FileNotFoundError:
            return False
        except self._wrong as error:
            raise self._trouble("read", LOCK, error) from error

    def delete(self, name: str) -> None:
        """Remove an object."""
        try:
            with suppress(FileNotFoundError):
                self._store.delete(name)
        except self._wrong as error:
            raise self._trouble("delete", name, error) from error


def refusal(name: str, advice: str) -> StoreError:
    """Return the error for a place in which another build is at work."""
    return StoreError(f"Another build is at work in {name}.", advice=advice)
