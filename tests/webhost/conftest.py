"""An agent that only listens, at the socket of a home of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.errors import ControlError
from nodreel.ipc import web, wire
from nodreel.ipc.server import ControlServer
from nodreel.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StandIn:
    """Answers an extension and remembers what it and whoever else said."""

    def __init__(self) -> None:
        self.said: list[wire.Request] = []
        self.pids: list[int] = []
        self.allowed = True
        self.refuse = False

    def __call__(self, request: wire.Request, pid: int) -> wire.Done:
        self.said.append(request)
        self.pids.append(pid)
        if self.refuse:
            raise ControlError("Not like that.")
        return wire.Done(web=web.Web(allowed=self.allowed, terms="t" if self.allowed else ""))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    home = tmp_path / "home" / "nodreel"
    (home / "run").mkdir(parents=True, mode=0o700)
    return Paths(home / "data" / "v1", home / "run", home / "config", tmp_path / "managed")


@pytest.fixture
def agent(paths: Paths) -> Iterator[StandIn]:
    made = StandIn()
    with ControlServer(paths, made):
        yield made
