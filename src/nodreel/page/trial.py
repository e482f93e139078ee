"""The test recording: ten seconds under the yes, for the person to look at and to delete.

The key to it is made here, never leaves this process's memory and goes with it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pyrage

from nodreel.agent.aside import LENGTH, forget
from nodreel.agent.launch import asked, launched
from nodreel.consent import read_grant
from nodreel.consent.switches import NOT_STARTED, read_switches
from nodreel.episode import open_episode
from nodreel.errors import ControlError, EpisodeError, NodreelError
from nodreel.events import SECOND, Nanos
from nodreel.host import claim
from nodreel.host.instance import holder
from nodreel.language.speech import message
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
_ENDS_S: Final = 10.0  # for an agent that runs to write what it has
_STEP_S: Final = 0.1
_ENOUGH: Final = 4096  # bytes of what it says when it fails
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


def command(recipient: str) -> list[str]:
    """Return what holds a test recording that is sealed to this key."""
    return [sys.executable, "-P", "-m", "nodreel.agent.trial", recipient]


class Trial:
    """At most one at a time; ``forget`` it when nobody looks any more."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock
        self._lock = threading.Lock()
        self._key: pyrage.x25519.Identity | None = None
        self._running: subprocess.Popen[bytes] | None = None
        self._seconds = 0
        self._ended = threading.Event()
        self._why = ""  # the last reason why nothing was recorded

    def get(self, wanted: Wanted) -> Reply:
        """Show how it goes on, what came of it, or a picture of it."""
        if wanted.parts[1:] == ("frame",):
            return self._frame(wanted)
        if self._key is not None and not self._ended.is_set():
            return Reply(stream=self._going_on(wanted))
        if self._key is None:
            return Reply(self._ask(wanted))
        try:
            shown = outcome(wanted, self._episode(), read_grant(self._paths, self._clock).kinds)
        except EpisodeError:
            return Reply(self._nothing(wanted))
        return Reply(shown)

    def post(self, wanted: Wanted) -> Reply:
        """Begin a test recording, end it early, or delete it."""
        match wanted.parts[1:]:
            case ("end",):
                self._end()
                return Reply(go="/trial")
            case ("delete",):
                self.forget()
                return Reply(self._deleted(wanted))
            case _:
                with self._lock:
                    self._begin()
                return Reply(go="/trial")

    def forget(self) -> None:
        """End it if it goes on, throw its key away and delete what it wrote."""
        self._end()
        self._key = None
        forget(self._paths)

    # -- its course

    def _begin(self) -> None:
        """Start it under the yes there is; raises NoConsentError, ControlError."""
        if self._key is not None and not self._ended.is_set():
            return
        read_grant(self._paths, self._clock)
        switches = read_switches(self._paths.state)
        off = switches.stopped or switches.paused(self._clock.wall())
        if off and switches != NOT_STARTED:  # right after the first yes nobody has stopped anything
            raise ControlError(_OFF, advice=_ON)
        self.forget()
        again = self._stop_ours()
        key = pyrage.x25519.Identity.generate()
        self._seconds, self._why = 0, ""
        self._ended.clear()
        self._running = subprocess.Popen(
            command(str(key.to_public())),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, cwd="/",
        )  # fmt: skip
        self._key = key
        threading.Thread(target=self._look_after, args=(again,), daemon=True).start()

    def _stop_ours(self) -> bool:
        """End the agent that runs, if one does; there is one at a time. Whether to start it again.

        Not by the person's own switch, which would outlive this.
        """
        done, pid = asked(self._paths), holder(self._paths.lock)
        if done is None:
            return False
        if pid is None or pid <= 0 or done.status is None or done.status.pid != pid:
            raise ControlError(_BUSY)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        for _ in range(round(_ENDS_S / _STEP_S)):
            free = claim(self._paths.lock)
            if free is not None:
                free.release()
                return True
            time.sleep(_STEP_S)
        raise ControlError(_BUSY)

    def _look_after(self, again: bool) -> None:  # noqa: FBT001  a thread takes them by place
        """Hear how far it is until it has ended, then start again what ran before."""
        process = self._running
        if process is None or process.stdout is None or process.stderr is None:
            return
        with process.stdout as seconds, process.stderr as words:
            for told in seconds:
                self._seconds = int(told)
            said = words.read(_ENOUGH).decode("utf-8", errors="replace").strip()
        process.wait()
        if process.returncode and said:
            self._why = said.splitlines()[-1]
        self._ended.set()
        if again and not read_switches(self._paths.state).stopped:
            try:
                launched(self._paths)
            except NodreelError as error:
                log.warning("after a test: %s", error)

    def _end(self) -> None:
        process, self._running = self._running, None
        if process is not None:
            if process.poll() is None:
                process.terminate()
            self._ended.wait(_ENDS_S)
            if process.stdin is not None:
                process.stdin.close()  # which ends it if the signal did not, and then keeps nothing

    # -- pages

    def _ask(self, wanted: Wanted) -> bytes:
        say = wanted.say
        told = say(_WHAT)
        return page(
            wanted, say("Test recording"), el("p", told),
            el("div", button("/trial", say("Record 10 seconds"), wanted.form),
               el("a", say("Not now"), class_="button", href="/"), class_="row"),
        )  # fmt: skip

    def _going_on(self, wanted: Wanted) -> Iterator[bytes]:
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
        shown, told = 0, ""
        while not self._ended.wait(_STEP_S):
            sentence = self._sentence() if shown == self._seconds else ""
            for second in range(shown + 1, self._seconds + 1):
                yield raw(el("p", line(say("Recorded: {second} of {count} seconds.",
                                           second=second, count=SECONDS))))  # fmt: skip
            shown = max(shown, self._seconds)
            if sentence and sentence != told:
                yield raw(el("p", say(sentence), class_="faint"))
            told = sentence or told
        on = el("p", el("a", say("See what was kept"), href="/trial"))
        yield raw(on) + raw(el("meta", http_equiv="refresh", content="0; url=/trial")) + after

    def _sentence(self) -> str:
        """Return why nothing is recorded just now, '' while it is."""
        with suppress(NodreelError):
            done = asked(self._paths)
            if done is not None and done.status is not None and not done.status.recording:
                self._why = done.status.sentence
                return self._why
        return ""

    def _nothing(self, wanted: Wanted) -> bytes:
        say = wanted.say
        return page(
            wanted, say("Nothing was recorded"),
            el("p", say(self._why), class_="bad") if self._why else None,
            el("p", say("Nothing of these programs was in front, or something was in the way.")),
            el("div", button("/trial", say("Try again"), wanted.form),
               el("a", say("Not now"), class_="button", href="/"), class_="row"),
        )  # fmt: skip

    def _deleted(self, wanted: Wanted) -> bytes:
        say = wanted.say
        on: Html = el("a", say("Go on"), class_="button", href="/")
        if asked(self._paths) is None:
            on = button("/start", say("Start now"), wanted.form)
        told = say("The test recording is deleted, and the key to it is gone.")
        return page(wanted, say("Deleted"), el("p", told, role="status"),
                    el("div", on, class_="row"))  # fmt: skip

    def _episode(self) -> Episode:
        if self._key is None:
            raise EpisodeError(_GONE)
        return open_episode(self._paths.trial, str(self._key))

    def _frame(self, wanted: Wanted) -> Reply:
        at = Nanos(round(wanted.number("t") * SECOND))
        picture = self._episode().frame_at(at + JUST_AFTER)
        if picture is None:
            raise EpisodeError(_GONE)
        return Reply(png(picture, _SMALL, kept_only=True), "image/png")
