"""The test recording: ten seconds under the yes, for the person to look at and to delete."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from nodreel.agent.aside import LENGTH, forget
from nodreel.agent.launch import PATIENCE_S, asked, launched
from nodreel.consent import read_grant
from nodreel.consent.switches import NOT_STARTED, Switches, read_switches
from nodreel.episode import open_episode
from nodreel.errors import ControlError, EpisodeError, NodreelError
from nodreel.events import SECOND, Nanos
from nodreel.host import claim
from nodreel.host.instance import holder
from nodreel.language.speech import message
from nodreel.page.course import ENDS_S, Course
from nodreel.page.look import button, items, line, page
from nodreel.page.markup import el, raw
from nodreel.page.outcome import outcome
from nodreel.page.png import png
from nodreel.page.reply import Reply
from nodreel.page.timeline import JUST_AFTER
from nodreel.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.clock import Clock
    from nodreel.episode import Episode
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths

log = logging.getLogger(__name__)

SECONDS: Final = LENGTH // SECOND
ASK_S: Final = 1.0
"""While no second comes, the agent is asked so often why."""
_STEP_S: Final = 0.1
_SMALL: Final = 640  # pixels across of a picture
_SPOT: Final = "here-it-goes-on"
_WHAT: Final = message(
    "For ten seconds nodreel records what you agreed to, and you see all that it kept. Nobody else"
    " can open it. Then you delete it."
)
_OFF: Final = message("You have paused or stopped nodreel. That holds for a test, too.")
_ON: Final = message("Resume or start it first.")
_BUSY: Final = message("nodreel does not end, so there can be no test.")
_GONE: Final = message("There is no test recording to look at.")


class Trial:
    """At most one at a time; ``forget`` it when nobody looks any more."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock
        self._lock = threading.RLock()  # for beginning and forgetting
        self._course: Course | None = None
        self._after: threading.Thread | None = None  # starts again what ran before the last one

    def get(self, wanted: Wanted) -> Reply:
        """Show how it goes on, what came of it, or a picture of it."""
        course = self._course
        if wanted.parts[1:] == ("frame",):
            return self._frame(wanted, course)
        if course is None:
            return Reply(self._ask(wanted))
        if not course.over:
            return Reply(stream=self._going_on(wanted, course))
        try:
            episode = self._episode(course)
            shown = outcome(wanted, episode, read_grant(self._paths, self._clock).kinds)
        except EpisodeError:
            return Reply(self._nothing(wanted, course.why))
        return Reply(shown)

    def post(self, wanted: Wanted) -> Reply:
        """Begin a test recording, end it early, or delete it."""
        match wanted.parts[1:]:
            case ("end",):
                course = self._course
                if course is not None:
                    course.end()
                return Reply(go="/trial")
            case ("delete",):
                self.forget()
                return Reply(self._deleted(wanted))
            case _:
                self._begin()
                return Reply(go="/trial")

    def forget(self) -> None:
        """End it if it goes on, throw its key away and delete what it wrote."""
        with self._lock:
            course, self._course = self._course, None
            if course is not None:
                course.end()
                course.key = ""
            forget(self._paths)

    def close(self) -> None:
        """Forget it, and return when what ran before it runs again."""
        self.forget()
        self._wait_for_others()

    # -- its course

    def _begin(self) -> None:
        """Start it under the yes there is; raises NoConsentError, ControlError."""
        if not self._goes_on:
            self._wait_for_others()
        with self._lock:
            if self._goes_on:
                return
            read_grant(self._paths, self._clock)
            switches = read_switches(self._paths.state)
            off = switches.stopped or switches.paused(self._clock.wall())
            if off and switches != NOT_STARTED:  # right after the first yes nobody has stopped it
                raise ControlError(_OFF, advice=_ON)
            self.forget()
            again = partial(self._start_again, switches, there=self._stop_ours())
            try:
                read_grant(self._paths, self._clock)  # that may have taken a while
                self._course = Course(again)
            except NodreelError:
                again()
                raise
            self._after = self._course.after

    @property
    def _goes_on(self) -> bool:
        course = self._course
        return course is not None and not course.over

    def _wait_for_others(self) -> None:
        """Wait until what ran before the last one runs again, if it is to."""
        if self._after is not None:
            self._after.join(ENDS_S + PATIENCE_S)

    def _stop_ours(self) -> bool:
        """End the agent that runs, there is one at a time; whether one did.

        Not by the person's own switch, which would outlive this.
        """
        done, pid = asked(self._paths), holder(self._paths.lock)
        if done is None:
            return False
        if pid is None or pid <= 0 or done.status is None or done.status.pid != pid:
            raise ControlError(_BUSY)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        for _ in range(round(ENDS_S / _STEP_S)):
            free = claim(self._paths.lock)
            if free is not None:
                free.release()
                return True
            time.sleep(_STEP_S)
        raise ControlError(_BUSY)

    def _start_again(self, before: Switches, *, there: bool) -> None:
        """Start what ran before, to idle too; and what the person started or did not stop since."""
        now = read_switches(self._paths.state)
        started = before.stopped and not now.stopped
        if not started and (not there or (now.stopped and now != before)):
            return
        try:
            launched(self._paths)
        except NodreelError as error:
            log.warning("after a test: %s", error)

    # -- pages

    @staticmethod
    def _ask(wanted: Wanted) -> bytes:
        say = wanted.say
        told = say(_WHAT)
        return page(
            wanted, say("Test recording"), el("p", told),
            el("div", button("/trial", say("Record 10 seconds"), wanted.form),
               el("a", say("Not now"), class_="button", href="/"), class_="row"),
        )  # fmt: skip

    def _going_on(self, wanted: Wanted, course: Course) -> Iterator[bytes]:
        """Yield a page that grows while it goes on, and leads on when it has ended."""
        say, apps = wanted.say, load_policy(self._paths).policy.apps
        whole = page(
            wanted, say("Test recording"),
            el("p", say("Bring one of these to the front and do something there:")),
            items([app.name for app in apps]),
            button("/trial/end", say("End it now"), wanted.form),
            el("div", _SPOT, role="log"), ways=False,
        )  # fmt: skip
        before, _, after = whole.partition(_SPOT.encode())
        yield before
        shown, told, last = 0, "", ""
        while course.wait(shown, ASK_S):
            known, sentence = course.seconds, ""
            for second in range(shown + 1, known + 1):
                yield raw(el("p", line(say("Recorded: {second} of {count} seconds.",
                                           second=second, count=SECONDS))))  # fmt: skip
            if known == shown:
                sentence = self._sentence(course)
            if sentence and sentence == last and sentence != told:  # not each step of starting
                yield raw(el("p", say(sentence), class_="faint"))
                told = sentence
            shown, last = known, sentence
        on = el("p", el("a", say("See what was kept"), href="/trial"))
        yield raw(on) + raw(el("meta", http_equiv="refresh", content="0; url=/trial")) + after

    def _sentence(self, course: Course) -> str:
        """Return why nothing is recorded just now, '' while it is."""
        with suppress(NodreelError):
            done = asked(self._paths)
            if done is not None and done.status is not None and not done.status.recording:
                course.why = done.status.sentence
                return course.why
        return ""

    @staticmethod
    def _nothing(wanted: Wanted, why: str) -> bytes:
        say = wanted.say
        return page(
            wanted, say("Nothing was recorded"),
            el("p", say(why), class_="bad") if why else None,
            el("p", say("Nothing of these programs was in front, or something was in the way.")),
            el("div", button("/trial", say("Try again"), wanted.form),
               el("a", say("Not now"), class_="button", href="/"), class_="row"),
        )  # fmt: skip

    def _deleted(self, wanted: Wanted) -> bytes:
        say = wanted.say
        on: Html = el("a", say("Go on"), class_="button", href="/")
        if asked(self._paths) is None or read_switches(self._paths.state).stopped:
            on = button("/start", say("Start now"), wanted.form)
        told = say("The test recording is deleted, and the key to it is gone.")
        return page(wanted, say("Deleted"), el("p", told, role="status"),
                    el("div", on, class_="row"))  # fmt: skip

    def _episode(self, course: Course | None) -> Episode:
        if course is None or not course.key:
            raise EpisodeError(_GONE)
        return open_episode(self._paths.trial, course.key)

    def _frame(self, wanted: Wanted, course: Course | None) -> Reply:
        at = Nanos(round(wanted.number("t") * SECOND))
        picture = self._episode(course).frame_at(at + JUST_AFTER)
        if picture is None:
            raise EpisodeError(_GONE)
        return Reply(png(picture, _SMALL, kept_only=True), "image/png")
