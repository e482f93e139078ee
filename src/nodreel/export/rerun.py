"""Rerun: one .rrd for its viewer: the screen, the pointer, keys and actions on one line of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nodreel.errors import StoreError
from nodreel.events import SECOND, Button, Focus, Key, Move, Scroll
from nodreel.export.keys import pynput_name
from nodreel.export.source import lacking, png

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nodreel.action import Action
    from nodreel.export.source import Progress, Source

CANNOT: Final = (
    "It is made to be looked at: actions, keys and titles are lines of text.",
    "Elements, modifiers, gaps, withheld spans and notes are not in it.",
    "Rerun numbers what it stores by the clock: when the export was made can be read in it.",
)
TIMELINE: Final = "recording"


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write recording.rrd; return how many rows each of its entities has."""
    try:
        import rerun as rr  # noqa: PLC0415  an extra
    except ImportError as error:
        raise lacking("rerun-sdk", "rerun") from error
    try:
        stream = rr.RecordingStream("nodreel", send_properties=False)
        stream.save(folder / "recording.rrd")
        counts = _pointer(rr, stream, source)
        counts["screen"] = 0
        for picture in source.pictures(source.keyframes, progress):
            image = rr.EncodedImage.columns(blob=[png(picture)], media_type=["image/png"])
            stream.send_columns("screen", indexes=[_times(rr, [picture.done])], columns=image)
            counts["screen"] += 1
        for name, rows in _texts(source).items():
            counts[name] = len(rows)
            if rows:
                texts = rr.TextLog.columns(text=[text for _, text in rows])
                at = _times(rr, [t for t, _ in rows])
                stream.send_columns(name, indexes=[at], columns=texts)
        stream.flush()
        stream.disconnect()
    except (OSError, RuntimeError) as error:
        raise StoreError(f"Cannot write to {folder}: {error}.") from error
    return counts


def _times(rr: Any, times: Sequence[int]) -> Any:
    return rr.TimeColumn(TIMELINE, duration=[t / SECOND for t in times])


def _pointer(rr: Any, stream: Any, source: Source) -> dict[str, int]:
    at = [e for e in source.events if isinstance(e, Move | Button | Scroll)]
    if at:
        points = rr.Points2D.columns(positions=[[e.x, e.y] for e in at])
        stream.send_columns("pointer", indexes=[_times(rr, [e.t for e in at])], columns=points)
    return {"pointer": len(at)}


def _texts(source: Source) -> dict[str, list[tuple[int, str]]]:
    keys = [e for e in source.events if isinstance(e, Key) and e.press]
    return {
        "keys": [(e.t, " ".join(filter(None, pynput_name(e))) or e.key_class) for e in keys],
        "windows": [(e.t, e.title or e.app) for e in source.events if isinstance(e, Focus)],
        "actions": [(a.start, _said(a)) for a in source.actions],
    }


def _said(action: Action) -> str:
    what = " > ".join(action.names) or "+".join(action.keys) or action.text or ""
    return f"{action.kind.value} {what}".rstrip()
