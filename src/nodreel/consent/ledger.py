"""The audit log: what nodreel did, one JSON line each, chained by hash so that edits show.

Line n: ``{n, wall, mono, boot, actor, event, data, prev, hash}``, hash = SHA-256 over prev and the
canonical rest. ``data`` takes numbers, yes/no, ids and hashes only: no titles, URLs or text can
get in. A line torn by a crash stays, and the next one (``audit_reset``) says so.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from filelock import FileLock, Timeout

from nodreel.clock import iso
from nodreel.consent.audit import Audit, examine
from nodreel.consent.auditline import (
    LONGEST,
    NOTHING,
    RESET,
    line_hash,
    parsed,
    remnant,
    reset_signed,
)
from nodreel.errors import LedgerError, StoreError
from nodreel.host import private_dir
from nodreel.host.files import append_private, read_private, read_tail, refuse_foreign, trouble
from nodreel.host.machine import boot_id
from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from nodreel.clock import Clock

Datum = bool | int | str | None

_BEGIN: dict[str, Any] = {"n": -1, "hash": NOTHING}
LARGEST = 256 << 20  # bytes of a log that is still verified
_PATIENCE_S = 5
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ID = re.compile(r"[A-Za-z0-9._:+-]{0,128}")


class Signer(Protocol):
    """Who signs what the log says about itself: a Grant."""

    public_key: bytes

    def sign(self, data: bytes) -> bytes:
        """Sign with Ed25519."""
        ...


@dataclass(frozen=True, slots=True)
class _End:
    """The last good line; whether its newline is missing; what a reset has to say, if any."""

    line: dict[str, Any]
    open: bool = False
    reset: dict[str, Datum] | None = None


class Ledger:
    """The log at ``path`` (made when missing); several processes may append to it.

    ``signer``, where there is one, signs the mark that damage is found under.
    """

    def __init__(self, path: Path, clock: Clock, signer: Signer | None = None) -> None:
        self.path = path
        self.signer = signer
        self._clock = clock

    def append(self, actor: str, event: str, data: Mapping[str, Datum | Sequence[str]]) -> str:
        """Write one line, synced to disk, and return its hash (the new head).

        ValueError when ``data`` could hold text; DiskFullError or StoreError when not kept.
        """
        _refuse_text(actor, event, data)
        with self._alone():
            end = self._end()
            last, opening = end.line, b"\n" if end.open else b""
            if end.reset is not None:
                reset = self._signed(last["hash"], end.reset)
                last = self._write(last, "nodreel", RESET, reset, opening=opening)
                opening = b""
            return str(self._write(last, actor, event, data, opening=opening)["hash"])

    def head(self) -> str:
        """Return the hash of the last whole line; 64 zeros when there is none."""
        return str(self._end().line["hash"])

    def verify(self, held: Collection[str] = ()) -> Audit:
        """Check every line, and that each head in ``held`` (from receipts) is among them.

        LedgerError names the first bad line.
        """
        found = self.examine(held)
        if found.problem is not None:
            raise LedgerError(f"{self.path}, line {found.line}: {found.problem}.")
        return found

    def examine(self, held: Collection[str] = (), keys: Collection[str] | None = None) -> Audit:
        """Look at every line and go on after a bad one; see ``audit.examine``."""
        return examine(self._whole(), held, keys)

    def _signed(self, prev: str, reset: dict[str, Datum]) -> dict[str, Datum]:
        if self.signer is None:
            return reset
        signature = self.signer.sign(reset_signed({"prev": prev, "data": reset}))
        return reset | {"key": self.signer.public_key.hex(), "signature": signature.hex()}

    def _whole(self) -> bytes:
        try:
            return read_private(self.path, limit=LARGEST)
        except FileNotFoundError:
            return b""

    def _write(
        self, last: Mapping[str, Any], actor: str, event: str,
        data: Mapping[str, Datum | Sequence[str]], *, opening: bytes = b"",
    ) -> dict[str, Any]:  # fmt: skip
        line = {
            "n": last["n"] + 1,
            "wall": iso(self._clock.wall()),
            "mono": self._clock.mono(),
            "boot": boot_id(),
            "actor": actor,
            "event": event,
            "data": data,
            "prev": last["hash"],
        }
        line["hash"] = line_hash(line)
        text = canonical(line)
        if len(text) > LONGEST:
            raise ValueError(f"{len(text)} bytes are too many for one line of the audit log")
        append_private(self.path, opening + text + b"\n")
        return line

    def _end(self) -> _End:
        """Look at how the log ends, and from which line a chain can honestly go on."""
        try:
            tail = read_tail(self.path, limit=4 * LONGEST)
        except FileNotFoundError:
            tail = b""
        if not tail:
            return _End(_BEGIN)
        *lines, torn = tail.split(b"\n")
        good = parsed(lines[-1]) if lines else None
        whole = parsed(torn) if torn else None
        if whole is not None:
            return _End(whole, open=True)
        if torn:
            return _End(good or _BEGIN, open=True, reset={**remnant(torn)})
        if good is not None:
            return _End(good)
        # The last whole line was changed: no honest chain can go on from it, and verify says so.
        return _End(_BEGIN, reset={**remnant(tail), "torn": 0})

    @contextmanager
    def _alone(self) -> Iterator[None]:
        private_dir(self.path.parent)
        refuse_foreign(self.path.with_suffix(".lock"))
        lock = FileLock(self.path.with_suffix(".lock"), timeout=_PATIENCE_S, mode=0o600)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreError(f"Another program holds {self.path} for too long.") from error
        except OSError as error:
            raise trouble(self.path, error) from error
        try:
            yield
        finally:
            lock.release()


def _refuse_text(actor: str, event: str, data: Mapping[str, Datum | Sequence[str]]) -> None:
    for word in (actor, event, *data):
        if not _WORD.fullmatch(word):
            raise ValueError(f"{word!r} is no word for the audit log")
    for key, value in data.items():
        for item in value if isinstance(value, list | tuple) else (value,):
            if not _is_harmless(item, alone=item is value):
                raise ValueError(f"the audit log takes ids and hashes, no text: {key}")


def _is_harmless(item: object, *, alone: bool) -> bool:
    if isinstance(item, str):
        return _ID.fullmatch(item) is not None
    return alone and (item is None or isinstance(item, bool | int))
