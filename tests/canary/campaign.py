"""Plays the exposures, searches what was stored, and says what came of each channel."""

from __future__ import annotations

import time
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bed.bed import BedError, wait_for
from tests.canary.browsing import NAMES
from tests.canary.corpus import MARKER
from tests.canary.exposures import around, fields, terminal, useful, web
from tests.canary.kept import Kept, judge
from tests.canary.needles import Needles
from tests.canary.ocr import Reader
from tests.canary.search import Found, Search, recorded
from tests.canary.stage import PlantingError, Stage
from tests.canary.stalls import Stalls

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from tests.canary.browsing import Browsing
    from tests.canary.log import Log

SETTLE = 3.5  # seconds after which what was held back has been judged and sealed


@dataclass(frozen=True)
class Part:
    """One exposure with the channels it plants in."""

    play: Callable[[Stage], None]
    channels: tuple[str, ...]
    called: str = ""

    @property
    def name(self) -> str:
        return self.called or self.play.__name__


PARTS: tuple[Part, ...] = (
    Part(useful.gtk, (MARKER,)),  # before secrets blank parts of its window for good
    Part(around.other_window, ("other window",)),
    Part(around.overlap, ("overlap",)),
    Part(around.notification, ("popup notification",)),
    Part(around.commotion, ("commotion",)),
    Part(around.second_monitor, ("second monitor",)),
    Part(around.lock_screen, ("lock screen",)),
    Part(around.clipboard, ("clipboard",)),
    Part(around.file_chooser, ("file chooser",)),
    Part(around.window_title, ("window title",)),
    Part(fields.secret_title, ("secret title",)),
    Part(fields.element_name, ("element name",)),
    Part(fields.element_value, ("element value",)),
    Part(fields.password_gtk, ("password, GTK",)),
    Part(fields.shown_gtk, ("shown password, GTK",)),
    Part(fields.pasted, ("pasted secret",)),
    Part(fields.corrected, ("corrected secret",)),
    Part(fields.typed_shape, ("typed shape",)),
    Part(fields.password_qt, ("password, Qt",)),
    Part(fields.shown_qt, ("shown password, Qt",)),
    Part(fields.password_tk, ("password, Tk",)),
    Part(fields.tiers, ("tier shape", "tier shortcuts")),
    Part(terminal.no_echo, ("no-echo prompt",)),
    Part(terminal.echo, ("terminal",)),
    Part(useful.qt, (MARKER,)),
)


def in_browser(play: Callable[[Stage, Browsing], None], kind: str, *channels: str) -> Part:
    """Make a part that is played in that browser."""

    def played(stage: Stage) -> None:
        for other in NAMES.keys() - {kind}:
            stage.close_browser(other)
        play(stage, stage.browser(kind))

    return Part(played, channels, f"{play.__name__} in {kind}")


EVERY_BROWSER = (
    (web.foreign_frame, "foreign frame"),
    (web.masked_part, "masked part"),
    (web.codes, "card and code fields"),
    (web.query, "query string"),
    (web.values, "element value"),
    (web.omnibox, "omnibox"),
    (web.redirect, "redirect"),
    (web.other_tab, "other tab", "tab strip"),
    (web.mail, "mail"),
    (web.private_window, "private window"),
    (useful.website, MARKER),
    (useful.restless, MARKER),
)
PARTS += tuple(
    in_browser(play, kind, *channels)
    for kind, name in NAMES.items()
    for play, *channels in (
        (web.password, f"password, {name}"),
        (web.shown_password, f"shown password, {name}"),
        *EVERY_BROWSER,
    )
)


@dataclass
class Outcome:
    """What was planted, what was found, and how long each part took in seconds."""

    log: Log
    found: Found
    kept: Kept
    seconds: dict[str, float]


def run(
    folder: Path, seed: int = 1, only: Collection[str] = (), env: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda _line: None, *, stalls: bool = False,
) -> Outcome:  # fmt: skip
    """Play all parts, or those that plant in one of the channels ``only``; search; count.

    With ``stalls`` the agent is stopped again and again for up to some seconds.
    """
    with Stage(folder, seed, env) as stage:
        with Stalls(stage.agent_pid, seed) if stalls else nullcontext():
            seconds = perform(stage, only, say)
        began = time.monotonic()
        found, kept = search(stage)
        seconds["search"] = time.monotonic() - began
        return Outcome(stage.log, found, kept, seconds)


def perform(stage: Stage, only: Collection[str], say: Callable[[str], None]) -> dict[str, float]:
    """Record while every part is played; returns how long each took."""
    seconds: dict[str, float] = {}
    begin(stage, "keep")
    for part in PARTS:
        if only and not set(only) & set(part.channels):
            continue
        began = time.monotonic()
        if (error := play(stage, part)) is not None:
            stage.log.again.append(f"{part.name}: {error}")
            stage.tidy()
            if (error := play(stage, part)) is not None:
                stage.log.failures.append(f"{part.name}: {error}")
        seconds[part.name] = time.monotonic() - began
        say(f"{part.name}: {seconds[part.name]:.1f} s")
    end(stage)
    if not only or "synthetic" in only:
        began = time.monotonic()
        begin(stage, "drop")
        fields.synthetic(stage)
        end(stage)
        seconds["synthetic"] = time.monotonic() - began
    return seconds


def play(stage: Stage, part: Part) -> Exception | None:
    """Play a part; returns why it could not be played to its end.

    What it planted up to there is searched for all the same.
    """
    began, done = time.monotonic_ns(), len(stage.log.deeds)
    try:
        part.play(stage)
    except (PlantingError, BedError, AssertionError) as error:
        return error
    if stage.stopped_for_others(began):
        del stage.log.deeds[done:]
        return PlantingError("the recorder stopped for a program of somebody else")
    return None


def begin(stage: Stage, synthetic: str) -> None:
    """Agree, start the agent and wait until it records."""
    stage.agree(synthetic)
    stage.front(stage.gtk)
    stage.start_agent()
    stage.recording()


def end(stage: Stage) -> None:
    """Let all that waits be judged, and end the agent."""
    stage.front(stage.gtk)
    time.sleep(SETTLE)
    stop(stage)


def stop(stage: Stage) -> None:
    """End the agent and wait until it has written all that it will ever write."""
    agent = stage.journey.agents[-1]
    agent.process.terminate()
    wait_for(lambda: agent.process.poll() is not None or None, "the agent to end")


def search(stage: Stage) -> tuple[Found, Kept]:
    """Search everything that this person's nodreel left anywhere; see what was kept on purpose."""
    journey, log = stage.journey, stage.log
    needles = Needles([one.canary for one in log.planted])
    looking = Search(needles, journey.identity)
    looking.folder(stage.folder / "n")
    for agent in journey.agents:
        looking.bytes(agent.log.read_bytes(), "the agent's output")
    everything = sorted(recorded(journey.episodes(), journey.identity), key=lambda row: row[0])
    looking.found.records = len(everything)
    events = [event for _, event in everything]
    looking.records(events)
    looking.keys(events, stage.characters())
    looking.key_by_key(everything, log.planted)
    with ExitStack() as stack:
        reader = stack.enter_context(Reader())
        pictures = [(t, item) for t, item in everything if hasattr(item, "tiles")]
        looking.pictures(pictures, log, reader)
    return looking.found, judge(log.deeds, everything)
