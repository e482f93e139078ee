"""Which episodes may become rows: not the withdrawn, not what was kept too long. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from nodreel.errors import EpisodeError, PolicyError
from nodreel.events import SECOND

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from nodreel.clock import WallNanos
    from nodreel.consent.tombstone import Tombstone
    from nodreel.dataset.plan import Found
    from nodreel.dataset.survey import Survey
    from nodreel.policy import Policy


@dataclass(slots=True)
class Sifted:
    """``kept`` become rows. ``withdrawn`` and ``expired`` must leave no row; ``held`` may later.

    ``consents`` counts the consents of which something was withdrawn.
    """

    kept: list[Found] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    consents: int = 0


def sift(
    seen: Survey, policies: Mapping[str, Policy], purposes: Collection[str], today: date
) -> Sifted:
    """Sort what a survey found; raises EpisodeError, PolicyError when nothing may be built at all.

    ``policies`` are the agreed ones by hash: they say how long. ``purposes`` may be empty: then all
    episodes must have the same one.
    """
    _refuse_unclear(seen)
    made = Sifted(held=dict(seen.held))
    gone: set[str] = set()
    by_consent: dict[str, list[Tombstone]] = {}
    for stone in seen.tombstones:
        by_consent.setdefault(stone.consent, []).append(stone)
    for one in seen.found:
        stones = by_consent.get(one.consent, ())
        if _covered(one, stones):
            made.withdrawn.add(one.episode)
            gone.add(one.consent)
        elif any(stone.disputes(one.consent, one.public_key) for stone in stones):
            made.held[one.episode] = "A tombstone of another key speaks for its consent."
        elif (until := keep_until(one, policies)) is not None and today > until:
            made.expired.add(one.episode)
        else:
            made.kept.append(one)
    made.consents = len(gone)
    _for_one_purpose(made, purposes)
    return made


def _covered(one: Found, stones: Iterable[Tombstone]) -> bool:
    return any(stone.covers(one.consent, one.public_key, one.episode) for stone in stones)


def _refuse_unclear(seen: Survey) -> None:
    if not seen.unclear:
        return
    name, why = min(seen.unclear.items())
    raise EpisodeError(
        f"{len(seen.unclear)} tombstones cannot be read, such as {name}: {why}",
        advice="Somebody may have withdrawn: nothing is built before you know what they meant.",
    )


def _for_one_purpose(made: Sifted, purposes: Collection[str]) -> None:
    """Leave out what was not agreed to for the purpose; raises PolicyError when that is open."""
    found = Counter(one.purpose for one in made.kept)
    if not purposes and len(found) > 1:
        told = ", ".join(f"{purpose} ({count})" for purpose, count in sorted(found.items()))
        raise PolicyError(
            f"These recordings were agreed to for several purposes: {told}.",
            advice="Say which one the data set is for: --purpose NAME.",
        )
    if purposes:
        for one in made.kept:
            if one.purpose not in purposes:
                made.held[one.episode] = f"It was agreed to for another purpose: {one.purpose}."
        made.kept = [one for one in made.kept if one.purpose in purposes]


def keep_until(one: Found, policies: Mapping[str, Policy]) -> date | None:
    """Return the last day on which an episode may be kept; None where its policy is not known.

    Episodes name only the month: it counts as if it were recorded on the first day.
    """
    policy = policies.get(one.policy)
    if policy is None:
        return None
    year, month = map(int, one.month.split("-"))
    return date(year, month, 1) + timedelta(days=policy.limits.server_days)


def day_of(wall: WallNanos) -> date:
    """Return the day of a wall time, in UTC."""
    return datetime.fromtimestamp(wall / SECOND, UTC).date()


def consents_of(found: Sequence[Found]) -> int:
    """Return how many consents some episodes belong to."""
    return len({one.consent for one in found})
