"""The process of the pages: one at a time, gone when nobody looks, nothing left behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nodreel import errors
from nodreel.events import Nanos
from nodreel.host import claim
from nodreel.page import run as run_module
from nodreel.page.door import door
from nodreel.page.run import LOCK, main, run
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    import pytest

    from nodreel.paths import Paths


def test_the_door_is_there_while_it_runs_and_gone_after(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "_LOOK_S", 0.02)
    (paths.trial / "episode").mkdir(parents=True)  # of pages that were killed
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(paths, stop))
    thread.start()
    wait_for(door(paths).exists, "the door")
    assert claim(paths.runtime / LOCK) is None
    assert not paths.trial.exists(), "what nobody has the key to is gone"
    run(paths, threading.Event())  # a second one has nothing to do
    stop.set()
    thread.join(20)
    assert not door(paths).exists()


def test_nobody_looking_ends_it(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "_LOOK_S", 0.02)
    monkeypatch.setattr(run_module, "IDLE", Nanos(1))
    run(paths, threading.Event())
    assert not door(paths).exists()


def test_root_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getresuid", lambda: (0, 0, 0))
    assert main() == errors.RootRefusedError.exit_code
