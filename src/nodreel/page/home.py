"""How things are now, what is recorded at most, why, and the ways to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.agent.coverage import read_spans
from nodreel.agent.launch import asked, launched, lift_stop
from nodreel.agent.moments import around
from nodreel.clock import WallNanos, time_of_day
from nodreel.consent import build_terms, deadline, read_grant, withdraw
from nodreel.errors import NoConsentError, NotRunningError
from nodreel.events import SECOND
from nodreel.ipc.client import call
from nodreel.ipc.wire import Pause, Resume, Stop, Withdraw
from nodreel.page.look import button, page, sections, table
from nodreel.page.markup import el, group
from nodreel.page.reply import Reply
from nodreel.policy import load_policy
from nodreel.store import Store

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.ipc.wire import Status
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths

_PATIENCE_S: Final = 10.0
_LOOK_BACK: Final = 4 * 3600 * SECOND
_MOST: Final = 60  # stretches shown
_STATES: Final = {
    "recording": "Recording",
    "waiting": "Not recording: nothing designated is in front",
    "paused": "Paused",
    "blocked": "Not recording",
    "stopping": "Stopping",
}
_STORED: Final = ("delete", "keep", "later")


class Home:
    """The first page and those that belong to it."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock

    def now(self, wanted: Wanted) -> Reply:
        """Show how things are, and what can be done about it."""
        done = asked(self._paths)
        status = done.status if done else None
        agreed = self._agreed()
        parts: list[Html | None] = [_state(status), agreed]
        if self._may_record():
            parts.append(_switches(status, wanted.form))
            parts.append(group([
                el("h2", "Withdraw"),
                el("p", "Takes your consent back at once. You are then asked what becomes of what"
                   " is stored."),
                button("/withdraw", "Withdraw my consent", wanted.form),
            ]))  # fmt: skip
        else:
            on = el(
                "a", "Read what would be recorded, and decide", class_="button", href="/consent"
            )
            parts.append(el("div", on, class_="row"))
        parts.append(self._undecided(wanted.form))
        return Reply(page("Is anything recorded?", *parts))

    def recorded(self, wanted: Wanted) -> Reply:
        """Show what may be recorded at most: the terms of the policy in force."""
        del wanted
        terms = build_terms(load_policy(self._paths).policy)
        told = []
        if self._may_record():
            kinds = sorted(read_grant(self._paths, self._clock).kinds)
            told = [el("p", f"You said yes to: {', '.join(kinds)}.", class_="good")]
        return Reply(page("What is recorded at most", *told, sections(terms.sections)))

    def explain(self, wanted: Wanted) -> Reply:
        """Say why this moment is recorded or not, and the hours before it."""
        del wanted
        done = asked(self._paths)
        status = done.status if done else None
        locks = status.interlocks if status else ()
        rows = [
            el("tr", el("td", "yes" if lock.closed else "no",
                        class_="good" if lock.closed else "bad"),
               el("td", lock.sentence)) for lock in locks
        ]  # fmt: skip
        now = self._clock.wall()
        spans = list(read_spans(self._paths.coverage))
        stretches = around(spans, WallNanos(now - _LOOK_BACK), now)[-_MOST:]
        past = [
            el("tr", el("td", f"{time_of_day(s.start)} to {time_of_day(s.end)}", class_="at"),
               el("td", s.sentence)) for s in reversed(stretches)
        ]  # fmt: skip
        known = el("p", "Nothing is known of the last four hours.")
        return Reply(page(
            "Why this moment is recorded or not", _state(status),
            table("All of these have to hold", ("Holds", "Condition"), rows) if rows else None,
            table("The last four hours", ("From, to", "What held"), past) if past else known,
            el("p", "This stays on your machine; no recording holds a time of day.",
               class_="faint"),
        ))  # fmt: skip

    # -- forms

    def pause(self, wanted: Wanted) -> Reply:
        """Pause for some minutes, or until resumed."""
        minutes = wanted.fields.get("minutes")
        call(self._paths, Pause(minutes=int(minutes) if minutes else None), _PATIENCE_S)
        return Reply(go="/")

    def resume(self, wanted: Wanted) -> Reply:
        """Lift the person's own pause."""
        del wanted
        call(self._paths, Resume(), _PATIENCE_S)
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
        if asked(self._paths) is None:
            lift_stop(self._paths, self._clock)
            launched(self._paths)
        return Reply(go="/")

    def withdraw(self, wanted: Wanted) -> Reply:
        """Take the consent back first, then ask (or do) what becomes of what is stored."""
        said = wanted.fields.get("stored", "later")
        stored = next(word for word in _STORED if word == said)

        def tell() -> None:
            try:
                call(self._paths, Withdraw(stored=stored), _PATIENCE_S)
            except NotRunningError:
                return

        def dispose(what: str) -> None:
            if what == "delete":
                Store(self._paths, self._clock).delete_all()

        withdraw(self._paths, self._clock, stored=stored, discard=tell, dispose=dispose)
        return Reply(go="/")

    # -- parts

    def _may_record(self) -> bool:
        try:
            read_grant(self._paths, self._clock)
        except NoConsentError:
            return False
        return True

    def _agreed(self) -> Html:
        try:
            grant = read_grant(self._paths, self._clock)
        except NoConsentError as error:
            return el("p", f"{error} Nothing is recorded without your yes.")
        kinds = ", ".join(sorted(grant.kinds))
        until = time_of_day(grant.expires)
        return el("p", f"You agreed to {kinds}, until {until}.", class_="faint")

    def _undecided(self, form: str) -> Html | None:
        """Ask what becomes of what is stored, where that was left open."""
        due = deadline(self._paths)
        if due is None:
            return None
        return el(
            "section",
            el("h2", "You have withdrawn"),
            el("p", "Nothing is recorded any more. What is stored is deleted at"
               f" {time_of_day(due)}, unless you decide otherwise."),
            el("div", button("/withdraw", "Delete it now", form, stored="delete"),
               button("/withdraw", "Keep it", form, stored="keep"), class_="row"),
            class_="card",
        )  # fmt: skip


def _state(status: Status | None) -> Html:
    if status is None:
        return el("p", "nodreel is not running, so nothing is recorded.", class_="card")
    head = el("strong", _STATES[status.state], class_="bad" if status.recording else "good")
    written = (
        "" if status.last_written_s is None else f"Last saved {status.last_written_s:.0f} s ago."
    )
    return el("div", el("p", head), el("p", status.sentence), el("p", written), class_="card")


def _switches(status: Status | None, form: str) -> Html:
    if status is None:
        return el("div", button("/start", "Start", form), class_="row")
    if status.state == "paused":
        resume = button("/resume", "Resume", form)
        return el("div", resume, button("/stop", "Quit (stays quit)", form), class_="row")
    return el(
        "div",
        button("/pause", "Pause 15 minutes", form, minutes="15"),
        button("/pause", "Pause 1 hour", form, minutes="60"),
        button("/pause", "Pause until I resume", form),
        button("/stop", "Quit (stays quit)", form),
        class_="row",
    )
