"""Carrying out what was chosen in the menu: quick words to the agent, or a command of nodreel."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Final

from nodreel.events import SECOND
from nodreel.sign.menu import Choice

if TYPE_CHECKING:
    from nodreel.clock import WallNanos

_ENOUGH: Final = 4096  # characters of what a command says
_MORNING: Final = 4  # o'clock: whoever works past midnight has not begun tomorrow yet
DAY_MINUTES: Final = 24 * 60
_MESSAGES: Final[dict[Choice, bytes]] = {
    Choice.PAUSE_15: b'{"do":"pause","minutes":15}\n',
    Choice.PAUSE_60: b'{"do":"pause","minutes":60}\n',
    Choice.PAUSE: b'{"do":"pause"}\n',
    Choice.RESUME: b'{"do":"resume"}\n',
    Choice.QUIT: b'{"do":"stop"}\n',
}
"""Words of ``nodreel.ipc.wire`` as they travel: its models would be half of the sign's memory."""
_COMMANDS: Final[dict[Choice, tuple[str, ...]]] = {
    Choice.DELETE_5: ("delete", "--last", "5m", "--yes"),
    Choice.DELETE_60: ("delete", "--last", "1h", "--yes"),
    Choice.REVIEW: ("open", "review"),
    Choice.RECORDED: ("open", "recorded"),
    Choice.EXPLAIN: ("open", "explain"),
    Choice.WITHDRAW: ("open", "--withdraw"),
}


def message_of(choice: Choice, wall: WallNanos) -> bytes | None:
    """Return what the agent is told; None where a command does it."""
    if choice is Choice.PAUSE_TOMORROW:
        return b'{"do":"pause","minutes":%d}\n' % _until_tomorrow(wall)
    return _MESSAGES.get(choice)


def _until_tomorrow(wall: WallNanos) -> int:
    """Return the minutes until early tomorrow, by the clock on the wall here; a day at most."""
    now = datetime.fromtimestamp(wall / SECOND, tz=UTC).astimezone()
    morning = (now + timedelta(days=1)).replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    return max(1, min(DAY_MINUTES, round((morning - now).total_seconds() / 60)))


class Commands:
    """Runs commands of nodreel beside the sign, one of each kind at a time; hears how they end.

    They write into a file without a name, not into a pipe: withdrawing takes the sign down, and the
    command must still come to its end.
    """

    def __init__(self) -> None:
        self._running: dict[Choice, tuple[subprocess.Popen[bytes], IO[bytes]]] = {}

    def run(self, choice: Choice) -> None:
        """Start what that choice means, unless it runs already."""
        words = _COMMANDS.get(choice)
        if words is None or choice in self._running:
            return
        said = tempfile.TemporaryFile()  # noqa: SIM115  closed when its command has ended
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nodreel.cli", *words],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        self._running[choice] = process, said

    @property
    def busy(self) -> bool:
        """Whether the end of a command is still to be told."""
        return bool(self._running)

    def ended(self) -> str:
        """Return the first line of a command that has ended since; empty when none has."""
        for choice, (process, said) in list(self._running.items()):
            if process.poll() is not None:
                del self._running[choice]
                with said:
                    said.seek(0)
                    text = said.read(_ENOUGH).decode("utf-8", errors="replace")
                return text.strip().partition("\n")[0]
        return ""
