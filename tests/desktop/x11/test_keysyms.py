from __future__ import annotations

import pytest
from xcffib import keysymdef as k

from nodreel.desktop.x11.keysyms import classify
from nodreel.events import KeyClass as Is


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("XK_a", Is.CHARACTER), ("XK_space", Is.CHARACTER), ("XK_Cyrillic_a", Is.CHARACTER),
        ("XK_dead_acute", Is.CHARACTER), ("XK_KP_5", Is.CHARACTER), ("XK_KP_Add", Is.CHARACTER),
        ("XK_EuroSign", Is.CHARACTER), ("XK_Left", Is.NAVIGATION), ("XK_KP_Left", Is.NAVIGATION),
        ("XK_Tab", Is.NAVIGATION), ("XK_ISO_Left_Tab", Is.NAVIGATION), ("XK_Escape", Is.NAVIGATION),
        ("XK_Return", Is.NAVIGATION), ("XK_BackSpace", Is.EDITING), ("XK_Delete", Is.EDITING),
        ("XK_F1", Is.FUNCTION), ("XK_F35", Is.FUNCTION), ("XK_Shift_L", Is.MODIFIER),
        ("XK_Super_R", Is.MODIFIER), ("XK_Caps_Lock", Is.MODIFIER), ("XK_Num_Lock", Is.MODIFIER),
        ("XK_ISO_Level3_Shift", Is.MODIFIER), ("XK_Print", Is.OTHER), ("XK_Pause", Is.OTHER),
    ],
)  # fmt: skip
def test_each_key_has_its_class(name: str, wanted: Is) -> None:
    assert classify(getattr(k, name), commanding=False) is wanted


def test_with_control_or_alt_it_is_no_text() -> None:
    assert classify(k.XK_c, commanding=True) is Is.SHORTCUT
    assert classify(k.XK_F4, commanding=True) is Is.SHORTCUT
    assert classify(k.XK_Left, commanding=True) is Is.NAVIGATION
    assert classify(k.XK_Control_L, commanding=True) is Is.MODIFIER


def test_unicode_and_nothing() -> None:
    assert classify(0x0100_1E9E, commanding=False) is Is.CHARACTER
    assert classify(0, commanding=False) is Is.OTHER
    assert classify(0x1008_FF11, commanding=False) is Is.OTHER  # a media key
