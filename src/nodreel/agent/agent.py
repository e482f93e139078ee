"""The agent: asks its interlocks, opens and ends recordings, and does what the person says.

All state is touched on one thread. Requests from the control socket shut the gate at once, where
they are heard, and are then carried out here.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from nodreel.agent import senses
from nodreel.agent.budget import read_budget
from nodreel.agent.courier import Courier
from nodreel.agent.coverage import Coverage, State
from nodreel.agent.errands import Errands, Result
from nodreel.agent.governor import Governor
from nodreel.agent.interlocks import Interlock, Interlocks
from nodreel.agent.notices import Notices
from nodreel.agent.orders import Orders
from nodreel.agent.permission import Permission
from nodreel.agent.scales import Scales
from nodreel.agent.signkeeper import SignKeeper
from nodreel.agent.status import around, brief
from nodreel.agent.web import Browsers
from nodreel.agent.witness import Witness
from nodreel.clock import Steps
from nodreel.consent import last_retention, settle
from nodreel.desktop import switch_accessibility_on
from nodreel.episode.recover import recover
from nodreel.errors import NodreelError, StoreError
from nodreel.events import SECOND, Kind, Nanos
from nodreel.host.accessibility import restore
from nodreel.host.digest import running_digest
from nodreel.host.machine import boot_id
from nodreel.host.preferences import preferences
from nodreel.language.speech import message
from nodreel.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nodreel.agent.aside import Trial
    from nodreel.agent.reach import Reach
    from nodreel.agent.recording import Recording
    from nodreel.clock import Clock
    from nodreel.consent import Grant, Ledger
    from nodreel.paths import Paths
    from nodreel.policy import DesignatedSite
    from nodreel.scene import Sensed
    from nodreel.scrub.spots import Spots

log = logging.getLogger(__name__)

BUSY = Nanos(2 * SECOND // 5)
"""How often it looks for events that have waited long enough; and when a segment is to be sealed.

Not while one is open: what is added to it sooner is on disk no sooner.
"""
CALM = Nanos(SECOND)
"""How often it beats at least: an interlock is looked at every second, whatever happens."""
SOON = Nanos(SECOND // 50)
"""What is due so soon is done now."""
IDLE = Nanos(60 * SECOND)
STALE = Nanos(5 * SECOND)
LATE = Nanos(7 * SECOND)
"""What waits for the disk for longer than this is told of with each second."""
MINUTE = Nanos(60 * SECOND)
ENFORCE_EVERY = Nanos(60 * SECOND)
AGREED = message("You agreed, and the agreement is valid.")
WITHIN = message("The policy stays within what you agreed to.")
SPARED = message("The machine can spare recording.")
PERMIT = ("grant", "pause", "reach", "policy", "disk", "governor")
SHOW = ("sign", "session", "remote")
FIXED = {"governor", "sign", "session", "remote", "context"}
"""What these say holds no name, time or number; the ledger of every second repeats it."""


class Agent:
    """One per person and session; ``run`` returns when the person stops it."""

    def __init__(
        self, paths: Paths, clock: Clock, ledger: Ledger, reach: Reach,
        sign: SignKeeper | None = None,
    ) -> None:  # fmt: skip
        self.paths, self.clock, self.ledger, self._reach = paths, clock, ledger, reach
        self.permission = Permission(paths, clock)
        self.witness = Witness(paths, clock, ledger)
        self.notices = Notices(paths, clock)
        self.courier = Courier(paths, clock)
        self.orders = Orders(paths, clock)
        self.sign = sign or SignKeeper(clock)
        self.framed = preferences(paths.config, "sign").get("frame") is True
        self.store = Store(paths, clock)
        self.coverage = Coverage(paths.coverage, clock, boot_id())
        self.browsers = Browsers(clock, self._sites, self._sense)
        self.recording: Recording | None = None
        self.trial: Trial | None = None  # set: nothing but a test recording
        self._opening: Recording | None = None  # its senses are open, the path to the disk is not
        self.interlocks = Interlocks({
            "grant": (self.permission.why_no_grant, AGREED),
            "pause": (self.permission.why_paused, message("Not paused.")),
            "reach": (reach.why_not, "You can reach nodreel and stop it."),
            "policy": (self.permission.why_policy, WITHIN),
            "disk": (self.permission.why_disk, message("There is room on the disk.")),
            "governor": (lambda: self.governor.unwilling, SPARED),
            **senses.interlocks(lambda: self._senses, lambda: self._fault, self.sign),
        })  # fmt: skip
        starting = Interlock("start", closed=False, sentence="nodreel is just starting.")
        self.verdicts: tuple[Interlock, ...] = (starting,)
        self.last_written: Nanos | None = None
        self._fault: NodreelError | None = None
        self.governor = Governor(read_budget(paths.config))
        self._scales = Scales(clock, self.governor)
        self._steps = Steps(clock)
        self._spots: Spots | None = None  # outlive a pause: what was typed stays on the screen
        self._enforced = self._retry_at = self._beaten = Nanos(0)
        self._errands = Errands()
        self._quitting = False

    # -- from any thread

    def wake(self) -> None:
        """Look at once: something changed."""
        self._errands.wake()

    def shut(self) -> None:
        """Let nothing more in, at once. What else is to be done follows by ``ask``."""
        recording = self.recording
        if recording is not None:
            recording.capture.shut()

    def ask(self, job: Callable[[], Result], patience_s: float = 10.0) -> Result:
        """Run ``job`` on the agent's thread and return what it returns."""
        return self._errands.ask(job, patience_s)

    def quit(self) -> None:
        """End ``run`` soon."""
        self._quitting = True
        self.wake()

    # -- the agent's thread

    def run(self) -> None:
        """Look after everything until ``quit``."""
        try:
            while not self._quitting:
                woken = self._errands.wait(self._patience())
                try:
                    self._errands.run()
                    if woken or self._until_beat <= SOON or not self.sign.lives:
                        self.beat()
                    else:
                        self._carry()
                except MemoryError:
                    self._run_short()
        finally:
            self.end_recording()
            self.courier.stop()
            self.sign.stop()
            self.coverage.close()

    def _run_short(self) -> None:
        """Give back what can be given when memory has run out, and try again a little later."""
        self._fault = NodreelError("No memory is left for recording.", advice="It is tried again.")
        self._retry_at = Nanos(self.clock.mono() + STALE)
        self.discard_recording()

    def _patience(self) -> Nanos:
        """Return how long nothing needs to be done unless something wakes us."""
        recording = self.recording
        if recording is None:
            return CALM
        longest, left = self._until_beat, recording.until_seal
        if not recording.at_rest:
            longest = min(longest, left or BUSY)
            longest = min(longest, BUSY) if recording.crowded else longest
        return Nanos(max(0, min(longest, self.sign.patience(longest))))

    @property
    def _until_beat(self) -> Nanos:
        """How long until the interlocks are to be looked at again, whatever happens."""
        if self.recording is None:
            return Nanos(0)
        return Nanos(self._beaten + CALM - self.clock.mono())

    def _carry(self) -> None:
        """Move events towards the disk between two beats; nothing has changed that we know of."""
        self.sign.ask()
        if self.recording is not None:
            self._pump(self.recording)

    def beat(self) -> None:
        """Evaluate every interlock and act on it; move events towards the disk."""
        self._beaten = self.clock.mono()
        self.sign.ask()
        self._scales.weigh(self.sign.pid)
        self.verdicts = self.interlocks.evaluate()
        closed = {v.name for v in self.verdicts if v.closed}
        if self._reach.lost:
            self.quit()
        if self._steps.by():  # the machine slept, or its clock was set: an episode ends there
            self.end_recording()
        if not closed.issuperset(PERMIT):
            self.end_recording()
            self.sign.forgo()
            if not {"grant", "policy"} <= closed:
                self.sign.stop()
            if "grant" not in closed and self.paths.accessibility.exists():
                restore(self.paths.accessibility)
        elif self.recording is None:
            self.sign.keep()  # first: it takes longest to come into view
            self._begin()
        recording = self.recording
        if recording is not None:
            self.sign.keep()
            recording.spare(self.governor.sparing)
            self._open_or_shut(recording, may=closed.issuperset(SHOW))
            self._pump(recording)
        frame = around(self)
        shown = (self.verdicts, frame, *self._shown(recording))
        self.sign.tell(shown, lambda: brief(self) | ({"around": frame} if frame else {}))
        self.coverage.now(*self._state(closed))
        self.witness.look(self.permission.grant, self.permission.refused)
        if self.trial is None:  # what is told once is not spent on a test
            self.notices.look(self)
        self._enforce()
        self.orders.look(self)
        self.courier.look(self)

    def _shown(self, recording: Recording | None) -> tuple[object, ...]:
        """Return what the sign shows besides the interlocks, coarsely."""
        if recording is None:
            return (self.clock.mono() // MINUTE,)  # of a pause, whose minutes are shown
        waits, written = recording.unwritten(self.clock.mono()), recording.writer.stats.last_written
        return recording.app_name, max(0, waits - LATE) // SECOND, (written or 0) // STALE

    def _begin(self) -> None:
        permission, now = self.permission, self.clock.mono()
        if permission.grant is None or permission.policy is None or now < self._retry_at:
            return
        self._retry_at = Nanos(now + 3 * SECOND)
        from nodreel.agent.recording import Recording  # noqa: PLC0415  the sign starts meanwhile

        recording = Recording(
            permission.grant,
            permission.policy,
            self.clock,
            digest=lambda process: running_digest(process.pid),
            changed=self.wake,
        )
        self._let_apps_speak(permission.grant)
        try:
            recording.start()
            self._opening = recording
            self.verdicts = self.interlocks.evaluate()  # it counts now that the sign is seen
            self._spots = recording.prepare(self.paths, self._spots, self.trial)
        except StoreError as error:
            recording.capture.stop()
            permission.store_broke(error)
            return
        except Exception:
            recording.capture.stop()  # nobody else knows of it
            raise
        finally:
            self._opening = None
        self.recording = recording
        self.audit("recording_began", {"policy": permission.policy.sha256})

    def _let_apps_speak(self, grant: Grant) -> None:
        """Switch accessibility on where that was ticked; without it there is just less to keep."""
        if Kind.ACCESSIBILITY not in grant.kinds:
            return
        try:
            switch_accessibility_on(grant, self.paths.accessibility)
        except StoreError as error:
            log.warning("accessibility: %s", error)

    def _open_or_shut(self, recording: Recording, *, may: bool) -> None:
        self._fault = recording.capture.fault
        if self._fault is not None:
            self.end_recording()
        elif may:
            recording.open()
        else:
            recording.shut(self.sign.sure_until)

    def _pump(self, recording: Recording) -> None:
        if recording is not self.recording:
            return
        if recording.policy != self.permission.policy and self.permission.policy is not None:
            self.end_recording()  # the policy became narrower: begin anew under it
            self._retry_at = Nanos(0)
            return
        try:
            recording.pump(self.sign.lived_until)
        except StoreError as error:
            log.warning("store: %s", error)
            self.permission.store_broke(error)
            self.end_recording()

    def end_recording(self) -> None:
        """End the recording, if there is one: close all connections, finish the episode."""
        recording, self.recording = self.recording, None
        if recording is None:
            return
        self.last_written = recording.writer.stats.last_written
        try:
            recording.end()
        except StoreError as error:
            self.permission.store_broke(error)
            recording.abandon()
        self.audit("recording_ended", {"segments": recording.writer.stats.segments})

    def discard_recording(self) -> None:
        """Forget all that is not on disk and close every connection."""
        recording, self.recording = self.recording, None
        if recording is not None:
            recording.abandon()

    def audit(self, event: str, data: Mapping[str, int | str]) -> None:
        """Write to the audit log; what it cannot take stops nothing."""
        try:
            self.ledger.append("agent", event, data)
        except NodreelError:
            log.warning("cannot write the audit log")

    def recover(self) -> None:
        """Close what a crash left open, and finish a withdrawal that was cut short."""
        settle(self.paths, self.clock, dispose=self.dispose)
        with suppress(NodreelError):
            self.permission.why_no_grant()
        grant = self.permission.grant
        if grant is not None:
            for episode in recover(self.paths.episodes, grant.sign, grant.public_key):
                self.audit("recovered", {"episode": episode})
        try:
            self.store.hold_open()
        except StoreError as error:  # at the next start
            log.warning("store: %s", error)

    def dispose(self, stored: str) -> None:
        """Do with what is stored as the person chose when withdrawing."""
        if stored == "delete":
            self.store.delete_all(None)

    def _enforce(self) -> None:
        """Keep quota, retention and holds; a failing disk is the disk interlock's business.

        Without a grant nothing is released, but nothing lies here longer than was agreed to.
        """
        now, limits = self.clock.mono(), self.permission.limits
        if now - self._enforced < ENFORCE_EVERY:
            return
        self._enforced = now
        try:
            if (grant := self.permission.grant) is not None and limits is not None:
                enforced = self.store.enforce(limits, grant.sign)
                self.permission.over_quota = enforced.over_quota
            elif (agreed := last_retention(self.paths)) is not None:
                self.store.expire(agreed.device_days)
        except StoreError as error:
            log.warning("store: %s", error)

    # -- what browsers' extensions ask and say, from the thread that heard them

    def _sites(self) -> tuple[DesignatedSite, ...] | None:
        recording = self.recording
        return tuple(recording.rules.sites.values()) if recording else None

    def _sense(self, sensed: Sensed) -> None:
        recording = self.recording
        if recording is not None:
            recording.capture.sense(sensed)

    # -- what the interlocks ask

    @property
    def _senses(self) -> Recording | None:
        return self.recording or self._opening

    def _state(self, closed: set[str]) -> tuple[State, str, str]:
        for verdict in self.verdicts:
            if verdict.name == "pause" and verdict.name not in closed:
                return "paused", "", ""
            if verdict.name not in closed:
                return "blocked", verdict.name, verdict.sentence if verdict.name in FIXED else ""
        sensed = self._senses.capture.last_sensed if self._senses else None
        if sensed is not None and self.clock.mono() - sensed > IDLE:
            return "idle", "", ""
        left_out = (self.recording.left_out if self.recording else None) or ""
        return "test" if self.trial else "recorded", "", left_out
