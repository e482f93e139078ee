"""What the person says is done in the stated order, whatever else is going on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from nodreel.agent import control as module
from nodreel.agent.control import Control
from nodreel.agent.interlocks import Interlock
from nodreel.clock import WallNanos
from nodreel.consent.switches import NOT_STARTED, STOPPED, Switches, read_switches, write_switches
from nodreel.errors import ControlError
from nodreel.events import Nanos
from nodreel.ipc.wire import AddNote, AskStatus, Pause, Resume, SignBeat, Stop, Withdraw
from nodreel.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.agent.agent import Agent

HERE = Interlock("grant", closed=True, sentence="Fine.")
PAUSED = Interlock("pause", closed=False, sentence="Paused.")


class Told:
    """Stands where the agent stands, and writes down what it is told to do."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "v1", folder / "run", folder / "config", folder / "none")
        self.paths.data.mkdir(mode=0o700)
        self.done: list[str] = []
        self.clock = SimpleNamespace(mono=lambda: Nanos(0), wall=lambda: WallNanos(1_000))
        self.verdicts = (HERE,)
        self.recording: Any = None
        self.last_written: Nanos | None = None
        self.sign = SimpleNamespace(heard=lambda w, p: self.done.append(f"heard {w} {p}"))
        self.governor = SimpleNamespace(words="")
        self.store = SimpleNamespace(counts=lambda: {"held": 1, "released": 0})

    @property
    def permission(self) -> Any:
        state = self.paths.state
        return SimpleNamespace(
            switches=read_switches(state), switch=lambda new: write_switches(state, new)
        )

    def ask(self, job: Callable[[], Any]) -> Any:
        return job()

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: self.done.append(name)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


@pytest.fixture
def control(told: Told) -> Control:
    return Control(cast("Agent", told))


def test_a_heartbeat_is_believed_of_its_sender_only(control: Control, told: Told) -> None:
    control(SignBeat(window=5, pid=1), 42)
    assert told.done == ["heard 5 42"]


def test_the_gate_is_shut_before_anything_slow_is_done(control: Control, told: Told) -> None:
    for request in (Pause(), Stop()):
        told.done.clear()
        control(request, 1)
        assert told.done[:2] == ["shut", "end_recording"]


def test_a_pause_has_an_end_or_none(control: Control, told: Told) -> None:
    control(Pause(minutes=2), 1)
    assert read_switches(told.paths.state).paused_until == 1_000 + 120 * 10**9
    control(Pause(), 1)
    assert read_switches(told.paths.state).paused(WallNanos(2**62))
    control(Resume(), 1)
    assert read_switches(told.paths.state) == Switches()


def test_a_pause_lifts_no_stop_when_it_is_over(control: Control, told: Told) -> None:
    for off in (STOPPED, NOT_STARTED):
        write_switches(told.paths.state, off)
        control(Pause(minutes=2), 1)
        assert read_switches(told.paths.state).stopped


def test_stop_is_not_lifted_by_resume(control: Control, told: Told) -> None:
    control(Stop(), 1)
    assert "quit" in told.done
    write_switches(told.paths.state, STOPPED)
    with pytest.raises(ControlError):
        control(Resume(), 1)


def test_withdrawing_discards_what_is_in_memory_before_anything_else_is_done(
    control: Control, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def withdraw(*_: object, **steps: Callable[[], None] | str | None) -> str:
        for step in ("gate_off", "discard"):
            act = steps[step]
            if callable(act):
                act()
        return "withdrawn"

    monkeypatch.setattr(module.consent, "withdraw", withdraw)
    assert control(Withdraw(stored="delete"), 1).text == "withdrawn"
    assert told.done[:3] == ["shut", "shut", "discard_recording"]


def test_a_note_without_a_recording_is_refused(control: Control) -> None:
    with pytest.raises(ControlError):
        control(AddNote(text="hello"), 1)


def test_status_names_the_first_open_interlock(control: Control, told: Told) -> None:
    assert told.verdicts == (HERE,)
    status = control(AskStatus(), 1).status
    assert status is not None
    assert not status.recording, "nothing is open although every interlock is closed"
    told.verdicts = (HERE, PAUSED)
    status = control(AskStatus(), 1).status
    assert status is not None
    assert (status.state, status.sentence, status.recording) == ("paused", "Paused.", False)
