"""How things are, in words: a little for the sign, all of it for whoever asks."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Protocol

from nodreel.agent.interlocks import Interlock
from nodreel.consent.switches import FOREVER
from nodreel.errors import StoreError
from nodreel.events import SECOND, Nanos
from nodreel.language.speech import message

if TYPE_CHECKING:
    from nodreel.agent.governor import Governor
    from nodreel.agent.permission import Permission
    from nodreel.agent.recording import Recording
    from nodreel.clock import Clock
    from nodreel.ipc.wire import State, Status
    from nodreel.paths import Paths
    from nodreel.store import Store

NOT_YET = Interlock("senses", closed=False, sentence=message("Recording begins in a moment."))


class Known(Protocol):
    """What the agent knows of itself."""

    paths: Paths
    clock: Clock
    permission: Permission
    governor: Governor
    store: Store
    verdicts: tuple[Interlock, ...]
    recording: Recording | None
    last_written: Nanos | None
    framed: bool


def brief(agent: Known) -> dict[str, object]:
    """Return what the sign shows, from what the agent found at its last beat."""
    recording, now = agent.recording, agent.clock.mono()
    open_ = next((v for v in agent.verdicts if not v.closed), None)
    if open_ is None and recording is None:
        open_ = NOT_YET
    state = _state(open_.name if open_ else None)
    app = recording.app_name if recording else ""
    written = recording.writer.stats.last_written if recording else agent.last_written
    return {
        "state": state,
        "sentence": open_.sentence if open_ else _recording(app, recording),
        "recording": state == "recording",
        "app": app if state == "recording" else "",
        "interlocks": [{"name": open_.name, "closed": False}] if open_ else [],
        "last_written_s": None if written is None else _seconds(Nanos(now - written)),
        "unwritten_s": _seconds(recording.unwritten(now)) if recording else 0.0,
        "paused_s": _paused_s(agent),
    }


def around(agent: Known) -> tuple[int, int, int, int] | None:
    """Return what a frame is to lie round: x, y, width, height in desktop pixels; None for none."""
    rect = agent.recording.around if agent.framed and agent.recording else None
    return (rect.x, rect.y, rect.w, rect.h) if rect else None


def status_of(agent: Known) -> Status:
    """Return all there is to say, from what the agent found at its last beat."""
    from nodreel.ipc.wire import Episodes, Status  # noqa: PLC0415  not before somebody asks
    from nodreel.ipc.wire import Interlock as Told  # noqa: PLC0415

    recording = agent.recording
    return Status.model_validate(
        brief(agent)
        | {
            "interlocks": tuple(
                Told(name=v.name, closed=v.closed, sentence=v.sentence) for v in agent.verdicts
            ),
            "spares": agent.governor.words,
            "episodes": Episodes(**_counts(agent)),
            "dropped": dict(recording.dropped) if recording else {},
            "paths": {"data": str(agent.paths.data), "policy": str(agent.paths.policy)},
            "pid": os.getpid(),
            "version": _version(),
        }
    )


def _counts(agent: Known) -> dict[str, int]:
    """Count what is stored; a store that cannot be used keeps nobody from hearing that it is so."""
    try:
        return agent.store.counts()
    except StoreError:
        return {"held": 0, "released": 0}


@cache
def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  slow to import, seldom asked for

    return version("nodreel")


def _paused_s(agent: Known) -> float | None:
    switches, wall = agent.permission.switches, agent.clock.wall()
    until = switches.paused_until
    if until is None or until == FOREVER or not switches.paused(wall):
        return None
    return _seconds(Nanos(until - wall))


def _state(name: str | None) -> State:
    """Name the state by the first interlock that is open."""
    named: dict[str | None, State] = {None: "recording", "context": "waiting", "pause": "paused"}
    return named.get(name, "blocked")


def _recording(app: str, recording: Recording | None) -> str:
    """Say what is recorded, and what of it is left out just now."""
    why = recording.left_out if recording else None
    return f"Recording {app}. {why}" if why else f"Recording {app}."


def _seconds(span: Nanos) -> float:
    return round(max(0, span) / SECOND, 3)
