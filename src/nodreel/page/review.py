"""Review: days, episodes, and what is in them; cut, delete, keep, release early."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from nodreel.clock import time_of_day
from nodreel.consent import Ledger, read_grant
from nodreel.episode import open_episode
from nodreel.episode.ids import is_id
from nodreel.episode.journal import LOCAL
from nodreel.errors import (
    ControlError,
    EpisodeError,
    KeyMismatchError,
    LedgerError,
    NoConsentError,
    StoreError,
)
from nodreel.events import SECOND, Nanos
from nodreel.host.keyring import review_key
from nodreel.page.look import button, page, table, token
from nodreel.page.markup import el, group
from nodreel.page.png import png
from nodreel.page.reply import Reply
from nodreel.review.told import told
from nodreel.review.words import moment, size
from nodreel.store import Store
from nodreel.store.hold import HOLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.episode import Episode
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths
    from nodreel.store import StoredEpisode

MOST_LINES: Final = 100
"""Lines of an episode on one page."""
_HELD: Final = Nanos(60 * SECOND)  # for how long the review key is not asked for again
_JUST_AFTER: Final = Nanos(SECOND // 1000)
_STATES: Final = {
    "recording": "being recorded", "held": "waits here", "released": "may leave",
}  # fmt: skip
_CLOSED: Final = (
    "What is in it cannot be opened here: it is sealed to the research key alone, or your review"
    " key is gone. You can still see when it was and how large it is, and delete it."
)


class Review:
    """The pages on what is stored. Looking at the list counts as an offered review."""

    def __init__(
        self, paths: Paths, clock: Clock, key: Callable[[], str | None] = review_key
    ) -> None:
        self._paths, self._clock = paths, clock
        self._key = key
        self._held: tuple[Nanos, str] | None = None
        self._store = Store(paths, clock)

    def get(self, wanted: Wanted) -> Reply:
        """Show the list, an episode, or a picture of one moment."""
        if len(wanted.parts) == 1:
            return Reply(self._list(wanted))
        found = self._stored(wanted.parts[1])
        if wanted.parts[2:] == ("frame",):
            return self._frame(found, wanted)
        return Reply(self._episode(found, wanted))

    def post(self, wanted: Wanted) -> Reply:
        """Do what was decided about one episode."""
        _, name, deed = wanted.parts if len(wanted.parts) == 3 else ("", "", "")  # noqa: PLR2004
        found = self._stored(name)
        match deed:
            case "cut":
                self._cut(found, wanted)
                there = any(episode.id == name for episode in self._store.episodes())
                return Reply(go=f"/review/{name}" if there else "/review")
            case "delete":
                self._note(self._store.delete_episode(name, self._sign()).segments)
                return Reply(go="/review")
            case "release":
                self._store.release_early(name)
            case "keep":
                self._store.keep(name, kept=wanted.fields.get("kept") == "yes")
            case _:
                raise ControlError("There is no such thing to do with an episode.")
        return Reply(go=f"/review/{name}")

    # -- pages

    def _list(self, wanted: Wanted) -> bytes:
        self._store.offer_review()
        episodes = [e for e in self._store.episodes() if _fits(e, wanted.fields.get("app", ""))]
        if not episodes:
            return page("Review", self._search(wanted), el("p", "Nothing is stored here."))
        days: dict[str, list[Html]] = {}
        for episode in reversed(episodes):
            days.setdefault(_day(episode), []).append(self._row(episode))
        total = size(sum(episode.bytes for episode in episodes))
        return page(
            "Review", el("p", f"Episodes: {len(episodes)}, {total}. They stay on this machine until"
                         " their wait is over; until then you can take back any of it."),
            self._search(wanted),
            *[table(day, ("When", "How long", "Programs and sites", "Size", "State"), rows)
              for day, rows in days.items()],
            el("p", el("a", "Take all of it with you (ZIP)", href="/export")),
        )  # fmt: skip

    @staticmethod
    def _search(wanted: Wanted) -> Html:
        field = el("input", type="text", name="app", id="app", value=wanted.fields.get("app", ""))
        label = el("label", "Only this program or site ", for_="app")
        find = el("button", "Find", type="submit", class_="small")
        return el("form", label, field, find, method="get", action="/review", class_="row")

    @staticmethod
    def _row(episode: StoredEpisode) -> Html:
        when = "unknown" if episode.started is None else time_of_day(episode.started)
        kept = ", kept" if episode.hold and episode.hold.kept else ""
        return el(
            "tr",
            el("td", el("a", when, href=f"/review/{episode.id}"), class_="at"),
            el("td", moment(episode.length).partition(".")[0]),
            el("td", ", ".join(episode.apps)),
            el("td", size(episode.bytes)),
            el("td", _STATES[episode.state] + kept),
        )

    def _episode(self, found: StoredEpisode, wanted: Wanted) -> bytes:
        since = Nanos(round(float(wanted.fields.get("from", "0") or 0) * SECOND))
        when = "?" if found.started is None else time_of_day(found.started)
        head = f"Episode of {when}"
        about = el("p", f"{moment(found.length).partition('.')[0]} long, {size(found.bytes)} in"
                   f" {found.segments} segments; {_STATES[found.state]}.")  # fmt: skip
        deeds = self._deeds(found, wanted.form)
        try:
            episode = self._open(found)
            lines = self._lines(episode, found, since)
        except KeyMismatchError:
            return page(head, about, el("p", _CLOSED, class_="card"), deeds, self._leaves(found))
        return page(head, about, deeds, self._leaves(found), *lines)

    def _lines(self, episode: Episode, found: StoredEpisode, since: Nanos) -> list[Html]:
        later = (line for line in told(episode.events()) if line[0] >= since)
        lines = list(islice(later, MOST_LINES + 1))
        rows = [
            el("tr", el("td", el("a", moment(at), href=_from(found, at)), class_="at"),
               el("td", text))
            for at, text, _ in lines[:MOST_LINES]
        ]  # fmt: skip
        damage = [el("li", str(error)) for error in episode.damage]
        more = lines[MOST_LINES:]
        parts: list[Html] = []
        if episode.frame_at(since + _JUST_AFTER) is not None:
            where = f"/review/{found.id}/frame?t={since / SECOND:.6f}"
            parts.append(el("p", el("img", src=where, class_="frame",
                                    alt=f"The screen as it was at {moment(since)}")))  # fmt: skip
        parts.append(table("What was kept", ("At", "What"), rows))
        if more:
            parts.append(el("p", el("a", "Further on", href=_from(found, more[0][0]))))
        if damage:
            parts.append(group([el("h2", "Damaged"), el("ul", *damage)]))
        return parts

    def _deeds(self, found: StoredEpisode, form: str) -> Html:
        where = f"/review/{found.id}"
        if found.state == "recording":
            return el("p", "It is still being recorded; pause, and you can change it.")
        seconds = f"{found.length / SECOND:.3f}"
        cut = el(
            "form", token(form),
            *[part for name, words, value in (("first", "From second", "0"),
                                              ("last", "to second", seconds))
              for part in (el("label", f"{words} ", for_=name),
                           el("input", type="number", name=name, id=name, value=value, min="0",
                              step="0.001"))],
            el("button", "Cut this out", type="submit"), method="post", action=f"{where}/cut",
            class_="row",
        )  # fmt: skip
        kept = bool(found.hold and found.hold.kept)
        keep = button(f"{where}/keep", "Let it go on by itself" if kept else "Keep it here", form,
                      kept="no" if kept else "yes")  # fmt: skip
        waits = [keep, button(f"{where}/release", "Release it now", form)]
        return el(
            "section", el("h2", "Take back, or let go"),
            el("p", "Cutting takes whole segments of a few seconds, rather more than less. What is"
               " deleted cannot be brought back by anybody."),
            cut,
            el("div", button(f"{where}/delete", "Delete all of it", form),
               *(waits if found.state == "held" else ()), class_="row"),
        )  # fmt: skip

    def _leaves(self, found: StoredEpisode) -> Html:
        """Say what exactly would leave the machine: sealed segments and the signed headers."""
        files = [
            (path.name, path.stat().st_size)
            for path in sorted((self._paths.episodes / found.id).glob("*"))
            if path.name not in {LOCAL, HOLD} and not path.name.startswith(".")
        ]
        total = size(sum(length for _, length in files))
        return el(
            "details",
            el("summary", f"What would leave this machine: {len(files)} files, {total}"),
            el("p", "Each segment is sealed. The headers beside them say how long, how large and"
               " which programs, no time of day and no name. Nothing leaves in this version."),
            el("ul", *[el("li", f"{name}, {size(length)}") for name, length in files]),
        )  # fmt: skip

    def _frame(self, found: StoredEpisode, wanted: Wanted) -> Reply:
        at = Nanos(round(wanted.number("t") * SECOND))
        picture = self._open(found).frame_at(at + _JUST_AFTER)
        if picture is None:
            raise EpisodeError("There is no picture before that moment.")
        return Reply(png(picture), "image/png")

    # -- parts

    def _stored(self, name: str) -> StoredEpisode:
        found = next((e for e in self._store.episodes() if e.id == name), None)
        if found is None or not is_id(name):
            raise ControlError("There is no such episode here.", advice="Go back to Review.")
        return found

    def _open(self, found: StoredEpisode) -> Episode:
        now = self._clock.mono()
        if self._held is None or now - self._held[0] > _HELD:
            key = self._key()
            if key is None:
                raise KeyMismatchError("There is no review key.")
            self._held = now, key
        return open_episode(self._paths.episodes / found.id, self._held[1])

    def _cut(self, found: StoredEpisode, wanted: Wanted) -> None:
        first, last = (Nanos(round(wanted.number(name) * SECOND)) for name in ("first", "last"))
        if last < first:
            raise ControlError("The end lies before the beginning.", advice="Turn them round.")
        self._note(self._store.cut(found.id, first, last, self._sign()).segments)

    def _sign(self) -> Callable[[bytes], bytes] | None:
        with suppress(NoConsentError, StoreError):
            return read_grant(self._paths, self._clock).sign
        return None

    def _note(self, segments: int) -> None:
        """Note it; a log that cannot be written stops no deletion."""
        with suppress(StoreError, LedgerError):
            Ledger(self._paths.audit, self._clock).append(
                "person", "deleted", {"segments": segments}
            )


def _from(found: StoredEpisode, at: int) -> str:
    """Return the address of an episode from a moment on; its picture is the one of then."""
    return f"/review/{found.id}?from={at / SECOND:.6f}"


def _fits(episode: StoredEpisode, app: str) -> bool:
    return not app or any(app.casefold() in name.casefold() for name in episode.apps)


def _day(episode: StoredEpisode) -> str:
    if episode.started is None:
        return "Some day"
    return f"{datetime.fromtimestamp(episode.started / SECOND, tz=UTC).astimezone():%Y-%m-%d}"
