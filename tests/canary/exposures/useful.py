"""Ordinary work in designated programs and pages: all of it has to be in the record."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.canary.corpus import MARKER
from tests.canary.exposures.web import page
from tests.canary.kept import What
from tests.canary.site import field
from tests.canary.stage import FRAME, PlantingError

if TYPE_CHECKING:
    from nodreel.events import Rect
    from tests.canary.browsing import Browsing
    from tests.canary.puppets import Puppet
    from tests.canary.stage import Stage

PAUSE = 0.09  # seconds between two deeds of somebody in a hurry
CHORDS = ("a", "c", "Home", "End")
BUTTONS = "".join(
    f'<button style="top:{24 + 44 * n}px" onclick="say({{clicked:{n}}})">Button {n}</button>'
    for n in range(1, 6)
)
LONG = "<div style='height:400px'></div>" + "".join(f"<p>Line {n}</p>" for n in range(200))
RETITLED = "<script>let n=0;setInterval(()=>document.title=`(${++n}) Inbox`,1000)</script>"
SAID = 3.0  # seconds
ROUTED = "<script>let n=0;setInterval(()=>history.pushState({},'','/route/'+(++n)),2000)</script>"


def click(stage: Stage, group: str, area: Rect, button: int = 1) -> None:
    """Click, and note that it was done."""
    stage.hands.move(area.x + area.w // 2, area.y + area.h // 2)
    stage.done(group, What.CLICK, stage.hands.button_down(button))
    time.sleep(0.03)
    stage.hands.button_up(button)
    time.sleep(PAUSE)


def scroll(stage: Stage, group: str, area: Rect, notches: int) -> None:
    stage.hands.move(area.x + area.w // 2, area.y + area.h // 2)
    for _ in range(abs(notches)):
        button = 4 if notches > 0 else 5
        stage.done(group, What.SCROLL, stage.hands.button_down(button))
        stage.hands.button_up(button)
        time.sleep(0.03)


def chord(stage: Stage, group: str, name: str) -> None:
    stage.hands.key_down("Control_L")
    stage.done(group, What.SHORTCUT, stage.hands.key_down(name))
    stage.hands.key_up(name)
    stage.hands.key_up("Control_L")
    time.sleep(PAUSE / 2)


def program(stage: Stage, group: str, desk: Puppet) -> None:
    """Click, scroll and press shortcuts in a program; open its menu and its dropdown."""
    stage.front(desk)
    stage.recording()
    stage.rest(2 * FRAME)
    for patched in ("menu", "combo") if group == "Qt" else ("menu",):
        desk.ask("patch", name=patched, css=stage.marker(f"{group} {patched}").css)
    for round_ in range(6):
        for name in ("note", "button", "show", "note"):
            click(stage, group, desk.where(name))
        for name in CHORDS:
            chord(stage, group, name)
        scroll(stage, group, desk.where("text"), -3 if round_ % 2 else 3)
        menu = round_ % 2 == 0
        click(stage, group, desk.where("menu" if menu else "combo"))
        stage.confirm_marker(f"{group} menu" if menu or group != "Qt" else f"{group} combo")
        stage.rest(2 * FRAME)
        stage.hands.tap("Escape")
        stage.rest(FRAME)
    write(stage, group, desk.where("note"))


def write(stage: Stage, group: str, area: Rect) -> None:
    """Type ordinary words into a field for anything: what is searched must be able to hold them."""
    stage.click(area)
    stage.rest()
    for canary in stage.words(f"{MARKER}, {group}", 6):
        stage.plant_typed(canary, pace=0.05)
        stage.hands.type(" ")
    stage.rest()
    stage.hands.tap("Control_L", "a")
    stage.hands.tap("Delete")


def gtk(stage: Stage) -> None:
    program(stage, "GTK", stage.gtk)


def qt(stage: Stage) -> None:
    program(stage, "Qt", stage.qt)
    stage.dismiss("qt_desk")


def select(colour: str) -> str:
    options = "".join(
        f'<option style="background:{colour}">{text}' for text in ("Invoice", "Credit", "Reminder")
    )
    return f'<select style="top:{24 + 44 * 6}px">{options}</select>'


def website(stage: Stage, web: Browsing) -> None:
    """Work on a designated page, its dropdown included."""
    group = web.name
    body = field("note", 0) + BUTTONS + select(stage.marker(f"{group} select").css) + LONG
    page(stage, web, f"useful-{web.kind}.html", body)
    stage.rest(1)
    for round_ in range(6):
        browse(stage, web, group, round_)
        if round_ % 2 == 0:
            drop_down(stage, web, group)
    write(stage, group, web.at(0))


def drop_down(stage: Stage, web: Browsing, group: str) -> None:
    """Open the page's dropdown, once more if a busy machine was still scrolling; look; close it."""
    for again in (True, True, False):
        stage.rest(2 * FRAME)  # until it has scrolled back
        click(stage, group, web.at(6))
        stage.rest(FRAME)
        try:
            if web.kind == "chromium":  # Firefox gives its dropdowns colours of its own
                stage.confirm_marker(f"{group} select")
        except PlantingError:
            stage.hands.tap("Escape")
            if not again:
                raise
        else:
            break
    stage.rest(2 * FRAME)
    stage.hands.tap("Escape")
    stage.rest(FRAME)


def browse(stage: Stage, web: Browsing, group: str, round_: int) -> None:
    """Do a few things on a page; it is left as it was found."""
    for row in (1, 2 + round_ % 4, 0):
        click(stage, group, web.at(row))
    for name in CHORDS:
        chord(stage, group, name)
    scroll(stage, group, web.at(8), -3)
    scroll(stage, group, web.at(8), 3)
    time.sleep(PAUSE)


def restless(stage: Stage, web: Browsing) -> None:
    """Work on pages that change their title or their route all the time."""
    for group, script in (("retitled", RETITLED), ("routed", ROUTED)):
        page(stage, web, f"{group}-{web.kind}.html", field("note", 0) + BUTTONS + script + LONG)
        stage.rest(1)
        for round_ in range(12):
            browse(stage, web, f"{web.name}, {group}", round_)
        # A page that is left right after its route changed was perhaps not designated then: nodreel
        # keeps nothing of that, and a browser on a busy machine says late what it was.
        stage.rest(SAID)
