"""To and fro between a designated page and a foreign one, while the browser's word comes late."""

from __future__ import annotations

import random
import sys
import time
from typing import TYPE_CHECKING
from unittest.mock import patch

import psutil

from tests.bed import browsers
from tests.bed.bed import wait_for
from tests.canary.campaign import Outcome, begin, end, search
from tests.canary.exposures.web import page
from tests.canary.puppets import APPS
from tests.canary.site import field, shown
from tests.canary.stage import Stage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.canary.browsing import Browsing

CHANNEL = "late report"
FOCUS = "<script>onfocus=()=>there.focus();there.focus()</script>"


def fuzz(folder: Path, seed: int, seconds: float) -> Outcome:
    """Switch and type at random for so long; returns what was planted and found."""
    command = [sys.executable, str(APPS / "slow_host.py"), str(seed)]
    late = patch.object(browsers, "host_command", lambda: command)
    with late, Stage(folder, seed) as stage:
        begin(stage, "keep")
        web = stage.browser("chromium")
        furnish(stage, web)
        rng, until = random.Random(seed), time.monotonic() + seconds
        while time.monotonic() < until:
            MOVES[rng.randrange(len(MOVES))](stage, web, rng)
        end(stage)
        found, kept = search(stage)
        return Outcome(stage.log, found, kept, {"fuzz": seconds})


def furnish(stage: Stage, web: Browsing) -> None:
    """Open the designated page in the first tab and the foreign one in the second."""
    lines, patches = stage.words(CHANNEL, 8), stage.corpus.colours(CHANNEL, 3)
    body = field("there", 0) + FOCUS + f"<br><br><br>{shown(lines, patches)}"
    web.site.put("/far.html", web.anchor, body, "Far")
    web.site.redirects["/go"] = web.site.theirs("far.html")
    press = "<button style='top:68px' onclick=\"location='/go'\">Go</button>"
    page(stage, web, "near.html", field("note", 0) + press, "Near")
    web.press("Control_L", "t")
    web.go(web.site.theirs("far.html"))
    stage.confirm_colours(patches)
    stage.plant_shown(lines)
    web.tab("1")
    web.recording()


def wait_a_bit(rng: random.Random) -> None:
    time.sleep(rng.choice((0.0, 0.02, 0.1, 0.3, 0.8, 1.6)))


def type_far(stage: Stage, web: Browsing) -> None:
    """Type a canary at once; it counts only if the foreign page says that it got all of it."""
    (canary,) = stage.words(CHANNEL, 1)
    stage.plant_typed(canary)
    planted = stage.log.planted.pop()
    time.sleep(0.05)
    end_ = time.monotonic() + 1
    while time.monotonic() < end_:
        if any(
            one.get("field") == "there" and canary.text in str(one.get("text"))
            for one in web.site.said
        ):
            stage.log.planted.append(planted)
            break
        time.sleep(0.02)
    stage.hands.tap("Control_L", "a")
    stage.hands.tap("Delete")


def by_tab(stage: Stage, web: Browsing, rng: random.Random) -> None:
    """Work on the designated page, go to the foreign tab, type there at once, and come back."""
    stage.click(web.at(0))
    stage.hands.type("work ")
    wait_a_bit(rng)
    stage.hands.tap("Control_L", "2")
    wait_a_bit(rng)
    type_far(stage, web)
    stage.hands.scroll(0, -1)
    wait_a_bit(rng)
    stage.hands.tap("Control_L", "1")
    wait_a_bit(rng)
    time.sleep(0.2)


def by_link(stage: Stage, web: Browsing, rng: random.Random) -> None:
    """Follow a link of the designated page to the foreign one, type there, and go back."""
    before = len(web.site.said)
    stage.click(web.at(1))
    if rng.random() < 0.5:
        web.wait_ready(before)
    else:
        wait_a_bit(rng)
    type_far(stage, web)
    wait_a_bit(rng)
    before = len(web.site.said)
    stage.hands.tap("Alt_L", "Left")
    time.sleep(0.4)


def flicker(stage: Stage, web: Browsing, rng: random.Random) -> None:
    """Look at the other tab for a moment, several times."""
    for _ in range(rng.randrange(1, 5)):
        stage.hands.tap("Control_L", "2")
        time.sleep(rng.choice((0.03, 0.1, 0.25)))
        stage.hands.tap("Control_L", "1")
        time.sleep(rng.choice((0.03, 0.1, 0.25)))
    time.sleep(0.3)


MOVES = (by_tab, by_tab, by_link, flicker)


def kill_extension(stage: Stage, web: Browsing) -> float:
    """Kill the process in which the extension runs; returns after how many seconds it is closed."""
    page(stage, web, "alive.html", field("note", 0), "Alive")
    children = psutil.Process(web.browser.pid).children(recursive=True)
    victims = [child for child in children if runs_extensions(child)]
    if not victims:
        raise AssertionError("no process of an extension")
    began = time.monotonic()
    for victim in victims:
        victim.kill()
    wait_for(lambda: not_recording(stage) or None, "the page to be closed", 10)
    return time.monotonic() - began


def runs_extensions(process: psutil.Process) -> bool:
    try:
        return "--extension-process" in process.cmdline()
    except psutil.Error:
        return False


def not_recording(stage: Stage) -> bool:
    status = stage.journey.status()
    return status is not None and status.state != "recording"
