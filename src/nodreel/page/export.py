"""All that nodreel has of a person, as one ZIP they can open: made while it is being sent.

Nothing of it lies in the clear on this machine before it is where the person put it.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from nodreel.consent import receipts
from nodreel.consent.receipt_page import page as receipt_page
from nodreel.episode import Picture, open_episode
from nodreel.errors import NodreelError
from nodreel.events import SECOND
from nodreel.page.png import png
from nodreel.review.told import told
from nodreel.review.words import moment
from nodreel.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.clock import Clock
    from nodreel.paths import Paths

EVERY: Final = SECOND
"""At most one picture a second goes in; all of them would be a film of gigabytes."""
_LOGS: Final = ("audit", "coverage")
_READ_ME: Final = """\
This is all that nodreel has stored of you on this machine.

receipts/    what you were asked and what you answered
logs/        what nodreel did (audit.log) and what each second was (coverage.log)
episodes/    per episode: timeline.txt to read, events.jsonl for programs, pictures (one a second)
             and, where your review key does not open it any more, a line that says so

This file is not sealed. Whoever has it can read it.
"""


class _Pipe(io.RawIOBase):
    """Takes what the ZIP writes and gives it out again."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        """Return what was written since."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def archive(paths: Paths, clock: Clock, key: str | None) -> Iterator[bytes]:
    """Yield the ZIP in pieces; an episode that cannot be opened is named with the reason."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in _entries(paths, clock, key):
            made.writestr(name, data)
            yield pipe.take()
    yield pipe.take()


def _entries(paths: Paths, clock: Clock, key: str | None) -> Iterator[tuple[str, bytes | str]]:
    yield "READ ME.txt", _READ_ME
    for receipt in receipts(paths):
        yield f"receipts/{receipt.id}.json", receipt.record.model_dump_json(indent=2)
        yield f"receipts/{receipt.id}.html", receipt_page(receipt.record)
    for log in _LOGS:
        path = getattr(paths, log)
        if path.is_file():
            yield f"logs/{log}.log", path.read_bytes()
    for stored in Store(paths, clock).episodes():
        place = f"episodes/{stored.id}"
        try:
            yield from _episode(paths, stored.id, place, key)
        except NodreelError as error:
            yield f"{place}/cannot be opened.txt", f"{error}\n"


def _episode(
    paths: Paths, name: str, place: str, key: str | None
) -> Iterator[tuple[str, bytes | str]]:
    episode = open_episode(paths.episodes / name, key)
    lines = [f"{moment(at)}  {text}\n" for at, text, _ in told(episode)]
    yield f"{place}/timeline.txt", "".join(lines)
    events = (e for e in episode.events())
    told_ = [json.dumps({"type": type(e).__name__, **asdict(e)}, default=str) for e in events]
    yield f"{place}/events.jsonl", "\n".join(told_) + "\n"
    last: int | None = None
    for picture in episode.frames():
        if last is None or picture.done - last >= EVERY:
            last = picture.done
            yield f"{place}/{_named(picture)}", png(picture)


def _named(picture: Picture) -> str:
    return f"{picture.done / SECOND:010.3f}.png"
