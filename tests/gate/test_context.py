"""A scene, judged: owners, front app, who grabbed the keyboard, who shows under the pointer."""

from __future__ import annotations

from dataclasses import replace

from nodreel.events import Rect
from nodreel.gate.context import Grab, context_of
from tests.scenes import APPS, scene, window

MENU = window("pad", Rect(10, 10, 80, 90), popup=True, ident=9)
ALIEN = window("term", Rect(10, 10, 80, 90), popup=True, ident=9)
ALL = (window("pad"), window("web"), window("term"))


def test_owners_are_designated_windows_and_their_popups_only() -> None:
    assert context_of(scene(windows=(*ALL, MENU)), APPS).owners == {1: "pad", 2: "web", 9: "pad"}
    assert context_of(scene(windows=(*ALL, ALIEN)), APPS).owners == {1: "pad", 2: "web"}


def test_the_front_app_is_none_unless_it_is_designated() -> None:
    assert context_of(scene(focus="pad"), APPS).focus_app == "pad"
    assert context_of(scene(focus="term"), APPS).focus_app is None
    assert context_of(scene(focus=None), APPS).focus_app is None
    assert not context_of(scene(locked=True), APPS).open


def test_only_the_front_apps_own_popup_explains_a_grab() -> None:
    assert context_of(scene(), APPS).grab is Grab.NONE
    assert context_of(scene(grabbed=True), APPS).grab is Grab.SECRET
    assert context_of(scene(grabbed=True, windows=(*ALL, MENU)), APPS).grab is Grab.MENU
    assert context_of(scene(grabbed=True, windows=(*ALL, ALIEN)), APPS).grab is Grab.SECRET
    foreign = scene(grabbed=True, focus="term", windows=(*ALL, ALIEN))
    assert context_of(foreign, APPS).grab is Grab.SECRET


def test_who_shows_under_the_pointer() -> None:
    context = context_of(scene(windows=(*ALL, ALIEN)), APPS)
    assert context.owner_at(5, 5) == "pad"
    assert context.owner_at(20, 20) is None, "a foreign popup lies on top"
    assert context.owner_at(10, 400) is None, "a foreign window"
    assert context.owner_at(700, 500) is None, "the bare desktop"


def test_a_windows_frame_belongs_to_the_window_manager() -> None:
    framed = replace(window("pad"), outer=Rect(0, 0, 400, 320), inner=Rect(0, 20, 400, 300))
    context = context_of(scene(windows=(framed,)), APPS)
    assert context.owner_at(5, 5) is None
    assert context.owner_at(5, 25) == "pad"
