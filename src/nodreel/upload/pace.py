"""How fast, and how much in a day: what was moved is waited for, and counted over restarts."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel import host
from nodreel.episode.folder import Folder
from nodreel.errors import EpisodeError
from nodreel.events import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.clock import Clock

FILE: Final = "moved-today.json"
_DAY: Final = 86_400 * SECOND
_KIB: Final = 1 << 10
_MIB: Final = 1 << 20
_BURST_S: Final = 8  # seconds of the allowed rate that one batch may be worth


class _Moved(BaseModel):
    """How many bytes were moved on a day, counted from 1970."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    day: Annotated[int, Field(ge=0)]
    moved: Annotated[int, Field(ge=0)]


class Pace:
    """Keeps a rate in bytes a second on average, and a sum a day; both count up and down.

    A batch goes out as fast as the line allows, and then the time that it was worth is waited for:
    ``largest`` is a few seconds' worth, so that nobody's call breaks up.
    """

    def __init__(
        self, folder: Path, clock: Clock, *, kib_s: int, daily_mb: int,
        sleep: Callable[[float], None],
    ) -> None:  # fmt: skip
        self._folder, self._clock, self._sleep = folder, clock, sleep
        self._rate = kib_s * _KIB
        self._daily = daily_mb * _MIB
        self._free = clock.mono()
        self._day, self._moved = self._read()

    @property
    def largest(self) -> int:
        """Bytes of the largest batch that keeps to the rate."""
        return max(_MIB, min(self._rate * _BURST_S, self._daily // 4))

    def may(self, size: int) -> bool:
        """Whether that many bytes may still be moved today: one batch always, else what is left."""
        self._turn_over()
        return self._moved == 0 or self._moved + size <= self._daily

    def _turn_over(self) -> None:
        """Begin a new day. A clock that was set back begins none, and the next one counts again."""
        today = self._clock.wall() // _DAY
        if today > self._day:
            self._moved = 0
        self._day = today

    def moved(self, size: int) -> None:
        """Count ``size`` bytes, durably, and wait until the next may go."""
        self._turn_over()
        self._moved += size
        note = _Moved(day=self._day, moved=self._moved)
        with Folder(host.private_dir(self._folder)) as folder:
            folder.replace(FILE, note.model_dump_json().encode())
        now = self._clock.mono()
        self._free = max(self._free, now) + size * SECOND // self._rate  # type: ignore[assignment]
        self._sleep((self._free - now) / SECOND)

    def _read(self) -> tuple[int, int]:
        if self._folder.is_dir():
            with (
                suppress(EpisodeError, ValidationError, RecursionError),
                Folder(host.private_dir(self._folder)) as folder,
            ):
                found = _Moved.model_validate_json(folder.read(FILE, _KIB))
                return found.day, found.moved
        return self._clock.wall() // _DAY, 0
