"""A test recording: sealed to one key alone, as long as it says, and gone with its starter.

That it records on a real desktop is shown in ``tests/page/test_trial.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pyrage
import pytest

from nodreel import open_episode
from nodreel.agent import trial as module
from nodreel.agent.aside import DAY, LENGTH, Trial, forget
from nodreel.agent.interlocks import Interlock
from nodreel.agent.recording import Recording
from nodreel.agent.run import tidy
from nodreel.agent.trial import PATIENCE, watch
from nodreel.clock import SystemClock
from nodreel.errors import ControlError, KeyMismatchError
from nodreel.events import SECOND, Key, KeyClass, Nanos
from nodreel.host import claim, private_dir
from nodreel.paths import default_paths
from nodreel.policy import load_policy
from tests.agent.journey import make_paths
from tests.agent.test_run import some_agent
from tests.bed.waiting import wait_for
from tests.consent.yes import agree
from tests.episode.studio import TurnedClock
from tests.policy.samples import TOML, policy

COVERS = ("aside",)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nodreel.agent.agent import Agent


class Watched:
    """What ``watch`` looks at of an agent; each look is half a second later than the last."""

    def __init__(self, paths: object, recorded: Iterator[bool]) -> None:
        self.clock, self.paths, self.ended = TurnedClock(), paths, 0
        self._recorded = recorded
        self.verdicts: tuple[Interlock, ...] = ()

    @property
    def recording(self) -> object:
        self.clock.pass_(0.5)
        closed = next(self._recorded)
        self.verdicts = (Interlock("context", closed=closed, sentence=""),)
        return SimpleNamespace(policy=SimpleNamespace(limits=SimpleNamespace(hold_back_s=2)))

    def quit(self) -> None:
        self.ended += 1


def always(value: bool) -> Iterator[bool]:
    while True:
        yield value


@pytest.fixture
def yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "_STEP", Nanos(0))
    paths = make_paths(tmp_path / "n")
    paths.grant.touch()
    return paths


def test_only_what_is_recorded_counts(yes: Any) -> None:
    def every_other() -> Iterator[bool]:
        while True:
            yield True
            yield False

    seconds: list[int] = []
    agent = Watched(yes, every_other())
    watch(cast("Agent", agent), seconds.append)
    assert seconds == list(range(1, LENGTH // SECOND + 1))
    assert agent.ended == 1
    took = agent.clock.mono() - TurnedClock().mono()
    assert took == pytest.approx(2 * (LENGTH + 3 * SECOND), abs=SECOND)


def test_it_waits_for_nobody_for_ever(yes: Any) -> None:
    seconds: list[int] = []
    agent = Watched(yes, always(False))
    watch(cast("Agent", agent), seconds.append)
    assert seconds == []
    assert agent.ended == 1
    assert agent.clock.mono() - TurnedClock().mono() == pytest.approx(PATIENCE, abs=SECOND)


def test_it_ends_with_the_yes(yes: Any) -> None:
    def until_withdrawn() -> Iterator[bool]:
        yield True
        yes.grant.unlink()
        yield from always(True)

    agent = Watched(yes, until_withdrawn())
    watch(cast("Agent", agent), lambda _: None)
    assert agent.ended == 1
    assert agent.clock.mono() - TurnedClock().mono() <= 2 * SECOND


def test_what_was_left_goes_when_it_is_forgotten_or_a_day_old(tmp_path: Path) -> None:
    paths = make_paths(tmp_path / "n")
    agent = cast("Agent", SimpleNamespace(paths=paths, clock=SystemClock()))

    def leave() -> None:
        (private_dir(paths.trial) / "left").write_text("x")

    leave()
    forget(paths)
    assert not paths.trial.exists()
    leave()
    tidy(agent)
    assert paths.trial.exists(), "somebody may look at it"
    long_ago = time.time() - DAY / SECOND - 60
    os.utime(paths.trial, (long_ago, long_ago))
    tidy(agent)
    assert not paths.trial.exists()
    tidy(agent)


def test_it_is_sealed_to_that_key_alone_and_lies_apart(tmp_path: Path) -> None:
    paths, clock = make_paths(tmp_path / "n"), SystemClock()
    ours, research = (pyrage.x25519.Identity.generate() for _ in range(2))
    one = policy()
    recipient = one.recipients[0].model_copy(update={"key": str(research.to_public())})
    one = one.model_copy(update={"recipients": (recipient,)})
    grant = agree(paths, clock, one)
    recording = Recording(
        grant, one, clock, digest=lambda _: None, changed=lambda: None
    )  # fmt: skip
    trial = Trial(private_dir(paths.trial), str(ours.to_public()))
    recording.prepare(paths, trial=trial)
    now = clock.mono()
    recording.writer.add(Key(now, press=True, key_class=KeyClass.EDITING, app=one.apps[0].id))
    recording.writer.close("end")
    recording.writer.leave()
    assert not paths.episodes.exists()
    (key,) = open_episode(paths.trial, str(ours)).events()
    assert isinstance(key, Key)
    with pytest.raises(KeyMismatchError):
        list(open_episode(paths.trial, str(research)).events())


def test_beside_an_agent_that_runs_there_is_none() -> None:
    paths = default_paths()
    private_dir(paths.data)
    private_dir(paths.runtime)
    held = claim(paths.lock)
    assert held is not None
    with held:
        command = [sys.executable, "-m", "nodreel.agent.trial", "age1x"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == ControlError.exit_code
    assert "runs already" in done.stderr
    assert not paths.trial.exists()


def test_the_ledger_tells_a_test_from_a_recording_and_no_notice_is_spent_on_it(
    tmp_path: Path,
) -> None:
    agent, looked = some_agent(tmp_path / "n"), []
    agent.notices = cast("Any", SimpleNamespace(look=looked.append))
    agent.trial = Trial(tmp_path, "age1x")
    agent.beat()
    assert looked == []
    agent.verdicts = ()
    assert agent._state(set())[0] == "test"
    agent.trial = None
    agent.beat()
    assert looked == [agent]
    agent.verdicts = ()
    assert agent._state(set())[0] == "recorded"


def test_who_is_alone_leaves_nothing_and_that_is_no_failure() -> None:
    paths = default_paths()
    for folder in (paths.data.parent, paths.data, paths.runtime, paths.config):
        private_dir(folder)
    paths.policy.write_text(TOML)
    paths.policy.chmod(0o600)
    agree(paths, SystemClock(), load_policy(paths).policy)
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    with subprocess.Popen(
        [sys.executable, "-m", "nodreel.agent.trial", recipient],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        wait_for(paths.trial.exists, "a place for it")
        (paths.trial / "left").write_text("x")
        said = process.communicate(timeout=60)  # which closes its standard input
    assert (process.returncode, said) == (0, ("", ""))
    assert not paths.trial.exists()


def test_a_folder_that_was_deleted_meanwhile_is_not_taken_for_another_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = default_paths()
    private_dir(paths.data)

    def run(_: object, *, begin: Callable[[object], None]) -> int:
        begin(SimpleNamespace(permission=SimpleNamespace()))
        assert paths.trial.is_dir()
        forget(paths)
        return 0

    for name in ("watch", "end_with_starter", "harden"):
        monkeypatch.setattr(module, name, lambda *_: None)
    monkeypatch.setattr(module, "run", SimpleNamespace(run=run, log_to=lambda _: None))
    assert module.main("age1x") == 0
