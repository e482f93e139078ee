"""AgentNet / OpenCUA: the raw folder (events.jsonl), and trajectories as JSON lines with code.

Coordinates in code are parts of the screen, 0 to 1. ``observation``, ``thought``, ``reflection``
and scores are written by language models there: they are left out, not made up.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from nodreel.action import ActionKind
from nodreel.errors import StoreError
from nodreel.events import SECOND, Button, Key, Move, Note, Scroll
from nodreel.export.keys import pynput_name
from nodreel.export.source import save_frames

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.action import Action
    from nodreel.episode.format import Spoken
    from nodreel.export.source import Progress, Source

CANNOT: Final = (
    "A text of which only length and times are recorded has no code; a comment says so.",
    "Keys of which only the class was recorded are left out of events.jsonl.",
    "Observation, thought, reflection and scores are not recorded and not made up.",
    "The instruction is the person's own note if there is one, else the purpose agreed to.",
    "App switches and side buttons have no code; a way through menus is its first and last step.",
    "There is no video in the raw folder, and no tree of elements.",
)  # fmt: skip
_BUTTONS: Final = {1: "left", 2: "middle", 3: "right"}
_PRESSED: Final = {
    ActionKind.CLICK: "click", ActionKind.DOUBLE_CLICK: "doubleClick",
    ActionKind.TRIPLE_CLICK: "tripleClick", ActionKind.RIGHT_CLICK: "rightClick",
    ActionKind.MIDDLE_CLICK: "middleClick",
}  # fmt: skip


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write trajectories.jsonl, images/ and raw/; return how many steps and events they have."""
    names = save_frames(source, folder / "images", source.keyframes, progress)
    steps = [
        {"index": n, "image": names.get(a.before) if a.before is not None else None,
         "value": {"code": code(a, source)}}
        for n, a in enumerate(source.actions)
    ]  # fmt: skip
    task = {
        "task_id": source.episode.header.episode, "instruction": _instruction(source),
        "traj": steps,
    }  # fmt: skip
    events = [said for e in source.events if (said := _raw(e)) is not None]
    try:
        (folder / "trajectories.jsonl").write_text(json.dumps(task) + "\n")
        raw = folder / "raw"
        raw.mkdir()
        (raw / "metadata.json").write_text(json.dumps(_metadata(source)))
        about = {"task_name": task["task_id"], "description": task["instruction"]}
        (raw / "task_name.json").write_text(json.dumps(about))
        lines = (json.dumps(e | {"event_idx": n}) + "\n" for n, e in enumerate(events))
        (raw / "events.jsonl").write_text("".join(lines))
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error
    return {"steps": len(steps), "events": len(events), "frames": len(names)}


def _instruction(source: Source) -> str:
    notes = [e.text for e in source.events if isinstance(e, Note)]
    return notes[0] if notes else source.episode.header.purpose


def _metadata(source: Source) -> dict[str, object]:
    return {
        "system": "Linux", "screen_width": source.width, "screen_height": source.height,
        "scroll_direction": "normal", "start_time": 0.0, "video_start_timestamp": 0.0,
        "stop_time": source.episode.length / SECOND,
    }  # fmt: skip


def code(action: Action, source: Source) -> str:
    """Return an action as pyautogui's code, as OpenCUA writes it."""
    if action.x is None:
        return _keyed(action, source)
    return _pointed(action, source)


def _pointed(a: Action, source: Source) -> str:
    at = _place(a.x, a.y, source)
    if a.kind in _PRESSED:
        return f"pyautogui.{_PRESSED[a.kind]}({at})"
    if a.kind is ActionKind.SELECT:
        return _selected(a, source)
    if a.kind is ActionKind.DRAG:
        button = _BUTTONS.get(a.button or 1, "left")
        to = _place(a.to_x, a.to_y, source)
        return f"pyautogui.moveTo({at})\npyautogui.dragTo({to}, button={button!r})"
    if a.kind is ActionKind.SCROLL:
        name, notches = ("scroll", a.dy) if a.dy else ("hscroll", a.dx)
        return f"pyautogui.{name}({notches}, {at})"
    return f"# {a.kind.value}"


def _keyed(a: Action, source: Source) -> str:
    typed = f"# {a.length} characters were typed; which ones is not recorded"
    if a.text is not None:
        typed = f"pyautogui.write(message={a.text!r})"
    return {
        ActionKind.TYPE: typed,
        ActionKind.HOTKEY: f"pyautogui.hotkey(keys={list(a.keys)!r})",
        ActionKind.KEY: f"pyautogui.press(keys={list(a.keys)!r}, presses={a.length})",
        ActionKind.SELECT: _selected(a, source),
        ActionKind.WAIT: "computer.wait()",
    }.get(a.kind, f"# {a.kind.value}")


def _selected(a: Action, source: Source) -> str:
    lines = [f"# {' > '.join(a.names)}".replace("\n", " ")]
    if a.x is not None:
        lines.append(f"pyautogui.click({_place(a.x, a.y, source)})")
    for keys in a.keys:
        names = keys.split("+")
        lines.append(f"pyautogui.hotkey(keys={names!r})")
    if a.to_x is not None and not a.keys:
        lines.append(f"pyautogui.click({_place(a.to_x, a.to_y, source)})")
    return "\n".join(lines)


def _place(x: int | None, y: int | None, source: Source) -> str:
    wide, high = source.width or 1, source.height or 1
    return f"x={(x or 0) / wide:.4f}, y={(y or 0) / high:.4f}"


def _raw(event: Spoken) -> dict[str, object] | None:
    at: dict[str, object] = {"time_stamp": event.t / SECOND}
    match event:
        case Move():
            return at | {"action": "move", "x": event.x, "y": event.y}
        case Button():
            button = _BUTTONS.get(event.button, f"button{event.button}")
            return at | {"action": "click", "x": event.x, "y": event.y, "button": button,
                         "pressed": event.press}  # fmt: skip
        case Scroll():
            return at | {"action": "scroll", "x": event.x, "y": event.y, "dx": event.dx,
                         "dy": event.dy}  # fmt: skip
        case Key():
            name, char = pynput_name(event)
            if name is None and char is None:
                return None
            return at | {"action": "press" if event.press else "release", "name": name or char}
        case _:
            return None
