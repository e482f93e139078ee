"""An episode scrubbed for release: read twice, written once, the original untouched.

First everything that is said is read, then every picture that changed; what was found in one place
is looked for in all others. Then it is written anew: the same times, ids, consent and policy, a
key of its own that nobody keeps, and no segment of the original.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from heapq import merge
from typing import TYPE_CHECKING, Final

from nodreel.episode import Picture
from nodreel.errors import StoreError
from nodreel.events import Gap, Nanos
from nodreel.redact.finders import Rules, betrayed, words
from nodreel.redact.looking import Looker, Stamps
from nodreel.redact.memory import Remembering
from nodreel.redact.rewriting import Rewriter, masked
from nodreel.redact.spoken import Spokesman, left_out, said, typed_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from nodreel.episode import Episode
    from nodreel.episode.format import Spoken
    from nodreel.episode.part import Part
    from nodreel.errors import EpisodeError
    from nodreel.events import Rect
    from nodreel.redact.ocr import Reader
    from nodreel.redact.spoken import Found
    from nodreel.scrub.shape import Finder

VERSION: Final = 1
"""Goes up whenever the same recording would be scrubbed otherwise."""
PARTIAL: Final = ".scrub-"


@dataclass(slots=True)
class Report:
    """What became of one episode. ``folder`` is the new one.

    ``found`` counts what was taken out, by (where, name of its shape): keys, title, address,
    element, note, pictures. ``distinct`` pictures differed from the one before and were read.
    """

    episode: str
    folder: Path
    events: int = 0
    pictures: int = 0
    distinct: int = 0
    found: Found = field(default_factory=Counter)
    damage: Sequence[EpisodeError] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is wanted of each episode."""

    destination: Path
    recipients: Sequence[str]
    rules: Rules
    reader: Reader | None
    progress: Callable[[int, int], None] | None


@dataclass(slots=True)
class _Findings:
    """What was found in an episode: all its events, what to look for, where in which picture."""

    events: Sequence[Spoken]
    finders: tuple[Finder, ...]
    masks: dict[tuple[int, Nanos], tuple[Rect, ...]] = field(default_factory=dict)
    stamps: dict[Rect, set[bytes]] = field(default_factory=dict)


def scrub(
    episode: Episode, destination: Path, *, recipients: Sequence[str], rules: Rules | None = None,
    reader: Reader | None = None, progress: Callable[[int, int], None] | None = None,
) -> Iterator[Report]:  # fmt: skip
    """Write each episode of ``episode`` into ``destination``/<its id>, scrubbed; yield reports.

    ``recipients`` (``age1…``) can open the result: ``open_episode(report.folder, identity)``.
    ``reader`` reads the pictures (``ocr.Tesseract()``); None leaves all pictures out. ``progress``
    is told how many of how many pictures were read. An episode that is there already is refused.
    Damage is left out, as ever, and becomes a gap. Raises StoreError, EpisodeError,
    UnsupportedError; then nothing of that episode is there.
    """
    plan = _Plan(destination, recipients, rules or Rules(), reader, progress)
    for part in episode.parts:
        yield _scrub(part, plan)
        episode.raise_if_strict()


def _scrub(part: Part, plan: _Plan) -> Report:
    name = part.chain.start.episode
    report = Report(name, plan.destination / name)
    if report.folder.exists():
        raise StoreError(f"{report.folder} is already there; nothing is written over.")
    found = _find(part, plan, report)
    partial = plan.destination / f"{PARTIAL}{name}"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _write(part, partial, plan, found, report)
        report.damage = tuple(part.damage)
        (partial / name).rename(report.folder)
    except OSError as error:
        raise StoreError(f"Cannot write {report.folder}: {error.strerror}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return report


def _find(part: Part, plan: _Plan, report: Report) -> _Findings:
    """Read everything; what is found in one place is looked for in all."""
    spoken = [_events(part, seq) for seq in part.numbers()]
    events = list(merge(*spoken, part.gaps, key=lambda event: event.t))
    finders = plan.rules.finders()
    known = betrayed(said(events, finders))
    finders = (*finders, *words(known))
    if plan.reader is None:
        return _Findings(events, finders)
    reader = Remembering(plan.reader)
    while True:
        looker = Looker(reader, finders)
        masks = _look(part, looker, plan.progress)
        new = betrayed(looker.pieces) - known
        finders, known = (*finders, *words(new)), known | new
        if not new:  # whatever a picture gave away was looked for in all of them
            break
    report.distinct, report.found = looker.distinct, report.found + looker.found
    return _Findings(events, finders, masks, looker.stamps)


def _events(part: Part, seq: int) -> list[Spoken]:
    """Return the events of a segment; of one that cannot be read, that something is missing."""
    before = len(part.damage)
    found = part.events(seq)
    if found or len(part.damage) == before:
        return found
    header = part.chain.segments[seq]
    return [Gap(Nanos(header.first), Nanos(header.last))]


def _look(
    part: Part, looker: Looker, progress: Callable[[int, int], None] | None
) -> dict[tuple[int, Nanos], tuple[Rect, ...]]:
    numbers = part.numbers()
    total, done = sum(len(part.frame_times(seq)) for seq in numbers), 0
    masks: dict[tuple[int, Nanos], tuple[Rect, ...]] = {}
    for seq in numbers:
        for picture in part.frames(seq):
            masks[seq, picture.done] = looker.look(picture)
            done += 1
            if progress is not None:
                progress(done, total)
    return masks


def _write(part: Part, partial: Path, plan: _Plan, found: _Findings, report: Report) -> None:
    secret = typed_secrets(found.events, found.finders)
    spokesman, again = Spokesman(found.finders, secret), Stamps(found.stamps)
    told = (spokesman.tell(number, event) for number, event in enumerate(found.events))
    both = merge(told, left_out(found.events, secret), key=lambda event: event.t)
    pictures = (
        masked(picture, (*found.masks[seq, picture.done], *again.look(picture)))
        for seq in part.numbers()
        if found.masks
        for picture in part.frames(seq)
    )
    with Rewriter(partial, part.chain.start, plan.recipients) as rewriter:
        for item in merge(both, pictures, key=_moment):
            rewriter.add(item)
            report.events += not isinstance(item, Picture)
            report.pictures += isinstance(item, Picture)
    report.found = report.found + spokesman.found


def _moment(item: Spoken | Picture) -> int:
    return item.done if isinstance(item, Picture) else item.t
