"""What the agent finds worth telling, and that telling can fail without anything else failing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.agent.interlocks import Interlock
from nodreel.agent.notice import Occasion
from nodreel.agent.notices import ASK_EVERY, EVERY, UNWRITTEN, Notices
from nodreel.agent.occasions import DAY
from nodreel.clock import WallNanos
from nodreel.consent.switches import FOREVER, Switches
from nodreel.errors import StoreError
from nodreel.events import SECOND, Nanos
from tests.agent.journey import make_paths
from tests.consent.clocks import START, TurnedClock
from tests.policy.samples import policy

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths

GRANT = SimpleNamespace(consent_id="c", given=START, expires=1 << 62)


class Known:
    """An agent in which all is well."""

    def __init__(self) -> None:
        self.open = ""
        self.unwritten = Nanos(0)
        self.recording: Any = SimpleNamespace(unwritten=lambda _now: self.unwritten)
        self.permission: Any = SimpleNamespace(grant=GRANT, switches=Switches(), wider=False)

    @property
    def verdicts(self) -> tuple[Interlock, ...]:
        return (Interlock("grant", closed=self.open != "grant", sentence=""),
                Interlock(self.open or "disk", closed=not self.open, sentence=""))  # fmt: skip


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return make_paths(tmp_path / "n")


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def told() -> list[Occasion]:
    return []


@pytest.fixture
def notices(paths: Paths, clock: TurnedClock, told: list[Occasion]) -> Notices:
    return Notices(paths, clock, told.append)


def later(clock: TurnedClock, notices: Notices, agent: Known, span: int = EVERY) -> None:
    clock.pass_time(max(span, 10 * SECOND))  # notices keep apart
    notices.look(agent)


def test_the_first_recording_of_a_login_is_told_once(
    paths: Paths, clock: TurnedClock, told: list[Occasion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "1")
    for _ in range(2):  # the agent is started again
        notices = Notices(paths, clock, told.append)
        later(clock, notices, Known())
        later(clock, notices, Known())
        assert told == [Occasion.FIRST]
    monkeypatch.setenv("XDG_SESSION_ID", "2")
    later(clock, Notices(paths, clock, told.append), Known())
    assert told == [Occasion.FIRST] * 2


def test_a_full_disk_is_told_at_once_and_what_is_not_written_too(
    notices: Notices, clock: TurnedClock, told: list[Occasion]
) -> None:
    agent = Known()
    notices.look(agent)
    clock.pass_time(20 * SECOND)
    agent.open = "disk"
    notices.look(agent)
    assert told == [Occasion.FIRST, Occasion.BROKEN]
    agent.open, agent.unwritten = "", Nanos(UNWRITTEN + 1)
    later(clock, notices, agent, 1000 * SECOND)
    assert told == [Occasion.FIRST, Occasion.BROKEN, Occasion.BROKEN]


def test_the_end_of_a_pause_is_told_before_it_comes(
    notices: Notices, clock: TurnedClock, told: list[Occasion]
) -> None:
    agent = Known()
    agent.open, agent.recording = "pause", None
    until = WallNanos(clock.wall() + 60 * SECOND)
    agent.permission.switches = Switches(paused_until=until)
    later(clock, notices, agent)
    assert told == []
    later(clock, notices, agent, 20 * SECOND)
    assert told == [Occasion.PAUSE_ENDS]
    agent.permission.switches = Switches(paused_until=FOREVER)
    later(clock, notices, agent)
    assert told == [Occasion.PAUSE_ENDS]


def test_who_has_not_decided_is_asked_once_and_who_refused_never(
    paths: Paths, clock: TurnedClock, told: list[Occasion], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, may = Known(), True
    agent.open, agent.recording, agent.permission.grant = "grant", None, None
    found = SimpleNamespace(policy=policy())
    monkeypatch.setattr("nodreel.agent.notices.load_policy", lambda _paths: found)
    monkeypatch.setattr("nodreel.agent.notices.may_ask", lambda *_: may)
    notices = Notices(paths, clock, told.append)
    for _ in range(3):
        later(clock, notices, agent, ASK_EVERY)
    assert told == [Occasion.ASK]
    may, found.policy = False, policy(version=4)
    later(clock, notices, agent, ASK_EVERY)
    assert told == [Occasion.ASK]
    may = True
    later(clock, notices, agent, ASK_EVERY)
    assert told == [Occasion.ASK] * 2


def test_a_wider_policy_is_told_of_once_and_each_time_it_is_another(
    paths: Paths, clock: TurnedClock, told: list[Occasion], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = Known()
    agent.open, agent.recording, agent.permission.wider = "policy", None, True
    found = SimpleNamespace(policy=policy(version=2))
    monkeypatch.setattr("nodreel.agent.notices.load_policy", lambda _paths: found)
    monkeypatch.setattr("nodreel.agent.notices.may_ask", lambda *_: True)
    for _ in range(3):  # the agent is started again
        notices = Notices(paths, clock, told.append)
        later(clock, notices, agent, ASK_EVERY)
        later(clock, notices, agent, ASK_EVERY)
    assert told == [Occasion.WIDER]
    found.policy = policy(version=3)
    later(clock, notices, agent, ASK_EVERY)
    assert told == [Occasion.WIDER] * 2


def test_the_end_of_an_agreement_is_told_a_week_and_a_day_before(
    paths: Paths, clock: TurnedClock, told: list[Occasion]
) -> None:
    agent = Known()
    agent.open, agent.recording = "context", None
    grant = SimpleNamespace(consent_id="c", given=clock.wall(), expires=clock.wall() + 40 * DAY)
    agent.permission.grant = grant
    days = []
    for day in range(40):
        before = len(told)
        for _ in range(2):
            later(clock, Notices(paths, clock, told.append), agent, DAY // 2)
        days += [day] * (len(told) - before)
    assert told == [Occasion.EXPIRES] * 2
    assert days == [32, 38]


def test_that_it_still_records_is_told_each_month(
    paths: Paths, clock: TurnedClock, told: list[Occasion]
) -> None:
    agent = Known()
    agent.permission.grant = SimpleNamespace(consent_id="c", given=clock.wall(), expires=1 << 62)
    for _ in range(95):
        later(clock, Notices(paths, clock, told.append), agent, DAY)
    assert told == [Occasion.FIRST, *[Occasion.STILL_ON] * 3]


def test_without_a_policy_nobody_is_asked(
    notices: Notices, clock: TurnedClock, told: list[Occasion]
) -> None:
    agent = Known()
    agent.open, agent.recording, agent.permission.grant = "grant", None, None
    later(clock, notices, agent)
    assert told == []


def test_who_wants_none_gets_none(paths: Paths, clock: TurnedClock, told: list[Occasion]) -> None:
    (paths.config / "preferences.toml").write_text("[notifications]\nshow = false\n")
    later(clock, Notices(paths, clock, told.append), Known())
    assert told == []


def test_what_cannot_be_shown_or_remembered_stops_nothing(paths: Paths, clock: TurnedClock) -> None:
    def fails(_: Occasion) -> None:
        raise StoreError("no process")

    paths.state.write_text("in the way")
    later(clock, Notices(paths, clock, fails), Known())


@pytest.mark.parametrize("junk", [b"", b"[]", b"\xff", b'{"first":1}', b"[" * 3000])
def test_a_damaged_memory_is_none(
    paths: Paths, clock: TurnedClock, told: list[Occasion], junk: bytes
) -> None:
    paths.state.mkdir(parents=True, mode=0o700, exist_ok=True)
    (paths.state / "told.json").write_bytes(junk)
    (paths.state / "told.json").chmod(0o600)
    later(clock, Notices(paths, clock, told.append), Known())
    assert told == [Occasion.FIRST]
