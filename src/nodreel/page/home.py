"""How things are now, what is recorded at most, why, and the ways to take it back."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from nodreel.agent import pausing
from nodreel.agent.coverage import read_spans
from nodreel.agent.launch import asked, switched_on
from nodreel.agent.moments import around
from nodreel.clock import WallNanos, time_of_day
from nodreel.consent import build_terms, deadline, read_grant, withdraw
from nodreel.consent.kinds import kind_name
from nodreel.consent.switches import read_switches
from nodreel.errors import (
    GrantError,
    NoConsentError,
    NodreelError,
    NotRunningError,
    StoreError,
)
from nodreel.events import SECOND
from nodreel.ipc.client import call
from nodreel.ipc.wire import Delete, Stop, Withdraw
from nodreel.language.speech import message
from nodreel.page.look import button, in_full, line, page, sections, table
from nodreel.page.markup import el, group
from nodreel.page.reply import Reply
from nodreel.policy import load_policy
from nodreel.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.consent import Grant
    from nodreel.ipc.wire import Status
    from nodreel.language import Speech
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths

Stored = Literal["delete", "keep", "later"]
_PATIENCE_S: Final = 10.0
_LOOK_BACK: Final = 4 * 3600 * SECOND
_MOST: Final = 60  # stretches shown
_STATES: Final = {
    "recording": message("Recording"),
    "waiting": message("Not recording: nothing designated is in front"),
    "paused": message("Paused"),
    "blocked": message("Not recording"),
    "stopping": message("Stopping"),
}
_NO_YES: Final = message("Nothing is recorded without your yes.")
_STORED: Final[tuple[Stored, ...]] = ("delete", "keep", "later")


class Home:
    """The first page and those that belong to it."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock

    def now(self, wanted: Wanted) -> Reply:
        """Show how things are, and what can be done about it."""
        say = wanted.say
        done = asked(self._paths)
        status = done.status if done else None
        parts: list[Html | None] = [_state(status, say), self._agreed(say)]
        if self._may_record():
            parts.append(_switches(None if self._is_stopped() else status, wanted))
            forget = button("/delete", say("Delete the last 5 minutes"), wanted.form, minutes="5")
            test = el("a", say("Test recording"), class_="button", href="/trial")
            parts.append(el("div", forget, test, class_="row"))
            parts.append(group([
                el("h2", say("Withdraw")),
                el("p", say("Takes your consent back at once. You are then asked what becomes of"
                            " what is stored.")),
                button("/withdraw", say("Withdraw my consent"), wanted.form),
            ]))  # fmt: skip
        else:
            words = say("Read the terms and decide")
            on = el("a", words, class_="button", href="/consent")
            parts.append(el("div", on, class_="row"))
        parts.append(self._undecided(wanted))
        return Reply(page(wanted, say("Is anything recorded?"), *parts))

    def recorded(self, wanted: Wanted) -> Reply:
        """Show what may be recorded at most: the terms of the policy in force."""
        say = wanted.say
        terms = build_terms(load_policy(self._paths).policy, say)
        told = []
        with suppress(NoConsentError, StoreError):
            kinds = self._kinds(read_grant(self._paths, self._clock), say)
            told = [el("p", line(say("You said yes to: {kinds}.", kinds=kinds)), class_="good")]
        return Reply(page(
            wanted, say("What is recorded at most"), *told, sections(terms.parts),
            in_full(say("More"), terms.parts),
        ))  # fmt: skip

    def explain(self, wanted: Wanted) -> Reply:
        """Say why this moment is recorded or not, and the hours before it."""
        say = wanted.say
        done = asked(self._paths)
        status = done.status if done else None
        locks = status.interlocks if status else ()
        rows = [
            el("tr", el("td", say("yes") if lock.closed else say("no"),
                        class_="good" if lock.closed else "bad"),
               el("td", say(lock.sentence))) for lock in locks
        ]  # fmt: skip
        now = self._clock.wall()
        spans = list(read_spans(self._paths.coverage))
        stretches = around(spans, WallNanos(now - _LOOK_BACK), now)[-_MOST:]
        past = [
            el("tr", el("td", f"{time_of_day(s.start)} to {time_of_day(s.end)}", class_="at"),
               el("td", say(s.sentence))) for s in reversed(stretches)
        ]  # fmt: skip
        known = el("p", say("Nothing is known of the last four hours."))
        heads = say("Holds"), say("Condition")
        hours = say("From, to"), say("What held")
        return Reply(page(
            wanted, say("Why this moment is recorded or not"), _state(status, say),
            table(say("All of these have to hold"), heads, rows) if rows else None,
            table(say("The last four hours"), hours, past) if past else known,
            el("p", say("This stays on your machine; no recording holds a time of day."),
               class_="faint"),
        ))  # fmt: skip

    # -- forms

    def pause(self, wanted: Wanted) -> Reply:
        """Pause for some minutes, or until resumed."""
        minutes = wanted.fields.get("minutes")
        pausing.pause(self._paths, self._clock, int(minutes) if minutes else None)
        return Reply(go="/")

    def resume(self, wanted: Wanted) -> Reply:
        """Lift the person's own pause."""
        del wanted
        pausing.resume(self._paths)
        return Reply(go="/")

    def stop(self, wanted: Wanted) -> Reply:
        """Quit the agent; it stays so until it is started."""
        del wanted
        call(self._paths, Stop(), _PATIENCE_S)
        return Reply(go="/")

    def start(self, wanted: Wanted) -> Reply:
        """Start the agent, if there is a yes."""
        del wanted
        read_grant(self._paths, self._clock)
        if asked(self._paths) is None or self._is_stopped():
            switched_on(self._paths, self._clock)
        return Reply(go="/")

    def delete(self, wanted: Wanted) -> Reply:
        """Delete the last minutes for good, by the agent where there is one: it may be writing."""
        seconds = max(1, round(wanted.number("minutes") * 60))
        try:
            told = call(self._paths, Delete(last_seconds=seconds), _PATIENCE_S).text
        except NotRunningError:
            now = self._clock.wall()
            since = WallNanos(now - seconds * SECOND)
            told = str(Store(self._paths, self._clock).delete_range(since, now, self._sign()))
        say = wanted.say
        return Reply(page(wanted, say("Deleted"), el("p", say(told), role="status")))

    def _sign(self) -> Callable[[bytes], bytes] | None:
        with suppress(NoConsentError, StoreError):
            return read_grant(self._paths, self._clock).sign
        return None

    def withdraw(self, wanted: Wanted) -> Reply:
        """Take the consent back first, then ask (or do) what becomes of what is stored."""
        said = wanted.fields.get("stored", "later")
        stored = next((word for word in _STORED if word == said), _STORED[-1])

        def tell() -> None:
            try:
                call(self._paths, Withdraw(stored=stored), _PATIENCE_S)
            except NodreelError:
                return  # not there, or busy: it looks at the grant itself, and that goes now

        def dispose(what: str) -> None:
            if what == "delete":
                Store(self._paths, self._clock).delete_all()

        withdraw(self._paths, self._clock, stored=stored, discard=tell, dispose=dispose)
        return Reply(go="/")

    # -- parts

    def _is_stopped(self) -> bool:
        return read_switches(self._paths.state).stopped

    def _may_record(self) -> bool:
        try:
            read_grant(self._paths, self._clock)
        except NoConsentError:
            return False
        except StoreError:  # a full disk, say: what takes a yes back is offered all the same
            return True
        return True

    @staticmethod
    def _kinds(grant: Grant, say: Speech) -> str:
        return ", ".join(kind_name(kind, say) for kind in sorted(grant.kinds))

    def _agreed(self, say: Speech) -> Html:
        try:
            grant = read_grant(self._paths, self._clock)
        except GrantError as error:
            return el("p", say(str(error)), " ", say(_NO_YES))
        except NoConsentError:
            return el("p", say(_NO_YES))
        except StoreError as error:
            return el("p", say(str(error)), " ", say(error.advice))
        kinds, until = self._kinds(grant, say), time_of_day(grant.expires)
        told = say("You agreed to {kinds}, until {time}.", kinds=kinds, time=until)
        return el("p", line(told), class_="faint")

    def _undecided(self, wanted: Wanted) -> Html | None:
        """Ask what becomes of what is stored, where that was left open."""
        due, say, form = deadline(self._paths), wanted.say, wanted.form
        if due is None:
            return None
        told = say("Nothing is recorded any more. What is stored is deleted at {time}, unless you"
                   " decide otherwise.", time=time_of_day(due))  # fmt: skip
        return el(
            "section",
            el("h2", say("You have withdrawn")),
            el("p", line(told)),
            el("div", button("/withdraw", say("Delete it now"), form, stored="delete"),
               button("/withdraw", say("Keep it"), form, stored="keep"), class_="row"),
            class_="card",
        )  # fmt: skip


def _state(status: Status | None, say: Speech) -> Html:
    if status is None:
        return el("p", say("nodreel is not running, so nothing is recorded."), class_="card")
    head = el("strong", say(_STATES[status.state]), class_="bad" if status.recording else "good")
    parts = [el("p", head), el("p", say(status.sentence))]
    if status.last_written_s is not None:
        seconds = f"{status.last_written_s:.0f}"
        parts.append(el("p", line(say("Last saved {seconds} s ago.", seconds=seconds))))
    return el("div", *parts, class_="card")


def _switches(status: Status | None, wanted: Wanted) -> Html:
    say, form = wanted.say, wanted.form
    stop = button("/stop", say("Quit (stays quit)"), form)
    if status is None:
        return el("div", button("/start", say("Start"), form), class_="row")
    if status.state == "paused":
        return el("div", button("/resume", say("Resume"), form), stop, class_="row")
    return el(
        "div",
        button("/pause", say("Pause 15 minutes"), form, minutes="15"),
        button("/pause", say("Pause 1 hour"), form, minutes="60"),
        button("/pause", say("Pause until I resume"), form),
        stop,
        class_="row",
    )
