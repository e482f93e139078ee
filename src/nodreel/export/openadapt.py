"""openadapt-capture 1.3: recording.db, with the pictures before and after each action in it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from bisect import bisect_left
from contextlib import closing
from typing import TYPE_CHECKING, Final

from nodreel.errors import StoreError
from nodreel.events import SECOND, Button, Element, Focus, Key, Move, Scroll
from nodreel.export.keys import pynput_name
from nodreel.export.source import png

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nodreel.episode.format import Spoken
    from nodreel.events import Nanos
    from nodreel.export.source import Progress, Source

CANNOT: Final = (
    "Keys of which only the class was recorded have neither name nor character and are left out.",
    "Gaps, withheld spans and notes have no table; a window event has a title and no real window.",
    "There is no video and no seal: CaptureSession.load opens it, load_verified does not.",
    "Times are seconds since the recording's start, not since 1970, and kept to 10 microseconds.",
)
_TABLES: Final = {
    "recording": (
        "timestamp NUMERIC, monitor_width INTEGER, monitor_height INTEGER, pixel_ratio FLOAT,"
        " double_click_interval_seconds NUMERIC, double_click_distance_pixels NUMERIC,"
        " platform VARCHAR, task_description VARCHAR, video_start_time NUMERIC, config JSON,"
        " original_recording_id INTEGER"
    ),
    "action_event": (
        "source_ordinal INTEGER, name VARCHAR, timestamp NUMERIC, recording_timestamp NUMERIC,"
        " recording_id INTEGER, screenshot_timestamp NUMERIC, screenshot_source_ordinal INTEGER,"
        " screenshot_id INTEGER, after_screenshot_timestamp NUMERIC,"
        " after_screenshot_source_ordinal INTEGER, window_event_timestamp NUMERIC,"
        " window_event_source_ordinal INTEGER, window_event_id INTEGER,"
        " after_window_event_timestamp NUMERIC, after_window_event_source_ordinal INTEGER,"
        " browser_event_timestamp NUMERIC, browser_event_id INTEGER, mouse_x NUMERIC,"
        " mouse_y NUMERIC, mouse_dx NUMERIC, mouse_dy NUMERIC, active_segment_description VARCHAR,"
        " available_segment_descriptions VARCHAR, mouse_button_name VARCHAR, mouse_pressed BOOLEAN,"
        " key_name VARCHAR, key_char VARCHAR, key_vk VARCHAR, canonical_key_name VARCHAR,"
        " canonical_key_char VARCHAR, canonical_key_vk VARCHAR, parent_id INTEGER,"
        " element_state JSON, structural_observation JSON, window_geometry_generation INTEGER,"
        " after_window_geometry_generation INTEGER, disabled BOOLEAN"
    ),
    "window_event": (
        "source_ordinal INTEGER, recording_timestamp NUMERIC, recording_id INTEGER,"
        " timestamp NUMERIC, state JSON, title VARCHAR, left INTEGER, top INTEGER, width INTEGER,"
        " height INTEGER, window_id VARCHAR"
    ),
    "browser_event": (
        "source_ordinal INTEGER, recording_timestamp NUMERIC, recording_id INTEGER, message JSON,"
        " timestamp NUMERIC"
    ),
    "screenshot": (
        "source_ordinal INTEGER, recording_timestamp NUMERIC, recording_id INTEGER,"
        " timestamp NUMERIC, png_data BLOB, png_sha256 VARCHAR, png_diff_data BLOB,"
        " png_diff_mask_data BLOB"
    ),
    "audio_info": (
        "timestamp NUMERIC, flac_data BLOB, transcribed_text VARCHAR, recording_timestamp NUMERIC,"
        " recording_id INTEGER, sample_rate INTEGER, words_with_timestamps TEXT"
    ),
    "performance_stat": (
        "recording_timestamp NUMERIC, recording_id INTEGER, event_type VARCHAR, start_time INTEGER,"
        " end_time INTEGER, window_id VARCHAR"
    ),
    "memory_stat": (
        "recording_timestamp INTEGER, recording_id INTEGER, memory_usage_bytes NUMERIC,"
        " timestamp NUMERIC"
    ),
}  # fmt: skip
_BUTTONS: Final = {1: "left", 2: "middle", 3: "right", 8: "button8", 9: "button9"}
Row = dict[str, object]


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write recording.db; return how many rows its tables have."""
    try:
        with closing(sqlite3.connect(folder / "recording.db")) as db, db:
            for name, columns in _TABLES.items():
                db.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns})")
            _insert(db, "recording", _recording(source))
            shots = _screenshots(db, source, progress)
            counts = _events(db, source, shots)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"Cannot write to {folder}: {error}.") from error
    left_out = sum(isinstance(e, Key) for e in source.events) - counts.pop("keys")
    return counts | {"screenshots": len(shots), "keys_left_out": left_out}


def _insert(db: sqlite3.Connection, table: str, row: Row) -> int:
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    values = [json.dumps(v) if isinstance(v, dict) else v for v in row.values()]
    done = db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  ours
    return done.lastrowid or 0


def _recording(source: Source) -> Row:
    return {
        "timestamp": 0.0, "monitor_width": source.width, "monitor_height": source.height,
        "pixel_ratio": 1.0, "double_click_interval_seconds": 0.4,
        "double_click_distance_pixels": 5, "platform": "linux",
        "task_description": source.episode.header.purpose,
        "config": {"desktop_capture": {"coordinate_space": "virtual_desktop_pixels"}},
    }  # fmt: skip


def _screenshots(db: sqlite3.Connection, source: Source, progress: Progress) -> list[Nanos]:
    """Write the pictures; row ``n`` is the ``n``-th of what is returned, counted from 1."""
    shots: list[Nanos] = []
    for picture in source.pictures(source.keyframes, progress):
        data = png(picture)
        shots.append(picture.done)
        _insert(db, "screenshot", {
            "recording_id": 1, "recording_timestamp": 0.0, "timestamp": picture.done / SECOND,
            "png_data": data, "png_sha256": hashlib.sha256(data).hexdigest(),
        })  # fmt: skip
    return shots


def _events(db: sqlite3.Connection, source: Source, shots: Sequence[Nanos]) -> dict[str, int]:
    elements = {e.t: e for e in source.events if isinstance(e, Element)}
    counts = {"action_events": 0, "window_events": 0, "keys": 0}
    window: Row = {}
    for event in source.events:
        base: Row = {
            "recording_id": 1, "recording_timestamp": 0.0, "timestamp": event.t / SECOND,
        }  # fmt: skip
        if isinstance(event, Focus):
            told = base | {
                "title": event.title or "", "left": 0, "top": 0, "width": source.width,
                "height": source.height, "window_id": event.app, "state": {"app": event.app},
            }  # fmt: skip
            window = {"window_event_id": _insert(db, "window_event", told)}
            window["window_event_timestamp"] = event.t / SECOND
            counts["window_events"] += 1
            continue
        said = _said(event)
        if said is None:
            continue
        counts["keys"] += isinstance(event, Key)
        shot = bisect_left(shots, event.t)
        if shot:
            said |= {"screenshot_id": shot, "screenshot_timestamp": shots[shot - 1] / SECOND}
        element = elements.get(event.t) if isinstance(event, Button) else None
        if element is not None:
            said["element_state"] = {"role": element.role, "name": element.name}
        _insert(db, "action_event", base | window | said | {"disabled": 0})
        counts["action_events"] += 1
    return counts


def _said(event: Spoken) -> Row | None:
    match event:
        case Move():
            return {"name": "move", "mouse_x": event.x, "mouse_y": event.y}
        case Button():
            return {
                "name": "click", "mouse_x": event.x, "mouse_y": event.y,
                "mouse_button_name": _BUTTONS.get(event.button, "unknown"),
                "mouse_pressed": int(event.press),
            }  # fmt: skip
        case Scroll():
            return {
                "name": "scroll", "mouse_x": event.x, "mouse_y": event.y, "mouse_dx": event.dx,
                "mouse_dy": event.dy,
            }  # fmt: skip
        case Key():
            name, char = pynput_name(event)
            if name is None and char is None:
                return None
            kind = "press" if event.press else "release"
            return {
                "name": kind, "key_name": name, "key_char": char, "canonical_key_name": name,
                "canonical_key_char": char.lower() if char else None,
            }  # fmt: skip
        case _:
            return None
