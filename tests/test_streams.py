"""Behaviour as text: what went in, what came out of door and hindsight, one small file each.

Left of ``---`` go lines ``<ms> <what> …``; times are when it happened. See any file in streams/.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest

from nodreel.events import (
    Button,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Move,
    Nanos,
    Rect,
    Scroll,
)  # fmt: skip
from nodreel.gate.context import context_of
from nodreel.gate.gate import Drop, Held, admit
from nodreel.gate.hindsight import Hindsight
from nodreel.gate.timeline import Timeline
from nodreel.scene import Scene
from tests.scenes import APPS, MS, RULES, scene, window

STREAMS = sorted((Path(__file__).parent / "streams").glob("*.txt"))
ALL = (window("pad"), window("web"), window("term"))


def read_scene(t: int, words: list[str]) -> Scene:
    named = dict(w.split("=") for w in words if "=" in w)
    popup = named.get("popup")
    stack = (*ALL, window(popup, Rect(0, 0, 90, 90), popup=True, ident=9)) if popup else ALL
    return scene(
        t,
        focus=None if named["focus"] == "none" else named["focus"],
        windows=stack,
        grabbed="grabbed" in words,
        locked="locked" in words,
    )


class Reader:
    """Turns lines into sensed things; remembers what a release or a frame needs."""

    def __init__(self) -> None:
        self.frame_before = Nanos(0)

    def read(self, line: str) -> Event | Scene:  # noqa: PLR0911  one per word
        time, what, *words = line.split()
        t = Nanos(int(time) * MS)
        match what:
            case "scene":
                return read_scene(int(time), words)
            case "key+":
                return Key(t, True, KeyClass(words[2]), int(words[0]), 1)
            case "key-":
                return Key(t, False, KeyClass.OTHER, int(words[0]), 1)
            case "button+" | "button-":
                b, x, y = map(int, words)
                return Button(t, what == "button+", b, x, y)
            case "move":
                return Move(t, int(words[0]), int(words[1]))
            case "scroll":
                return Scroll(t, 0, int(words[2]), int(words[0]), int(words[1]))
            case "frame":
                frame = Frame(
                    t, t, 1, 800, 600, (), (), full="full" in words, after=self.frame_before
                )
                self.frame_before = t
                return frame
        raise AssertionError(line)


def write(event: Event) -> str:
    sign = "+" if getattr(event, "press", False) else "-"
    unseen = " unseen" if getattr(event, "released_unseen", False) else ""
    match event:
        case Key():
            said = f"key{sign} {event.keycode or '-'} {event.key_class} {event.app}{unseen}"
        case Button():
            active = " activating" if event.activating and event.press else ""
            said = f"button{sign} {event.button} {event.x},{event.y} {event.app}{active}{unseen}"
        case Move():
            said = f"move {event.x},{event.y} {event.app}"
        case Scroll():
            said = f"scroll {event.x},{event.y} {event.dy} {event.app}"
        case Frame():
            said = "frame full" if event.full else "frame"
        case Gap():
            said = f"gap {event.until // MS}"
        case Focus():
            said = f"focus {event.app}"
        case Geometry():
            said = f"geometry {event.epoch}"
        case _:
            said = repr(event)
    return f"{event.t // MS:<4} {said}"


def play(lines: list[str]) -> list[str]:
    timeline, held, reader = Timeline(), Held(), Reader()
    hindsight = Hindsight(timeline, RULES)
    waiting: deque[tuple[Event, int]] = deque()
    context = None
    for line in lines:
        sensed = reader.read(line)
        if isinstance(sensed, Scene):
            context = context_of(sensed, APPS)
            timeline.add(context)
            continue
        assert context is not None
        if isinstance(sensed, Key) and sensed.press:
            timeline.pressed(sensed.t)
        verdict = admit(sensed, context, RULES, held)
        if not isinstance(verdict, Drop):
            waiting.append((verdict, timeline.last))
    out = [write(e) for event, number in waiting for e in hindsight.judge(event, number)]
    return out + [write(e) for e in hindsight.advance(Nanos(10_000 * MS))]


@pytest.mark.parametrize("path", STREAMS, ids=lambda p: p.stem)
def test_stream(path: Path) -> None:
    given, _, wanted = path.read_text().partition("---\n")
    lines = [line for line in given.splitlines() if line and not line.startswith("#")]
    assert play(lines) == wanted.splitlines()
