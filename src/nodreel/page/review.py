"""Review: days, episodes, and what is in them; cut, delete, keep, release early."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nodreel.clock import time_of_day
from nodreel.consent import Ledger, read_grant
from nodreel.episode import open_episode
from nodreel.episode.ids import is_id
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
from nodreel.language.speech import message
from nodreel.page.look import button, line, page, token
from nodreel.page.markup import el
from nodreel.page.png import png
from nodreel.page.reply import Reply
from nodreel.page.shelf import STATES, list_page
from nodreel.page.timeline import JUST_AFTER, leaves, timeline
from nodreel.review.words import moment, size
from nodreel.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.episode import Episode
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths
    from nodreel.store import StoredEpisode

_HELD: Final = Nanos(60 * SECOND)  # for how long the review key is not asked for again
_SMALL: Final = 960  # pixels across of a picture inside a page
_CLOSED: Final = message(
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
        self._held: tuple[Nanos, str | None] | None = None
        self._store = Store(paths, clock)

    def get(self, wanted: Wanted) -> Reply:
        """Show the list, an episode, or a picture of one moment."""
        if len(wanted.parts) == 1:
            self._store.offer_review()
            stored = self._store.episodes()
            return Reply(list_page(wanted, stored, self._clock, self._open))
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

    def _episode(self, found: StoredEpisode, wanted: Wanted) -> bytes:
        say = wanted.say
        since = (
            Nanos(round(wanted.number("from") * SECOND)) if "from" in wanted.fields else Nanos(0)
        )
        when = say("unknown") if found.started is None else time_of_day(found.started)
        head = say("Episode of {time}", time=when)
        about = el("p", line(say(
            "How long: {length}. Size: {size}, segments: {count}. State: {state}.",
            length=moment(found.length).partition(".")[0], size=size(found.bytes),
            count=found.segments, state=say(STATES[found.state]),
        )))  # fmt: skip
        deeds = self._deeds(found, wanted)
        leaving = leaves(self._paths, found, say)
        try:
            lines = timeline(self._paths, self._open(found), found, since, say)
        except KeyMismatchError:
            closed = el("p", say(_CLOSED), class_="card")
            return page(wanted, head, about, closed, deeds, leaving)
        return page(wanted, head, about, deeds, leaving, *lines)

    @staticmethod
    def _deeds(found: StoredEpisode, wanted: Wanted) -> Html:
        where, say, form = f"/review/{found.id}", wanted.say, wanted.form
        if found.state == "recording":
            return el("p", say("It is still being recorded; pause, and you can change it."))
        seconds = f"{found.length / SECOND:.3f}"
        cut = el(
            "form", token(form),
            *[el("div", el("label", words, for_=name),
                 el("input", type="number", name=name, id=name, value=value, min="0", step="0.001"))
              for name, words, value in (("first", say("From second"), "0"),
                                         ("last", say("to second"), seconds))],
            el("button", say("Cut this out"), type="submit"), method="post",
            action=f"{where}/cut", class_="row",
        )  # fmt: skip
        kept = bool(found.hold and found.hold.kept)
        words = say("Let it go on by itself") if kept else say("Keep it here")
        keep = button(f"{where}/keep", words, form, kept="no" if kept else "yes")
        waits = [keep, button(f"{where}/release", say("Release it now"), form)]
        return el(
            "section", el("h2", say("Take back, or let go")),
            el("p", say("Cutting takes whole segments of a few seconds, rather more than less. What"
                        " is deleted cannot be brought back by anybody.")),
            cut,
            el("div", button(f"{where}/delete", say("Delete all of it"), form),
               *(waits if found.state == "held" else ()), class_="row"),
        )  # fmt: skip

    def _frame(self, found: StoredEpisode, wanted: Wanted) -> Reply:
        at = Nanos(round(wanted.number("t") * SECOND))
        picture = self._open(found).frame_at(at + JUST_AFTER)
        if picture is None:
            raise EpisodeError("There is no picture before that moment.")
        return Reply(png(picture, _SMALL if "small" in wanted.fields else None), "image/png")

    # -- parts

    def _stored(self, name: str) -> StoredEpisode:
        found = next((e for e in self._store.episodes() if e.id == name), None)
        if found is None or not is_id(name):
            raise ControlError("There is no such episode here.", advice="Go back to Review.")
        return found

    def _open(self, found: StoredEpisode) -> Episode:
        """Open an episode with the review key, which is held for a minute; KeyMismatchError."""
        now = self._clock.mono()
        if self._held is None or now - self._held[0] > _HELD:
            self._held = now, self._key()
        key = self._held[1]
        if key is None:
            raise KeyMismatchError("There is no review key.")
        return open_episode(self._paths.episodes / found.id, key)

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
