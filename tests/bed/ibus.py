"""A real IBus on a bed: its daemon, its bridge to X's own protocol, engines by name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tests.bed.waiting import BedError, wait_for

if TYPE_CHECKING:
    from tests.bed.bed import App, Bed

PLAIN, COMPOSING = "xkb:us::eng", "table:translit"
"""What the keymap says; Cyrillic spelt in Latin letters (``privet``)."""
FOR_GTK = {"GTK_IM_MODULE": "xim", "XMODIFIERS": "@im=ibus"}


def start(bed: Bed) -> App:
    """Start the daemon; it has no engine yet."""
    daemon = bed.start("ibus-daemon", "--xim", "--panel=disable", "--config=disable",
                       "--emoji-extension=disable")  # fmt: skip
    wait_for(lambda: "ibus" in bed.run("xprop", "-root", "XIM_SERVERS"), "the daemon")
    return daemon


def choose(bed: Bed, engine: str) -> None:
    """Make it the engine of the window in front, as the desktop's switcher does."""

    def chosen() -> bool:
        with suppress(
            BedError
        ):  # it may have chosen it and failed to load its layout, all the same
            bed.run("ibus", "engine", engine)
        with suppress(BedError):
            return bed.run("ibus", "engine").strip() == engine
        return False

    wait_for(chosen, f"the engine {engine}")
