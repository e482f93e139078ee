"""A notice in a real notification daemon on a real bus, and what its button does."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.notice import NOTICES, Occasion
from nodreel.ipc import wire
from nodreel.language.choice import _ours
from nodreel.paths import default_paths
from nodreel.sign.notify import LONGEST, text_of
from tests.agent.journey import Journey
from tests.bed.injector import connect
from tests.bed.waiting import wait_for
from tests.sign.test_panel import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.events import Rect
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows
    from tests.sign.conftest import Agent

DUNST = """[global]
origin = top-left
offset = 20x60
width = 400
font = DejaVu Sans 11
mouse_left_click = do_action, close_current
markup = full
[urgency_normal]
timeout = 0
"""
VIEWABLE = 2


def notify(occasion: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "nodreel.sign.notify", occasion])


def test_what_is_broken_is_said_in_the_agents_words_and_nothing_else_is(agent: Agent) -> None:
    broken, paths = NOTICES[Occasion.BROKEN], default_paths()
    assert text_of(broken, paths) == broken.text, "by now it records again"
    agent.status = wire.Status(state="blocked", sentence="No \u202eroom.\n" + "x" * 900)
    assert text_of(broken, paths).startswith("No room.")
    assert len(text_of(broken, paths)) == LONGEST
    assert text_of(NOTICES[Occasion.FIRST], paths) == NOTICES[Occasion.FIRST].text


def test_without_an_agent_or_a_bus_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = NOTICES[Occasion.BROKEN]
    assert text_of(broken, default_paths()) == broken.text
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert notify("broken").wait(20) == 1


def test_each_notice_is_there_in_the_persons_language() -> None:
    for code in ("de", "es", "fr", "ja", "zh"):
        say = _ours(code)
        for notice in NOTICES.values():
            for words in (notice.title, notice.text, notice.button):
                assert say(words) != words, (code, words)


@pytest.fixture
def daemon(on_bed: Bed) -> Iterator[None]:
    place = on_bed.folder / "dunstrc"
    place.write_text(DUNST)
    dunst = on_bed.start("dunst", "-config", str(place))
    wait_for(lambda: '"org.freedesktop.Notifications"' in names(on_bed), "the daemon")
    yield
    dunst.stop()


def names(bed: Bed) -> str:
    bus = ("--dest=org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.ListNames")
    return bed.run("dbus-send", "--session", "--print-reply", *bus)


def shown(bed: Bed, windows: Windows) -> Rect | None:
    """Return where a notification is on the screen."""
    x = connect(bed.env)
    try:
        for window in x.core.QueryTree(x.get_setup().roots[0].root).reply().children:
            is_dunst = b"dunst" in windows.prop(window, "WM_CLASS").lower()
            area = windows.area(window)
            if is_dunst and windows.on_screen(window) and area.w > 100:
                return area
    finally:
        x.disconnect()
    return None


def count(bed: Bed, which: str) -> int:
    return int(bed.run("dunstctl", "count", which))


@pytest.mark.browser
@pytest.mark.usefixtures("daemon")
def test_keep_paused_is_a_click_on_the_notice(
    agent: Agent, on_bed: Bed, windows: Windows, hands: Injector
) -> None:
    with notify("pause-ends") as process:
        area = wait_for(lambda: shown(on_bed, windows), "the notice")
        picture(on_bed, "notice-pause-ends")
        hands.click(area.x + 20, area.y + area.h // 2)
        wait_for(lambda: wire.Pause() in agent.others(), "the longer pause")
        assert process.wait(20) == 0


@pytest.mark.browser
@pytest.mark.usefixtures("daemon")
def test_what_a_sentence_looks_like_is_shown_as_it_is(
    agent: Agent, on_bed: Bed, windows: Windows
) -> None:
    agent.status = wire.Status(state="blocked", sentence="<b>Full</b> & <img src='x'/>")
    with notify("broken") as process:
        wait_for(lambda: shown(on_bed, windows), "the notice")
        picture(on_bed, "notice-broken")
        history = on_bed.run("dunstctl", "close-all") + on_bed.run("dunstctl", "history")
        assert "&lt;b&gt;Full&lt;/b&gt; &amp; &lt;img" in history
        assert process.wait(20) == 0
    assert agent.others() == [wire.AskStatus()], "a notice that is put away does nothing"


@pytest.mark.browser
@pytest.mark.usefixtures("daemon")
def test_the_first_recording_of_a_login_is_told_by_the_agent_itself(
    on_bed: Bed, tmp_path: Path, windows: Windows
) -> None:
    with Journey(on_bed, tmp_path / "n") as journey:
        (journey.paths.config / "preferences.toml").unlink()
        shell = journey.open("xterm", "-T", "work")
        windows.activate(windows.wait("work", shell.pid).id)
        journey.consent()
        before = count(on_bed, "displayed")
        for _ in range(2):
            journey.agent()
            journey.until("recording")
            wait_for(lambda: count(on_bed, "displayed") > before, "the notice")
            picture(on_bed, "notice-first")
            journey.agents[-1].stop()
        assert count(on_bed, "displayed") == before + 1
