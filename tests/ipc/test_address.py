"""A deep folder is no reason not to be reachable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.ipc import wire
from nodreel.ipc.address import address
from nodreel.ipc.client import call
from nodreel.ipc.server import ControlServer
from nodreel.paths import Paths

if TYPE_CHECKING:
    from pathlib import Path


def test_a_short_name_is_taken_as_it_is(tmp_path: Path) -> None:
    with address(tmp_path / "s") as name:
        assert name == str(tmp_path / "s")


def test_a_name_too_long_for_the_kernel_works_all_the_same(tmp_path: Path) -> None:
    run = tmp_path / ("d" * 100) / "run"
    run.mkdir(parents=True, mode=0o700)
    paths = Paths(tmp_path, run, tmp_path, tmp_path)
    done = wire.Done(text="heard")
    with ControlServer(paths, lambda *_: done):
        assert call(paths, wire.AskStatus()) == done
    assert list(run.iterdir()) == []
