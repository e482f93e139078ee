"""The list of what is stored: by day, with its search."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from nodreel.clock import WallNanos, time_of_day
from nodreel.errors import ControlError, EpisodeError
from nodreel.events import SECOND, Nanos
from nodreel.language.speech import message
from nodreel.page.look import line, page, table
from nodreel.page.markup import el, group
from nodreel.review.inert import inert
from nodreel.review.search import Sought, moments
from nodreel.review.words import moment, size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.clock import Clock
    from nodreel.episode import Episode
    from nodreel.language import Speech
    from nodreel.page.markup import Child, Html
    from nodreel.page.reply import Wanted
    from nodreel.store import StoredEpisode

PATIENCE: Final = Nanos(4 * SECOND)
"""For how long episodes are opened to look into them; the newest first."""
_MOST_HITS: Final = 5  # moments shown of each episode
_MOST_ROWS: Final = 200
STATES: Final = {
    "recording": message("being recorded"),
    "held": message("waits here"),
    "released": message("may leave"),
}

_HEADS: Final = (message("When"), message("How long"), message("Programs and sites"),
                 message("Size"), message("State"))  # fmt: skip


def list_page(
    wanted: Wanted, stored: Sequence[StoredEpisode], clock: Clock,
    opened: Callable[[StoredEpisode], Episode],
) -> bytes:  # fmt: skip
    """Return the list, newest first, of what is looked for; ``opened`` opens an episode."""
    say, sought = wanted.say, _sought(wanted)
    newest = [e for e in reversed(stored) if sought.overlaps(e.started, e.length)]
    hits, closed, left = (
        _look_inside(newest, sought, clock, opened) if sought.inside else ({}, 0, 0)
    )
    if sought.inside:
        newest = [e for e in newest if e.id in hits]
    told = [_total(newest, say)] if newest else [el("p", say("Nothing is stored here."))]
    if not newest and sought.anything:
        return page(wanted, say("Review"), *told)
    if closed:
        told.append(el("p", line(say("Not looked into, since they cannot be opened here: {count}.",
                                     count=closed)), class_="bad"))  # fmt: skip
    if left:
        told.append(el("p", line(say("Older ones not looked into yet: {count}. Narrow the time to"
                                     " see them.", count=left)), class_="bad"))  # fmt: skip
    if len(newest) > _MOST_ROWS:
        told.append(el("p", line(say("Shown: the newest {count}. Narrow the time to see others.",
                                     count=_MOST_ROWS))))  # fmt: skip
    days: dict[str, list[Html]] = {}
    for episode in newest[:_MOST_ROWS]:
        days.setdefault(_day(episode, say), []).append(_row(episode, hits.get(episode.id), say))
    heads = tuple(map(say, _HEADS))
    return page(
        wanted, say("Review"), _search(wanted), *told,
        *[table(day, heads, rows) for day, rows in days.items()],
        el("p", el("a", say("Take all of it with you (ZIP)"), href="/export")),
    )  # fmt: skip


def _total(shown: Sequence[StoredEpisode], say: Speech) -> Html:
    total = size(sum(episode.bytes for episode in shown))
    told = say("Episodes: {count}, {size}. They stay on this machine until their wait is over;"
               " until then you can take back any of it.",
               count=len(shown), size=total)  # fmt: skip
    return el("p", line(told))


def _look_inside(
    stored: Sequence[StoredEpisode], sought: Sought, clock: Clock,
    opened: Callable[[StoredEpisode], Episode],
) -> tuple[dict[str, list[tuple[int, str]]], int, int]:  # fmt: skip
    """Return what was found in which episode, how many are closed, and how many are left."""
    found: dict[str, list[tuple[int, str]]] = {}
    closed, began = 0, clock.mono()
    for number, episode in enumerate(stored):
        if clock.mono() - began > PATIENCE:
            return found, closed, len(stored) - number
        try:
            hits = islice(moments(opened(episode).events(), sought), _MOST_HITS)
            told = [(int(hit.t), hit.site or hit.app) for hit in hits]
        except EpisodeError:
            closed += 1
            continue
        if told:
            found[episode.id] = told
    return found, closed, 0


def _sought(wanted: Wanted) -> Sought:
    fields = wanted.fields
    return Sought(
        fields.get("app", "").strip(), fields.get("site", "").strip(),
        _time(fields.get("since", "")), _time(fields.get("until", "")),
    )  # fmt: skip


def _time(text: str) -> WallNanos | None:
    """Return what a field for date and time holds, in this machine's own time."""
    if not text:
        return None
    try:
        return WallNanos(round(datetime.fromisoformat(text).astimezone().timestamp()) * SECOND)
    except (ValueError, OverflowError, OSError) as error:
        raise ControlError(message("That is no date and time.")) from error


def _search(wanted: Wanted) -> Html:
    say = wanted.say
    fields = [
        (say("App"), "app", "text"), (say("Site"), "site", "text"),
        (say("From"), "since", "datetime-local"), (say("To"), "until", "datetime-local"),
    ]  # fmt: skip
    inputs = [
        el("div", el("label", words, for_=name),
           el("input", type=kind, name=name, id=name, value=wanted.fields.get(name, "")))
        for words, name, kind in fields
    ]  # fmt: skip
    find = el("button", say("Find"), type="submit", class_="small")
    return el("form", *inputs, find, method="get", action="/review", class_="row", role="search")


def _row(episode: StoredEpisode, hits: list[tuple[int, str]] | None, say: Speech) -> Html:
    when = say("unknown") if episode.started is None else time_of_day(episode.started)
    state = say(STATES[episode.state])
    if episode.hold and episode.hold.kept:
        state = say("{state}, kept", state=state)
    where: Child = ", ".join(episode.apps)
    if hits:
        where = group([
            el("div", el("a", moment(at).partition(".")[0], href=from_(episode, at)),
               f" {inert(name, 60)}")
            for at, name in hits
        ])  # fmt: skip
    return el(
        "tr",
        el("td", el("a", when, href=f"/review/{episode.id}"), class_="at"),
        el("td", moment(episode.length).partition(".")[0], class_="whole"),
        el("td", where),
        el("td", size(episode.bytes), class_="whole"),
        el("td", line(state)),
    )


def from_(found: StoredEpisode, at: int) -> str:
    """Return the address of an episode from a moment on; its picture is the one of then."""
    return f"/review/{found.id}?from={at / SECOND:.6f}"


def _day(episode: StoredEpisode, say: Speech) -> str:
    if episode.started is None:
        return say("Some day")
    return f"{datetime.fromtimestamp(episode.started / SECOND, tz=UTC).astimezone():%Y-%m-%d}"
