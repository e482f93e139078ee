from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import Key
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector


def test_the_state_is_that_of_each_key_even_when_read_late(
    desktop: X11Desktop, hands: Injector
) -> None:
    hands.type("aAa")
    keys = [e for e in desktop.flush()[0] if isinstance(e, Key) and e.press]
    assert [(e.keysym, e.modifiers) for e in keys if e.keysym and e.keysym < 0xFF00] == [
        (0x61, 0), (0x41, 1), (0x61, 0),
    ]  # fmt: skip


def test_a_remapped_key_means_what_it_means_now(
    bed: Bed, desktop: X11Desktop, hands: Injector
) -> None:
    def pressed() -> int | None:
        desktop.flush()
        hands.tap("F12")
        return next(e.keysym for e in desktop.flush()[0] if isinstance(e, Key))

    assert pressed() == 0xFFC9
    bed.run("xmodmap", "-e", "keysym F12 = odiaeresis")
    wait_for(lambda: pressed() == 0xF6, "the new meaning")
    hands.reread_keymap()
    bed.run("xmodmap", "-e", "keysym odiaeresis = F12")


def test_altgr_reaches_the_third_level(bed: Bed, desktop: X11Desktop, hands: Injector) -> None:
    bed.run("setxkbmap", "de")
    try:
        desktop.flush()
        hands.reread_keymap()
        hands.key_down("ISO_Level3_Shift")
        hands.tap("e")
        hands.key_up("ISO_Level3_Shift")
        keys = [e for e in desktop.flush()[0] if isinstance(e, Key) and e.press]
        assert keys[-1].keysym == 0x20AC  # the euro sign
        assert keys[-1].key_class.value == "character"
    finally:
        bed.run("setxkbmap", "us")
