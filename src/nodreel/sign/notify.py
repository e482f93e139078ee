"""``python -m nodreel.sign.notify OCCASION``: one notification of the desktop, and its button.

A process of its own that ends by itself: it may wait for the person, nobody waits for it. What the
desktop's daemon says is believed no further than that the button was pressed, and no button does
more than pause or open a page.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Final

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType

from nodreel.agent.notice import NOTICES, Notice, Occasion
from nodreel.clock import SystemClock
from nodreel.errors import NodreelError
from nodreel.events import SECOND
from nodreel.host import refuse_root
from nodreel.ipc.exchange import exchange
from nodreel.language import choose
from nodreel.language.speech import ENGLISH
from nodreel.paths import default_paths
from nodreel.sign.bus import BROKEN, DAEMON, ask, connect, named
from nodreel.sign.looks import plain
from nodreel.sign.said import read_answer

if TYPE_CHECKING:
    from nodreel.language import Speech
    from nodreel.paths import Paths

SERVICE: Final = DBusAddress(
    "/org/freedesktop/Notifications",
    "org.freedesktop.Notifications",
    "org.freedesktop.Notifications",
)
PATIENCE_S: Final = 10.0  # a daemon may have to be started first
LONGEST: Final = 240  # characters of what the agent says
_BUTTONS: Final = ("default", "do")  # a click anywhere on it does the same as the button
_NORMAL, _CRITICAL = 1, 2
_MONITORED: Final = ("ActionInvoked", "NotificationClosed")


class Desktop:
    """The session bus and the notification daemon on it. Raises OSError without either."""

    def __init__(self) -> None:
        self._bus = connect(PATIENCE_S)

    def show(self, notice: Notice, text: str, say: Speech = ENGLISH) -> tuple[int, str]:
        """Show it; return its number and who shows it."""
        for member in _MONITORED:
            rule = MatchRule(type="signal", interface=SERVICE.interface, member=member)
            ask(self._bus, PATIENCE_S, DAEMON, "AddMatch", "s", rule.serialise())
        (can,) = ask(self._bus, PATIENCE_S, SERVICE, "GetCapabilities").body
        buttons = [word for key in _BUTTONS for word in (key, say(notice.button))]
        urgency = _CRITICAL if notice.urgent else _NORMAL
        told = ask(
            self._bus, PATIENCE_S, SERVICE, "Notify", "susssasa{sv}i",
            "nodreel", 0, "media-record", say(notice.title),
            escape(text, quote=False) if "body-markup" in can else text,
            buttons if "actions" in can else [],
            {"urgency": ("y", urgency), "desktop-entry": ("s", "nodreel")}, -1,
        )  # fmt: skip
        return told.body[0], told.header.fields.get(HeaderFields.sender, "")

    def pressed(self, number: int, daemon: str, seconds: float) -> bool:
        """Wait until the button is pressed, or the notification is gone, or the time is over."""
        clock = SystemClock()
        until = clock.mono() + round(seconds * SECOND)
        while (left := until - clock.mono()) > 0:
            try:
                said = self._bus.receive(timeout=left / SECOND)
            except TimeoutError:
                return False
            about = said.body[:1] == (number,)
            ours = said.header.fields.get(HeaderFields.sender) == daemon and about
            if said.header.message_type is MessageType.signal and ours:
                return named(said)[2] == "ActionInvoked" and said.body[1] in _BUTTONS
        return False

    def close(self) -> None:
        """Leave the bus; what is shown stays."""
        self._bus.close()


def text_of(notice: Notice, paths: Paths, say: Speech = ENGLISH) -> str:
    """Return what it says: the agent's own sentence where that is wanted and can be had."""
    if notice.why:
        with suppress(NodreelError):
            said = read_answer(exchange(paths.socket, b'{"do":"status"}\n', 2.0))
            if said is not None and not said.recording:
                return plain(say(said.sentence), LONGEST)
    return say(notice.text)


def carry_out(notice: Notice, paths: Paths) -> None:
    """Do what the button says."""
    if isinstance(notice.do, bytes):
        with suppress(NodreelError):  # without an agent nothing is recorded anyway
            exchange(paths.socket, notice.do, PATIENCE_S)
        return
    subprocess.run([sys.executable, "-P", "-m", "nodreel.cli", *notice.do], check=False)


def main() -> int:
    """Show one notice; 1 where the desktop shows none."""
    refuse_root()
    notice, paths = NOTICES[Occasion(sys.argv[1])], default_paths()
    try:
        desktop = Desktop()
        say = choose(paths)
        number, daemon = desktop.show(notice, text_of(notice, paths, say), say)
        pressed = desktop.pressed(number, daemon, notice.waits_s)
        desktop.close()
    except BROKEN:
        return 1
    if pressed:
        carry_out(notice, paths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
