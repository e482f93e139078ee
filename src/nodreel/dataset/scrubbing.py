"""Scrubbing as a step of a build: each episode is written anew, and rows are made of that one.

The new one is sealed to a key that lives as long as its shard is made. Nothing of it stays.
"""

from __future__ import annotations

import hmac
import shutil
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Self

from nodreel.episode import open_episode
from nodreel.episode.seal import new_identity
from nodreel.export.source import read_source
from nodreel.policy import canonical
from nodreel.redact.release import VERSION, scrub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.episode import Episode
    from nodreel.export.source import Source
    from nodreel.redact.finders import Rules
    from nodreel.redact.ocr import Reader

_NAMED: Final = 16  # digits of a hash


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """What is looked for, besides what always is, and the languages of what pictures say."""

    rules: Rules
    languages: tuple[str, ...] = ("eng",)

    def name(self, key: bytes) -> str:
        """Return what differs when the rules do; without the key no word of them can be guessed."""
        said = canonical({"rules": asdict(self.rules), "languages": list(self.languages)})
        return f"{VERSION} {hmac.digest(key, said, 'sha256').hex()[:_NAMED]}"


class Scrubber:
    """Scrubs the episodes of one shard; ``found`` counts what it took out.

    Without a ``scrubbing`` episodes stay as they are. Raises UnsupportedError.
    """

    def __init__(self, scrubbing: Scrubbing | None, folder: Path, *, pictures: bool) -> None:
        self._wanted, self._folder, self._pictures = scrubbing, folder, pictures
        self._stack = ExitStack()
        self._reader: Reader | None = None
        self._recipient = ""
        self.found: Counter[str] = Counter()

    @property
    def _key(self) -> Path:
        return self._folder / "scrub.key"

    def __enter__(self) -> Self:
        if self._wanted is not None:
            self._recipient = new_identity(self._key)
            if self._pictures:
                from nodreel.redact.ocr import Tesseract  # noqa: PLC0415  an extra

                self._reader = self._stack.enter_context(Tesseract(self._wanted.languages))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._key.unlink(missing_ok=True)

    @contextmanager
    def scrubbed(self, episode: Episode, source: Source) -> Iterator[Source]:
        """Lend what was read of an episode, scrubbed; raises EpisodeError, StoreError."""
        if self._wanted is None:
            yield source
            return
        place = self._folder / "scrubbed"
        try:
            (report,) = scrub(
                episode, place, recipients=[self._recipient], rules=self._wanted.rules,
                reader=self._reader,
            )  # fmt: skip
            if report.damage:
                raise report.damage[0]
            yield read_source(open_episode(report.folder, self._key))
            self.found.update(
                {f"{where}: {name}": count for (where, name), count in report.found.items()}
            )
        finally:
            shutil.rmtree(place, ignore_errors=True)
