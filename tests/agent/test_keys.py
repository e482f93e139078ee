"""Keyboard-only walks through real apps, judged by what was stored: every key of a designated app,
no press without its end, and not one key of a lock screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from nodreel.events import Focus, Key, KeyClass
from tests.agent.journey import POLICY
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

APPS = "".join(
    f'\n[[apps]]\nid = "{name}"\nname = "{name}"\nexe = "/usr/bin/{name}"\nkeys = "full"\n'
    for name in ("mousepad", "featherpad", "zenity")
)
KEY_KINDS = {2, 3}


def human(hands: Injector, *chords: str) -> None:
    """Press chords like "Alt_L+f" one after the other, at the pace of a quick person."""
    for chord in chords:
        names = chord.split("+")
        for name in names:
            hands.key_down(name)
            time.sleep(0.04)
        for name in reversed(names):
            hands.key_up(name)
            time.sleep(0.04)
        time.sleep(0.06)


def keys(journey: Journey) -> list[Key]:
    return [e for e in journey.stored() if isinstance(e, Key)]


def recorded(journey: Journey, count: int) -> list[Key]:
    wait_for(lambda: len(keys(journey)) >= count, f"{count} keys to be stored")
    return keys(journey)


def unpaired(stored: list[Key]) -> int:
    """Presses without an end, by class (a key's code may have been left out)."""
    open_: dict[KeyClass, int] = {}
    for key in stored:
        open_[key.key_class] = open_.get(key.key_class, 0) + (1 if key.press else -1)
    return sum(abs(n) for n in open_.values())


@pytest.fixture
def start(journey: Journey, windows: Windows) -> object:
    """Return a function that starts an app and records it."""

    def started(title: str, *command: str) -> int:
        journey.write_policy(POLICY.replace("[limits]", APPS + "\n[limits]"))
        app = journey.open(*command)
        window = windows.wait(title, app.pid, timeout=30).id
        windows.activate(window)
        journey.consent()
        journey.agent()
        journey.until("recording")
        return window

    return started


WALKS = {
    "a GTK menu": (
        ("Mousepad", "mousepad", "--disable-server"),
        ("F10", "Down", "Down", "Right", "Right", "Down", "Escape", "Escape", "Alt_L+s", "Down",
         "Escape", "a", "b", "BackSpace"),
    ),
    "a Qt menu": (
        ("Untitled", "featherpad", "--standalone"),
        ("Alt_L+f", "Down", "Down", "Right", "Down", "Escape", "a", "b", "BackSpace"),
    ),
    "a combo box": (
        ("Kinds", "zenity", "--forms", "--title=Kinds", "--add-combo=Kind", "--combo-values=a|b|c",
         "--add-entry=Name"),
        ("Down", "Down", "space", "Down", "Return", "Tab", "x", "BackSpace"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("walk", WALKS, ids=lambda w: w.replace(" ", "-"))
def test_every_key_of_a_walk_is_stored_in_pairs(
    journey: Journey, hands: Injector, start: object, walk: str
) -> None:
    assert callable(start)
    (title, *command), chords = WALKS[walk]
    start(title, *command)
    human(hands, *chords)
    sent = [s for s in hands.sent if s.kind in KEY_KINDS]
    stored = recorded(journey, len(sent))
    assert [k.press for k in stored] == [s.kind == 2 for s in sent]
    shown = [(k.keycode, s.detail) for k, s in zip(stored, sent, strict=True) if k.keycode]
    assert all(ours == theirs for ours, theirs in shown)
    assert len(shown) >= len(sent) - 8, "only a menu's letters lose their code"
    assert unpaired(stored) == 0
    assert not any(k.released_unseen for k in stored)


def test_a_window_switcher_keeps_its_keys_and_no_press_stays_open(
    journey: Journey, hands: Injector, windows: Windows, start: object
) -> None:
    assert callable(start)
    pad = start("Mousepad", "mousepad", "--disable-server")
    other = journey.open("featherpad", "--standalone")
    windows.activate(windows.wait("Untitled", other.pid, timeout=30).id)
    windows.activate(pad)
    journey.until("recording")
    hands.sent.clear()
    human(hands, "a", "Alt_L+Tab", "b")  # Alt went to the app, Tab to the switcher
    wait_for(lambda: windows.active() != pad or None, "the switch")
    stored = recorded(journey, 6)
    assert unpaired(stored) == 0
    assert [k.app for k in stored if k.key_class is KeyClass.CHARACTER and k.press] == [
        "mousepad", "featherpad"
    ]  # fmt: skip
    assert not any(k.key_class is KeyClass.NAVIGATION for k in stored), "Tab is the switcher's"
    assert [e.app for e in journey.stored() if isinstance(e, Focus)][-1] == "featherpad"


def test_not_one_key_typed_into_a_lock_screen_is_stored(
    journey: Journey, hands: Injector, start: object
) -> None:
    assert callable(start)
    start("Mousepad", "mousepad", "--disable-server")
    human(hands, "a")
    recorded(journey, 2)
    lock = journey.open("i3lock", "--nofork", "-c", "000000")
    wait_for(lambda: journey.until("blocked"), "the lock")
    hands.type("hunter2")
    human(hands, "BackSpace", "Return")
    lock.stop()
    journey.until("recording")
    human(hands, "b")
    stored = recorded(journey, 4)
    assert len(stored) == 4
