"""What was sent from this machine, or begun: one small file for each episode, never sent itself.

It is written before the first byte leaves, so that whatever a crash interrupts is known: to go on
where it stopped, and to have deleted there what is deleted here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel import host
from nodreel.episode.folder import Folder
from nodreel.episode.ids import is_id
from nodreel.errors import EpisodeError
from nodreel.upload.batch import Hash, Id

if TYPE_CHECKING:
    from pathlib import Path

SENT: Final = "sent"
_LIMIT: Final = 4 << 20

State = Literal["sending", "sent", "gone"]


class Sending(BaseModel):
    """``batches``: which segments go together, fixed at the start; ``done``: confirmed hashes.

    ``chain`` is the hash of the headers as they were: an episode that was changed since is another
    one. ``request`` names the one, signed before anything left, that has it deleted there. ``sent``
    means that all of it, manifest included, was read back whole; ``gone`` that its deletion there
    was asked for.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    v: Literal[1] = 1
    episode: Id
    consent: Annotated[str, Field(max_length=64)]
    public_key: Hash
    request: Annotated[str, Field(pattern=r"^([0-9a-f]{32}\.tombstone)?$")] = ""
    chain: Hash
    batches: Annotated[tuple[tuple[int, ...], ...], Field(max_length=100_000)]
    done: tuple[Hash, ...] = ()
    state: State = "sending"


class SentLedger:
    """The folder of these files. Raises StoreError, DiskFullError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> list[Sending]:
        """Return what is noted; what cannot be read is as if it were not there."""
        if not self._path.is_dir():
            return []
        with self._folder() as folder:
            names = [n.removesuffix(".json") for n in folder.names() if n.endswith(".json")]
        return [found for name in filter(is_id, names) if (found := self.get(name)) is not None]

    def get(self, episode: str) -> Sending | None:
        """Return what is noted about one episode."""
        if not self._path.is_dir():
            return None
        with self._folder() as folder:
            try:
                return Sending.model_validate_json(folder.read(f"{episode}.json", _LIMIT))
            except (EpisodeError, ValidationError, RecursionError):
                return None

    def note(self, sending: Sending) -> None:
        """Write it down, durably."""
        with self._folder() as folder:
            folder.replace(f"{sending.episode}.json", sending.model_dump_json().encode())

    def _folder(self) -> Folder:
        return Folder(host.private_dir(self._path))
