"""A withdrawal that is not finished: what its file's name tells whoever finishes it.

The grant is renamed to ``withdrawn.<choice>.json`` (``refused.`` when a new ceremony ended it,
``revoked.`` when the organisation ended every consent), and to ``….logged.json`` once the audit log
has it; when all is done the file goes.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from nodreel.consent.grant_file import LARGEST, GrantFile
from nodreel.consent.ids import spell
from nodreel.consent.state import State
from nodreel.errors import StoreError
from nodreel.host.files import read_private, remove, rename

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.paths import Paths

Stored = Literal["delete", "keep", "later"]

_CHOICES: tuple[Stored, ...] = ("delete", "keep", "later")
_WORDS = {State.WITHDRAWN: "withdrawn", State.REFUSED: "refused", State.REVOKED: "revoked"}


@dataclass(slots=True)
class Withdrawal:
    """``note`` is the renamed grant, None when there is none; ``pending`` says what failed."""

    stored: Stored
    end: State
    note: Path | None
    logged: bool = False
    file: GrantFile | None = None
    pending: list[str] = field(default_factory=list)

    @property
    def event(self) -> str:
        """The word for the audit log."""
        return _WORDS[self.end]

    @property
    def consent_id(self) -> str | None:
        """Which consent ends; None when its file was unreadable."""
        return None if self.file is None else self.file.consent_id

    @property
    def receipt_id(self) -> str:
        """The same however often the withdrawal is resumed."""
        about = f"{self.end} {self.consent_id}"
        return spell(hashlib.sha256(about.encode()).digest()[:16])

    def mark_logged(self) -> None:
        """Remember on disk that the audit log has it."""
        self.logged = True
        if self.note is not None:
            name = _name(self.stored, self.end, logged=True)
            rename(self.note, name)
            self.note = self.note.with_name(name)

    def close(self) -> None:
        """Remove the note: nothing is left to do."""
        if self.note is not None:
            remove(self.note)

    @contextmanager
    def later(self, what: str) -> Iterator[None]:
        """Let a step fail without holding up the ones after it; it is tried again later."""
        try:
            yield
        except (StoreError, FileNotFoundError) as error:
            self.pending.append(f"{what}: {error}")


def unlink_grant(paths: Paths, stored: Stored, end: State) -> Withdrawal | None:
    """Take the grant away, durably and before anything else; None when it was not there.

    Where it cannot even be renamed it is unlinked; StoreError when that fails too.
    """
    name = _name(stored, end)
    try:
        rename(paths.grant, name)
    except FileNotFoundError:
        _choose_anew(paths, stored)
        return None
    except StoreError:
        file = _grant_file(paths.grant)
        remove(paths.grant)
        return Withdrawal(stored, end, None, file=file)
    return unfinished(paths)


def unfinished(paths: Paths) -> Withdrawal | None:
    """Find a withdrawal that a crash, a full disk or somebody else has left."""
    for stored in _CHOICES:
        for end in _WORDS:
            for logged in (True, False):
                note = paths.grant.with_name(_name(stored, end, logged=logged))
                if exists(note):
                    return Withdrawal(stored, end, note, logged, _grant_file(note))
    return None


def exists(path: Path) -> bool:
    """Whether the name is taken, be it by a broken link."""
    return path.is_symlink() or path.exists()


def _choose_anew(paths: Paths, stored: Stored) -> None:
    """Let a repeated withdrawal change what happens to what is stored."""
    found = unfinished(paths)
    if found is not None and found.note is not None and found.stored != stored:
        rename(found.note, _name(stored, found.end, logged=found.logged))


def _name(stored: Stored, end: State, *, logged: bool = False) -> str:
    return f"{_WORDS[end]}.{stored}{'.logged' if logged else ''}.json"


def _grant_file(path: Path) -> GrantFile | None:
    """Return what the grant said if it can be read at all; its validity does not matter now."""
    try:
        return GrantFile.model_validate_json(read_private(path, limit=LARGEST))
    except (FileNotFoundError, StoreError, ValueError, RecursionError):
        return None
