"""What the person says over the control socket, and what the agent answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from nodreel import consent
from nodreel.agent.status import status_of
from nodreel.clock import WallNanos
from nodreel.consent.switches import FOREVER, STOPPED, Switches
from nodreel.errors import ControlError
from nodreel.events import SECOND
from nodreel.ipc.web import WebGone, WebHello, WebReport
from nodreel.ipc.wire import (
    AddNote,
    AskStatus,
    Delete,
    Done,
    Pause,
    Request,
    Resume,
    SignBeat,
    Status,
    Stop,
    Stored,
    Withdraw,
)

if TYPE_CHECKING:
    from nodreel.agent.agent import Agent

MINUTE = 60 * SECOND


class Control:
    """Answers requests; everything but a heartbeat and a question is carried out by the agent."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def __call__(self, request: Request, pid: int) -> Done:
        """Do what is asked; ``pid`` is the asker's as the kernel knows it. Raises NodreelError."""
        agent = self._agent
        match request:
            case SignBeat():
                agent.sign.heard(request.window, pid)
                return Done(status=self.status())
            case AskStatus():
                return Done(status=self.status())
            case Pause() | Stop() | Withdraw() | Delete():
                agent.shut()
                return agent.ask(lambda: self._off(request))
            case Resume():
                return agent.ask(self._resume)
            case AddNote():
                return agent.ask(lambda: self._note(request))
            case WebHello() | WebReport() | WebGone():
                return Done(web=agent.browsers(request, pid))
            case _:
                assert_never(request)

    def _off(self, request: Pause | Stop | Withdraw | Delete) -> Done:
        agent = self._agent
        match request:
            case Pause(minutes=minutes):
                until = FOREVER if minutes is None else agent.clock.wall() + minutes * MINUTE
                stopped = agent.permission.switches.stopped  # stays so when the pause is over
                self._switch(Switches(stopped, WallNanos(until)), "paused")
                return Done(status=self.status())
            case Stop():
                self._switch(STOPPED, "stopped")
                agent.quit()
                return Done(text="nodreel has stopped; it stays so until you start it.")
            case Withdraw(stored=stored):
                return self._withdraw(stored)
            case Delete():
                return self._delete(request)

    def _switch(self, switches: Switches, event: str) -> None:
        agent = self._agent
        agent.end_recording()
        try:
            agent.permission.switch(switches)
        finally:
            agent.audit(event, {})
            agent.beat()

    def _resume(self) -> Done:
        agent = self._agent
        if agent.permission.switches.stopped:
            raise ControlError(
                "nodreel was stopped, or not started yet.", advice="Start it with `nodreel start`."
            )
        agent.permission.switch(Switches())
        agent.audit("resumed", {})
        agent.beat()
        return Done(status=self.status())

    def _note(self, request: AddNote) -> Done:
        recording = self._agent.recording
        if recording is None or recording.context is None or not recording.context.open:
            raise ControlError(
                "Nothing is being recorded now, so there is nothing to add a note to.",
                advice="Bring a designated app to the front and say it again.",
            )
        recording.note(request.text)
        return Done(text="Noted; you can see and delete it like everything else.")

    def _delete(self, request: Delete) -> Done:
        agent = self._agent
        agent.discard_recording()
        sign = agent.permission.grant.sign if agent.permission.grant else None
        if request.everything:
            deleted = agent.store.delete_all(sign)
        elif request.episode is not None:
            deleted = agent.store.delete_episode(request.episode, sign)
        else:
            since = agent.clock.wall() - (request.last_seconds or 0) * SECOND
            deleted = agent.store.delete_range(WallNanos(since), agent.clock.wall(), sign)
        agent.audit("deleted", {"segments": deleted.segments})
        agent.beat()
        return Done(status=self.status(), text=str(deleted))

    def _withdraw(self, stored: Stored) -> Done:
        agent = self._agent
        receipt = consent.withdraw(
            agent.paths,
            agent.clock,
            stored=stored,
            gate_off=agent.shut,
            discard=agent.discard_recording,
            dispose=agent.dispose,
        )
        agent.beat()
        return Done(status=self.status(), text=str(receipt))

    def status(self) -> Status:
        """How things are, from what the agent found at its last beat."""
        return status_of(self._agent)
