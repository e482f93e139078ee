"""C1. No yes, no capture."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
import xcffib
import xcffib.res

from nodreel.consent.grant import Grant
from nodreel.desktop import open_desktop
from nodreel.errors import NoConsentError
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Done
from nodreel.paths import default_paths
from tests.bed.bed import wait_for
from tests.bed.injector import connect

if TYPE_CHECKING:
    from tests.bed.bed import Bed


def test_nobody_but_consent_makes_a_grant() -> None:
    with pytest.raises(TypeError):
        Grant(object(), None, None, None, ())  # type: ignore[arg-type]


def test_the_desktop_opens_for_a_grant_alone() -> None:
    for other in (None, object(), True):
        with pytest.raises((TypeError, NoConsentError)):
            open_desktop(other)  # type: ignore[arg-type]


def connected(bed: Bed) -> set[int]:
    """Every process that is connected to the X server, as the server knows it."""
    x = connect(bed.env)
    try:
        res = x(xcffib.res.key)
        clients = res.QueryClients().reply().clients
        specs = [
            xcffib.res.ClientIdSpec.synthetic(
                c.resource_base, xcffib.res.ClientIdMask.LocalClientPID
            )
            for c in clients
        ]
        found = res.QueryClientIds(len(specs), specs).reply().ids
        return {int(one.value[0]) for one in found if len(one.value)}
    finally:
        x.disconnect()


def test_without_a_yes_the_agent_is_not_connected_to_the_desktop(bed: Bed) -> None:
    paths = default_paths()
    home = {"NODREEL_HOME": str(paths.runtime.parent)}
    agent = bed.start(sys.executable, "-m", "nodreel.agent", env=home)
    try:
        wait_for(paths.socket.exists, "the agent")
        for _ in range(20):  # two seconds of its life, each beat a chance to open something
            answer = call(paths, AskStatus(), 5)
            assert isinstance(answer, Done)
            assert answer.status is not None
            assert answer.status.state == "blocked"
            assert not answer.status.recording
            here = connected(bed)
            assert here, "the server knows nobody: the question is wrong"
            assert agent.pid not in here
    finally:
        agent.stop()
