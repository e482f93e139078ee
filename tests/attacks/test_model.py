"""Consent, policy, pause, disk and crashes in any order: permitted exactly when a model says so."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nodreel.agent.permission import POLICY_EVERY, STORE_RETRY, Permission
from nodreel.clock import WallNanos
from nodreel.consent import ceremony, is_unsettled, settle, withdraw
from nodreel.consent.face import Answer
from nodreel.consent.switches import FOREVER, STOPPED, Switches, write_switches
from nodreel.errors import DiskFullError, NodreelError
from nodreel.events import SECOND, Nanos
from nodreel.host import private_dir
from nodreel.paths import Paths
from tests.attacks.test_widening import write
from tests.consent.clocks import DAY, TurnedClock
from tests.consent.yes import Person
from tests.findings import found
from tests.policy.samples import limits, policy

LEVELS = [policy(version=3, limits=limits(disk_floor_mb=0, device_days=d)) for d in (7, 14, 30)]
"""Each wider than the one before."""
WITHDRAW = sys.modules["nodreel.consent.withdraw"]  # the module, not the function of its name
tried: list[int] = []
permitted: list[int] = []


MOSTLY_YES = st.sampled_from([Answer.ACCEPT] * 5 + [*Answer])
SELDOM = st.sampled_from([False, False, False, True])


class Cut(Exception):  # noqa: N818  what a test raises instead of a crash
    """The process ends here."""


class Person_(RuleBasedStateMachine):  # noqa: N801  the person, the machine and the organisation
    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="m"))
        self.paths = Paths(*(self.home / name for name in ("data", "run", "config", "etc")))
        self.clock = TurnedClock()
        for folder in (self.paths.data, self.paths.config, self.paths.state):
            private_dir(folder)
        self.level: int | None = 1  # of the policy in force; None: it cannot be read
        self.suspended = False
        self.agreed: int | None = None
        self.expires = 0
        self.paused_until: int | None = None
        self.stopped = self.broken = False
        self.broken_at = 0
        self._write()
        self.permission = Permission(self.paths, self.clock)
        self.ceremony(Answer.ACCEPT, crash=False)

    def teardown(self) -> None:
        if hasattr(self, "home"):
            shutil.rmtree(self.home)
            tried.append(1)

    def _write(self) -> None:
        if self.level is None:
            write(self.paths, "version = nonsense\n")
        else:
            write(self.paths, LEVELS[self.level].model_copy(update={"suspended": self.suspended}))

    # -- the person

    @rule(answer=MOSTLY_YES, crash=SELDOM)
    def ceremony(self, answer: Answer, crash: bool) -> None:
        """Be asked; perhaps the machine dies right before the grant is written."""
        if self.level is None:
            return
        wanted = LEVELS[self.level].model_copy(update={"suspended": self.suspended})
        if not self.suspended:
            with suppress(NodreelError):
                settle(self.paths, self.clock)  # as the ceremony does first
        held = self.agreed is not None and self.clock.wall() < self.expires
        wider = held and self.agreed is not None and self.level > self.agreed
        may_ask = not self.suspended and (not held or wider) and not is_unsettled(self.paths)
        with pytest.MonkeyPatch.context() as patch:
            if crash and may_ask and answer is Answer.ACCEPT:
                patch.setattr("nodreel.consent.ceremony.issue", _cut)
            with suppress(NodreelError, Cut):
                ceremony.hold(Person(answer=answer), self.paths, self.clock, wanted)
        if not may_ask:
            return
        if answer is Answer.ACCEPT and not crash:
            self.agreed, self.expires = self.level, self.clock.wall() + 180 * DAY
        elif answer is Answer.REFUSE:
            self.agreed = None

    @precondition(lambda self: self.agreed is not None)
    @rule(step=st.sampled_from(["none", "_remember", "_record", "save_receipt"]), sure=SELDOM)
    def take_back(self, step: str, sure: bool) -> None:
        """Withdraw; perhaps killed on the way."""
        if not sure:
            return
        with pytest.MonkeyPatch.context() as patch:
            if step != "none":
                patch.setattr(WITHDRAW, step, _cut)
            with suppress(NodreelError, Cut):
                withdraw(self.paths, self.clock, stored="keep", dispose=lambda _: None)
        self.agreed = None

    @rule(minutes=st.sampled_from([1, 600, None]))
    def pause(self, minutes: int | None) -> None:
        until = FOREVER if minutes is None else self.clock.wall() + minutes * 60 * SECOND
        self.paused_until = until
        self._switch()

    @rule()
    def resume(self) -> None:
        if not self.stopped:
            self.paused_until = None
            self._switch()

    @precondition(lambda self: self.paused_until is not None)
    @rule()
    def stop(self) -> None:
        self.stopped = True
        write_switches(self.paths.state, STOPPED)

    @rule()
    def start(self) -> None:
        self.stopped, self.paused_until = False, None
        self._switch()

    def _switch(self) -> None:
        until = None if self.paused_until is None else WallNanos(self.paused_until)
        write_switches(self.paths.state, Switches(self.stopped, until))

    # -- the organisation

    @rule(level=st.sampled_from([0, 1, 1, 2, 2, None]), suspended=SELDOM)
    def change_policy(self, level: int | None, suspended: bool) -> None:
        self.level, self.suspended = level, suspended
        self._write()
        self.clock.pass_time(POLICY_EVERY)

    # -- the machine

    @rule()
    def disk_fails(self) -> None:
        self.permission.store_broke(DiskFullError("No space left."))
        self.broken, self.broken_at = True, self.clock.mono()

    @rule(nanos=st.sampled_from([SECOND] * 3 + [3600 * SECOND, DAY, 90 * DAY, 181 * DAY]))
    def time_passes(self, nanos: int) -> None:
        self.clock.pass_time(nanos)
        self.see()

    @rule(days=st.sampled_from([-3650, -1, 1]))
    def clock_is_turned(self, days: int) -> None:
        """Whatever it is turned to, a consent only ends sooner; a pause counts by what it shows."""
        self.see()
        before = self.clock.wall()
        self.clock.turn_wall(days * DAY)
        if days < 0 and self.agreed is not None:
            self.expires += self.clock.wall() - before  # in time that passes, nothing is gained
        self.see()

    @rule()
    def crash(self) -> None:
        """The agent dies and comes back: what is on disk decides."""
        with suppress(NodreelError):
            settle(self.paths, self.clock, dispose=lambda _: None)
        self.permission = Permission(self.paths, self.clock)
        self.broken = False

    @rule(place=st.sampled_from(["grant.json", "signing.key", "install.salt"]), sure=SELDOM)
    def damage(self, place: str, sure: bool) -> None:
        path = self.paths.grant.with_name(place)
        if sure and path.exists() and self.agreed is not None:
            path.write_bytes(path.read_bytes()[:-1] + b"\0")
            self.agreed = None
            self.permission = Permission(self.paths, self.clock)  # a running one has read it

    # -- what must hold

    def see(self) -> bool:
        permission = self.permission
        try:
            whys = [permission.why_no_grant(), permission.why_paused(), permission.why_policy(),
                    permission.why_disk()]  # fmt: skip
        except NodreelError:
            return False
        return not any(whys)

    @invariant()
    def permitted_exactly_when_all_agree(self) -> None:
        if not hasattr(self, "permission"):
            return
        wall, mono = self.clock.wall(), self.clock.mono()
        pause = self.paused_until
        broken = self.broken and mono - self.broken_at < STORE_RETRY
        self.broken = broken
        if self.agreed is not None and wall >= self.expires:
            self.see()
            self.agreed = None  # ended for good
        wanted = (
            self.agreed is not None
            and self.level is not None
            and self.level <= self.agreed
            and not self.suspended
            and not self.stopped
            and (pause is None or 0 <= pause <= wall)
            and not broken
        )
        self.clock.pass_time(POLICY_EVERY if not broken else Nanos(0))
        if not wanted:
            assert not self.see(), "permitted against the model"
        elif self.agreed is not None and self.clock.wall() < self.expires:
            assert self.see(), "not permitted although all agree"
            permitted.append(1)


def _cut(*_: object, **__: object) -> None:
    raise Cut


def test_permission_follows_the_model(rounds: object) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    assert callable(rounds)
    tried.clear()
    permitted.clear()
    run_state_machine_as_test(
        Person_,
        settings=settings(
            max_examples=rounds(30, 500),
            stateful_step_count=30,
            derandomize=True,
            database=None,
            deadline=None,
        ),
    )
    assert permitted, "no history ever permitted anything: it proves nothing"
    found("C1", "histories of consent, policy, pause, disk and crash", len(tried))
