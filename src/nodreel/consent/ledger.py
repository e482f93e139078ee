"""The audit log: what nodreel did, one JSON line each, chained by hash so that edits show.

Line n: ``{n, wall, mono, boot, actor, event, data, prev, hash}``, hash = SHA-256 over prev and the
canonical rest. ``data`` takes numbers, yes/no, ids and hashes only: no titles, URLs or text can
get in. A line torn by a crash stays, and the next one (``audit_reset``) says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from nodreel.clock import iso
from nodreel.errors import LedgerError, StoreError
from nodreel.host import private_dir
from nodreel.host.files import append_private, read_private, read_tail, trouble
from nodreel.host.machine import boot_id
from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from nodreel.clock import Clock

Datum = bool | int | str | None

NOTHING = "0" * 64
_BEGIN: dict[str, Any] = {"n": -1, "hash": NOTHING}
LARGEST = 256 << 20  # bytes of a log that is still verified
_LONGEST_LINE = 16 * 1024
_PATIENCE_S = 5
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ID = re.compile(r"[A-Za-z0-9._:+-]{0,128}")
_RESET = "audit_reset"


@dataclass(frozen=True, slots=True)
class Verified:
    """A log that follows from itself: its number of lines, its head, and how often it was torn."""

    lines: int
    head: str
    resets: int


@dataclass(frozen=True, slots=True)
class _End:
    """The last good line; whether its newline is missing; what a reset has to say, if any."""

    line: dict[str, Any]
    open: bool = False
    reset: dict[str, Datum] | None = None


class Ledger:
    """The log at ``path`` (made when missing); several processes may append to it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
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
                last = self._write(last, "nodreel", _RESET, end.reset, opening=opening)
                opening = b""
            return str(self._write(last, actor, event, data, opening=opening)["hash"])

    def head(self) -> str:
        """Return the hash of the last whole line; 64 zeros when there is none."""
        return str(self._end().line["hash"])

    def verify(self, held: Collection[str] = ()) -> Verified:
        """Check every line, and that each head in ``held`` (from receipts) is among them.

        LedgerError names the first bad line.
        """
        return _verify(self.path, self._whole().split(b"\n"), set(held))

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
        line["hash"] = _hash(line)
        text = canonical(line)
        if len(text) > _LONGEST_LINE:
            raise ValueError(f"{len(text)} bytes are too many for one line of the audit log")
        append_private(self.path, opening + text + b"\n")
        return line

    def _end(self) -> _End:
        """Look at how the log ends, and from which line a chain can honestly go on."""
        try:
            tail = read_tail(self.path, limit=4 * _LONGEST_LINE)
        except FileNotFoundError:
            tail = b""
        if not tail:
            return _End(_BEGIN)
        *lines, torn = tail.split(b"\n")
        good = _parsed(lines[-1]) if lines else None
        whole = _parsed(torn) if torn else None
        if whole is not None:
            return _End(whole, open=True)
        if torn:
            remnant: dict[str, Datum] = {
                "torn": len(torn),
                "sha256": hashlib.sha256(torn).hexdigest(),
            }
            return _End(good or _BEGIN, open=True, reset=remnant)
        if good is not None:
            return _End(good)
        # The last whole line was changed: no honest chain can go on from it, and verify says so.
        return _End(_BEGIN, reset={"torn": 0, "sha256": hashlib.sha256(tail).hexdigest()})

    @contextmanager
    def _alone(self) -> Iterator[None]:
        private_dir(self.path.parent)
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


def _hash(line: Mapping[str, Any]) -> str:
    body = {key: value for key, value in line.items() if key != "hash"}
    return hashlib.sha256(str(line["prev"]).encode("ascii") + canonical(body)).hexdigest()


def _parsed(text: bytes) -> dict[str, Any] | None:
    """Return the line when it is whole and its own hash is right, else None."""
    if len(text) > _LONGEST_LINE:
        return None
    try:
        line = json.loads(text.decode("ascii"))
        is_good = (
            isinstance(line, dict)
            and canonical(line) == text
            and isinstance(line["n"], int)
            and line["hash"] == _hash(line)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return line if is_good else None


def _verify(path: Path, lines: list[bytes], held: set[str]) -> Verified:
    head, count, resets = NOTHING, 0, 0
    torn: bytes | None = None
    *whole, rest = lines
    for number, text in enumerate(whole, start=1):
        line = _parsed(text)
        if line is None:
            if torn is not None or not _may_be_torn(whole[number:], text):
                raise LedgerError(f"{path}, line {number}: this line was changed or cut.")
            torn = text
            continue
        if line["prev"] != head or line["n"] != count:
            raise LedgerError(f"{path}, line {number}: it does not follow the line before it.")
        head, count, torn = line["hash"], count + 1, None
        resets += line["event"] == _RESET
        held.discard(head)
    if rest:
        resets += 1  # a line torn just now; the next append marks it
    if held - {NOTHING}:
        raise LedgerError(
            f"{path}, line {len(whole)}: the log ends here, but a receipt knows a later line."
        )
    return Verified(count, head, resets)


def _may_be_torn(following: Sequence[bytes], text: bytes) -> bool:
    """Whether the next line is a reset that names exactly this remnant."""
    reset = _parsed(following[0]) if following else None
    return (
        reset is not None
        and reset["event"] == _RESET
        and reset["data"].get("torn") == len(text)
        and reset["data"].get("sha256") == hashlib.sha256(text).hexdigest()
    )


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
