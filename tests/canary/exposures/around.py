"""What lies around a designated window: other programs, popups, monitors, locks, clipboards."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nodreel.events import Rect
from tests.canary.stage import FRAME, LEFT, RIGHT, PlantingError

if TYPE_CHECKING:
    from tests.canary.corpus import Canary
    from tests.canary.stage import Stage

SEEN = 1.5  # seconds: on a machine with too much to do the governor gives up frames
TOP = 40  # pixels left free at the top: the sign must stay in view
STORM = 400  # changes, 8 seconds


def other_window(stage: Stage) -> None:
    """Beside the designated window, in front of it, and typed into."""
    channel = "other window"
    for _ in range(3):
        lines, typed = stage.words(channel, 12), stage.words(channel, 5)
        with stage.exposure(channel):
            show(stage, channel, "beside", RIGHT, lines, 2)
            stage.front(stage.gtk)
            stage.recording()
            stage.click(stage.gtk.where("text"))
            stage.rest()
            type_elsewhere(stage, "beside", typed)
            stage.stranger.ask("close", name="beside")


def type_elsewhere(stage: Stage, name: str, typed: list[Canary]) -> None:
    """Type into a window that is not designated, at once after the designated one had the keys."""
    area = stage.stranger.where(name)
    for canary in typed:
        stage.click(stage.gtk.where("note"))
        stage.click(area)
        stage.plant_typed(canary)
        stage.confirm(stage.stranger, name, canary)
        stage.stranger.ask("clear", name=name)


def show(  # noqa: PLR0917
    stage: Stage, channel: str, name: str, area: Rect, lines: list[Canary], colours: int,
    *, popup: bool = False, title: str = "",
) -> None:  # fmt: skip
    """Let the stranger show strings and new colours; each colour is confirmed on the screen."""
    patches = stage.corpus.colours(channel, colours)
    at = [area.x, area.y, area.w, area.h]
    stage.stranger.ask(
        "window", name=name, title=title or lines[0].text, area=at,
        lines=[c.text for c in lines], colours=[p.css for p in patches], popup=popup,
    )  # fmt: skip
    stage.confirm_colours(patches)
    stage.plant_shown(lines)


def overlap(stage: Stage) -> None:
    """Over the designated window, moving, while that one has the keyboard and is drawn anew."""
    channel = "overlap"
    for _ in range(3):
        lines = stage.words(channel, 12)
        stage.front(stage.gtk)
        with stage.exposure(channel):
            area = Rect(LEFT.x + 200, LEFT.y + 320, 420, 380)
            show(stage, channel, "over", area, lines, 3)
            window = stage.windows.wait(lines[0].text).id
            stage.front(stage.gtk)
            stage.raise_above(window)
            stage.recording()
            text = stage.gtk.where("text")
            for step in range(24):
                x, y = area.x + 7 * step, area.y - 5 * step
                stage.stranger.ask("move", name="over", x=x, y=max(y, LEFT.y + TOP))
                stage.hands.move(text.x + 40, text.y + 20 + step)
                stage.hands.scroll(0, -1 if step % 2 else 1)
                time.sleep(0.03)
            stage.confirm_colours(stage.corpus.patches[-3:])
            stage.rest()
        stage.stranger.ask("close", name="over")


def notification(stage: Stage) -> None:
    """A popup of another process on top of the designated window, with and without a menu."""
    channel = "popup notification"
    for round_ in range(8):
        lines = stage.words(channel, 5)
        stage.front(stage.gtk)
        stage.recording()
        if round_ % 2:
            stage.click(stage.gtk.where("menu"))
        with stage.exposure(channel):
            area = Rect(LEFT.x + 150 + 20 * round_, LEFT.y + 250, 360, 200)
            show(stage, channel, "note", area, lines, 1, popup=True)
            for _ in range(4):
                stage.hands.move(LEFT.x + 60, LEFT.y + 700)
                stage.hands.scroll(0, -1)
                stage.rest(FRAME / 4)
            stage.stranger.ask("close", name="note")
            if round_ % 2:
                stage.hands.tap("Escape")


def commotion(stage: Stage) -> None:
    """Windows and popups that move, come, go, minimise and change places 50 times a second."""
    channel = "commotion"
    stage.front(stage.gtk)
    area = Rect(LEFT.x + 60, LEFT.y + 2 * TOP, LEFT.w - 420, LEFT.h - 420)
    names = ("wild", "wilder", "popup", "another")
    with stage.exposure(channel):
        for name in names:
            lines, popup = stage.words(channel, 4), name in names[2:]
            show(stage, channel, name, Rect(area.x, area.y, 320, 240), lines, 2, popup=popup)
        stage.front(stage.gtk)
        stage.recording()
        text = stage.gtk.where("text")
        stage.stranger.ask("storm", area=[area.x, area.y, area.w, area.h], steps=STORM)
        for step in range(10_000):
            stage.hands.move(text.x + text.w - 40, text.y + 20 + step % 40)
            stage.hands.scroll(0, -1 if step % 8 < 4 else 1)
            time.sleep(0.05)
            if stage.stranger.said(ev="calm"):
                break
        stage.confirm_colours(stage.corpus.patches[-1:])
        stage.rest()
    for name in names:
        stage.stranger.ask("close", name=name)


def second_monitor(stage: Stage) -> None:
    """On another monitor than the designated window."""
    channel = "second monitor"
    left, right = "800/212x900/238+0+0", "800/212x900/238+800+0"
    stage.bed.run("xrandr", "--setmonitor", "L", left, "screen")
    stage.bed.run("xrandr", "--setmonitor", "R", right, "none")
    try:
        stage.front(stage.gtk)
        stage.recording()
        for _ in range(2):
            lines = stage.words(channel, 15)
            with stage.exposure(channel):
                show(stage, channel, "far", RIGHT, lines, 2)
                stage.front(stage.gtk)
                stage.recording()
                stage.click(stage.gtk.where("text"))
                stage.hands.move(RIGHT.x + 100, RIGHT.y + 300)
                stage.rest()
            stage.stranger.ask("close", name="far")
    finally:
        for name in ("L", "R"):
            stage.bed.run("xrandr", "--delmonitor", name)
    stage.front(stage.gtk)
    stage.recording()


def lock_screen(stage: Stage) -> None:
    """A locker covers all and is given passwords, none of which it accepts."""
    channel = "lock screen"
    for _ in range(3):
        typed, (patch,) = stage.words(channel, 10), stage.corpus.colours(channel, 1)
        stage.front(stage.gtk)
        stage.recording()
        stage.click(stage.gtk.where("note"))
        with stage.exposure(channel):
            locker = stage.bed.start("i3lock", "-n", "-e", "-u", "-c", patch.css[1:])
            try:
                stage.confirm_colours([patch], 100_000)
                for canary in typed:
                    stage.plant_typed(canary)
                    stage.hands.tap("Escape")
                stage.rest()
                if locker.process.poll() is not None:
                    raise PlantingError("the locker is gone")
            finally:
                locker.stop()
        if stage.gtk.ask("text", name="note"):
            raise PlantingError("what was typed into the locker reached the app behind it")


def clipboard(stage: Stage) -> None:
    """Copied elsewhere while a designated app is in front, and copied in turn."""
    channel = "clipboard"
    stage.front(stage.gtk)
    stage.recording()
    with stage.exposure(channel):
        for canary in stage.words(channel, 30):
            stage.stranger.ask("clipboard", text=canary.text)
            stage.plant_shown([canary])
            stage.click(stage.gtk.where("button"))
            stage.rest(0.03)
        stage.stranger.ask("clipboard", text="nothing")


def file_chooser(stage: Stage) -> None:
    """A chooser that another process shows for whoever asked: a folder full of private names."""
    channel = "file chooser"
    for _ in range(2):
        names = stage.words(channel, 16)
        folder = stage.bed.folder / "home" / names[0].text
        folder.mkdir()
        for canary in names[1:]:
            (folder / f"{canary.text}.pdf").touch()
        stage.front(stage.gtk)
        stage.recording()
        app = stage.bed.start("zenity", "--file-selection", f"--filename={folder}/")
        window = stage.windows.wait(pid=app.pid)
        area = Rect(LEFT.x + 150, LEFT.y + 200, 700, 500)
        stage.windows.place(window.id, area)
        stage.windows.activate(window.id)
        stage.confirm_read(area, names)
        with stage.exposure(channel):  # one picture is read of each, so nothing else comes in front
            stage.plant_shown(names)
            stage.hands.click(LEFT.x + 500, LEFT.y + 400)
            stage.rest(SEEN)
        stage.front(stage.gtk)
        stage.raise_above(window.id)
        stage.recording()
        stage.confirm_read(area, names)
        with stage.exposure(channel):
            stage.hands.scroll(0, -1)
            stage.rest(SEEN)
        app.stop()


def window_title(stage: Stage) -> None:
    """Titles of other windows, changing, while a designated window is in front and while not."""
    channel = "window title"
    titles = stage.words(channel, 30)
    with stage.exposure(channel):
        show(stage, channel, "titled", RIGHT, titles[:1], 1, title="nothing yet")
        for number, canary in enumerate(titles[1:]):
            if number % 6 == 0:
                stage.front(stage.gtk if number % 12 else stage.stranger)
                stage.rest(0.1)
            stage.stranger.ask("name", name="titled", title=f"{canary.text} - Private")
            stage.plant_shown([canary])
            stage.rest(0.04)
        stage.stranger.ask("close", name="titled")
    stage.front(stage.gtk)
