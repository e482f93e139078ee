"""Whether the person can reach this agent: a recording that nobody can stop must not go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nodreel.host.instance import Instance
    from nodreel.ipc.server import ControlServer


class Reach(Protocol):
    """Where callers find the agent."""

    lost: bool
    """For good: another agent may be the one that the person reaches, so this one ends."""

    def why_not(self) -> str | None:
        """Say why nobody reaches us, None: all is well. Raises StoreError while it cannot tell."""
        ...


class LocalReach:
    """Reached through a lock file and a socket; a socket that was taken away is put back."""

    def __init__(self, instance: Instance, server: ControlServer) -> None:
        self._instance, self._server = instance, server
        self.lost = False

    def why_not(self) -> str | None:
        """Look at both; see the protocol."""
        if not self._instance.holds():
            self.lost = True
            return "The folder through which you reach nodreel is gone, so it ends."
        self._server.mend()
        return None
