"""Behaviour as text: what went in, what came out of door and hindsight, one small file each.

Left of ``---`` go lines ``<ms> <what> …``; times are when it happened. See any file in streams/.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.events import (
    Button,
    Cause,
    Element,
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
    Withheld,
)  # fmt: skip
from nodreel.gate.gate import Drop, Held, admit
from nodreel.gate.hindsight import Hindsight
from nodreel.gate.knowledge import Knowledge
from nodreel.gate.timeline import Timeline
from nodreel.scene import Field, Page, Scene, Verdict, Window
from tests.scenes import MS, PROCESSES, RULES, USUAL, page, scene, window

STREAMS = sorted((Path(__file__).parent / "streams").glob("*.txt"))

if TYPE_CHECKING:
    from nodreel.gate.context import Context


def rect_of(words: str) -> Rect:
    return Rect(*map(int, words.split(",")))


def read_scene(t: int, words: list[str]) -> Scene:
    named = dict(w.split("=") for w in words if "=" in w)
    popup, title = named.get("popup"), named.get("title")
    stack = tuple(window(name) for name in (*USUAL, "net"))
    if title:
        stack = tuple(replace(w, title=title) for w in stack)
    if popup:
        place = Rect(410, 350, 90, 90) if popup == "net" else Rect(0, 0, 90, 90)
        stack = (*stack, window(popup, place, popup=True, ident=9))
    return scene(
        t,
        focus=None if named["focus"] == "none" else named["focus"],
        windows=stack,
        grabbed="grabbed" in words,
        locked="locked" in words,
        plain="composing" not in words,
    )


def read_page(t: int, words: list[str]) -> Page:
    named = dict(w.split("=") for w in words if "=" in w)
    other: dict[str, object] = {"private": "private" in words, "focused": "bar" not in words}
    other["complete"] = "loading" not in words
    other["verdict"] = Verdict(named.get("verdict", "clear"))
    other["masks"] = (rect_of(named["mask"]),) if "mask" in named else ()
    if "title" in named:
        other["title"] = named["title"]
    site = None if named["site"] == "none" else named["site"]
    return page(t, site=site, since=int(named.get("since", t)), **other)


def read_field(t: int, words: list[str]) -> Field:
    named = dict(w.split("=") for w in words if "=" in w)
    rect = rect_of(named["rect"]) if "rect" in named else None
    since = Nanos(int(named.get("since", t)) * MS)
    pid = PROCESSES[named.get("of", "pad")].pid
    return Field(Nanos(t * MS), since, pid, Verdict(words[0]), rect, (rect,) if rect else ())


class Reader:
    """Turns lines into sensed things; remembers what a release or a frame needs."""

    def __init__(self) -> None:
        self.frame_before = Nanos(0)

    def read(self, line: str) -> Event | Scene | Page | Field:  # noqa: C901, PLR0911  one per word
        time, what, *words = line.split()
        t = Nanos(int(time) * MS)
        match what:
            case "scene":
                return read_scene(int(time), words)
            case "page":
                return read_page(int(time), words)
            case "field":
                return read_field(int(time), words)
            case "element":
                return Element(t, Cause.CLICK, words[0], words[1], rect_of(words[2]))
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
                kept = tuple(rect_of(w) for w in words if w[0].isdigit())
                frame = Frame(
                    t, t, 1, 800, 600, kept, (), full="full" in words, after=self.frame_before
                )
                self.frame_before = t
                return frame
        raise AssertionError(line)


def write(event: Event) -> str:  # noqa: C901  one per kind
    sign = "+" if getattr(event, "press", False) else "-"
    unseen = " unseen" if getattr(event, "released_unseen", False) else ""
    match event:
        case Key():
            said = f"key{sign} {event.keycode or '-'} {event.key_class} {event.app}{unseen}"
            said += " composed" * event.composed
        case Button():
            active = " activating" if event.activating and event.press else ""
            said = f"button{sign} {event.button} {event.x},{event.y} {event.app}{active}{unseen}"
        case Move():
            said = f"move {event.x},{event.y} {event.app}"
        case Scroll():
            said = f"scroll {event.x},{event.y} {event.dy} {event.app}"
        case Frame():
            said = "frame full" if event.full else "frame"
            said += "".join(f" {r.x},{r.y},{r.w},{r.h}" for r in event.kept)
        case Gap():
            said = f"gap {event.until // MS}"
        case Focus():
            said = " ".join(w for w in ("focus", event.app, event.site, event.address) if w)
        case Element():
            said = f"element {event.role} {event.name} {event.app}"
        case Withheld():
            said = f"withheld {event.until // MS} {event.why} {event.app}"
        case Geometry():
            said = f"geometry {event.epoch}"
        case _:
            said = repr(event)
    return f"{event.t // MS:<4} {said}"


def play(lines: list[str]) -> list[str]:
    timeline, held, reader = Timeline(), Held(), Reader()
    knowledge, hindsight = Knowledge(RULES), Hindsight(timeline, RULES)
    waiting: list[tuple[Event, int]] = []
    context: Context | None = None
    for line in lines:
        sensed = reader.read(line)
        learnt: list[Context | None] = []
        match sensed:
            case Scene():
                learnt = [knowledge.scene(sensed)]
                if "mute" not in line and knowledge.front != front_of(context):
                    learnt.append(knowledge.field(read_field(sensed.t // MS, ["clear"])))
            case Page():
                learnt = [knowledge.page(sensed)]
            case Field():
                learnt = [knowledge.field(sensed)]
            case _:
                assert context is not None
                verdict, number = at_the_door(sensed, context, timeline, held)
                knowledge.input(sensed)
                if not isinstance(verdict, Drop):
                    waiting.append((verdict, number))
        for new in learnt:
            if new is not None:
                timeline.add(new)
                context = new
    waiting.sort(key=lambda item: item[0].t)
    out = [write(e) for event, number in waiting for e in hindsight.judge(event, number)]
    return out + [write(e) for e in hindsight.advance(Nanos(10_000 * MS))]


def front_of(context: Context | None) -> Window | None:
    return context.scene.window(context.scene.focus) if context else None


def at_the_door(
    event: Event, context: Context, timeline: Timeline, held: Held
) -> tuple[Event | Drop, int]:
    if isinstance(event, Key) and event.press:
        timeline.pressed(event.t)
    return admit(event, context, RULES, held), timeline.last


@pytest.mark.parametrize("path", STREAMS, ids=lambda p: p.stem)
def test_stream(path: Path) -> None:
    given, _, wanted = path.read_text().partition("---\n")
    lines = [line for line in given.splitlines() if line and not line.startswith("#")]
    assert play(lines) == wanted.splitlines()
