"""OWAMcap (mcap-owa-support 0.6): keyboard, mouse, window and screen topics, pictures beside it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from mcap.writer import CompressionType, Writer

from nodreel.errors import StoreError
from nodreel.events import Button, Focus, Key, Move, Scroll
from nodreel.export.keys import virtual_key
from nodreel.export.source import save_frames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.episode.format import Spoken
    from nodreel.export.source import Progress, Source

CANNOT: Final = (
    "Keys of which only the class was recorded have no virtual key and are left out.",
    "Characters that no key of a US keyboard writes have none either, and are left out.",
    "Elements, gaps, withheld spans, notes and modifiers have no topic.",
    "Windows have no real handle: hWnd numbers the apps, rect is the whole desktop.",
    "Times are nanoseconds since the recording's start, not since 1970: no wall time leaves it.",
)
TOPICS: Final = {
    "keyboard": "desktop/KeyboardEvent",
    "mouse": "desktop/MouseEvent",
    "window": "desktop/WindowInfo",
    "screen": "desktop/ScreenCaptured",
}
_BUTTONS: Final = {1: "left", 2: "middle", 3: "right", 8: "x1", 9: "x2"}
_WHOLE, _TEXT = {"type": "integer"}, {"type": "string"}
_FIELDS: Final = {
    "keyboard": {"event_type": _TEXT, "vk": _WHOLE, "timestamp": _WHOLE},
    "mouse": {
        "event_type": _TEXT, "x": _WHOLE, "y": _WHOLE, "button": _TEXT,
        "pressed": {"type": "boolean"}, "dx": _WHOLE, "dy": _WHOLE, "timestamp": _WHOLE,
    },
    "window": {"title": _TEXT, "rect": {"type": "array", "items": _WHOLE}, "hWnd": _WHOLE},
    "screen": {
        "utc_ns": _WHOLE, "source_shape": {"type": "array"}, "shape": {"type": "array"},
        "media_ref": {"type": "object"},
    },
}  # fmt: skip


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write recording.mcap and frames/; return how many messages each topic has."""
    names = save_frames(source, folder / "frames", None, progress)
    size = [source.width, source.height]
    said = [(e.t, *message) for e in source.events if (message := _message(e, source)) is not None]
    said += [
        (t, "screen", {"source_shape": size, "shape": size, "media_ref": {"uri": f"frames/{name}"}})
        for t, name in names.items()
    ]
    counts: Counter[str] = Counter(dict.fromkeys(TOPICS, 0))
    try:
        with (folder / "recording.mcap").open("wb") as file:
            writer = Writer(file, compression=CompressionType.ZSTD)
            writer.start("owa", "nodreel")
            channels = dict(_channels(writer))
            for number, (t, topic, body) in enumerate(sorted(said, key=lambda m: m[0])):
                data = json.dumps(body, separators=(",", ":")).encode()
                writer.add_message(channels[topic], t, data, t, sequence=number)
                counts[topic] += 1
            writer.finish()  # type: ignore[no-untyped-call]
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error
    left_out = sum(isinstance(e, Key) for e in source.events) - counts["keyboard"]
    return {**counts, "keys_left_out": left_out}


def _channels(writer: Writer) -> Iterator[tuple[str, int]]:
    for topic, name in TOPICS.items():
        schema = {"title": name, "type": "object", "properties": _FIELDS[topic]}
        ident = writer.register_schema(name, "jsonschema", json.dumps(schema).encode())
        yield topic, writer.register_channel(topic, "json", ident)


def _message(event: Spoken, source: Source) -> tuple[str, dict[str, object]] | None:
    match event:
        case Key():
            vk = virtual_key(event)
            kind = "press" if event.press else "release"
            said: dict[str, object] = {"event_type": kind, "vk": vk, "timestamp": event.t}
            return None if vk is None else ("keyboard", said)
        case Button():
            button = _BUTTONS.get(event.button, "unknown")
            said = {"event_type": "click", "button": button, "pressed": event.press}
        case Scroll():
            said = {"event_type": "scroll", "dx": event.dx, "dy": event.dy}
        case Move():
            said = {"event_type": "move"}
        case Focus():
            apps = sorted(source.episode.header.apps)
            ident = apps.index(event.app) + 1 if event.app in apps else 0
            rect = [0, 0, source.width, source.height]
            return "window", {"title": event.title or "", "rect": rect, "hWnd": ident}
        case _:
            return None
    return "mouse", said | {"x": event.x, "y": event.y, "timestamp": event.t}
