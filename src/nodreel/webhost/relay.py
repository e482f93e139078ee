"""Carries an extension's words to the agent and the agent's permission back; keeps nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodreel.errors import NodreelError
from nodreel.ipc.exchange import exchange
from nodreel.webhost.framing import FramingError

if TYPE_CHECKING:
    from pathlib import Path

ASK, REPORT = "web_hello", "web_report"
PATIENCE_S = 1.0
_NO = {"allowed": False}


class Relay:
    """Speaks to the agent at ``socket``; only two words pass, so a browser can ask nothing else."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._told = False  # whether the agent may still believe something of this browser

    def answer(self, message: dict[str, object]) -> dict[str, object]:
        """Return what the extension is told; a no whenever the agent did not say yes.

        Raises FramingError for a message that no extension of ours sends.
        """
        word = message.get("do")
        if word not in {ASK, REPORT}:
            raise FramingError
        self._told = self._told or word == REPORT
        try:
            said = self._exchange(message)
        except NodreelError:
            return {"re": word, "web": _NO}
        if said.get("answer") != "done":
            self.gone()  # what the agent could not take must not leave the last report standing
            return {"re": word, "web": _NO}
        return {"re": word, "web": said.get("web") or _NO}

    def gone(self) -> None:
        """Tell the agent that nothing is known of this browser any more."""
        if not self._told:
            return
        self._told = False
        try:
            self._exchange({"do": "web_gone"})
        except NodreelError:
            return  # then it hears nothing more, and that closes, too

    def _exchange(self, message: dict[str, object]) -> dict[str, object]:
        """Ask; raises NodreelError without an answer, FramingError for half a character."""
        try:
            line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
        except UnicodeEncodeError as error:
            raise FramingError from error
        try:
            said = json.loads(exchange(self._socket, line, PATIENCE_S))
        except ValueError as error:
            raise NodreelError("The agent's answer makes no sense.") from error
        return said if isinstance(said, dict) else {}
