"""What a data set holds, as plain rows: an action, a frame, an episode. Pure.

``VERSION`` goes up whenever the same episode would give other rows.
"""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from nodreel.errors import UnsupportedError
from nodreel.export.source import png

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodreel.action import Action
    from nodreel.dataset.plan import Found
    from nodreel.dataset.quality import Quality
    from nodreel.episode import Picture
    from nodreel.events import Nanos
    from nodreel.export.source import Source

VERSION: Final = 1
FRAMES: Final = ("webp", "png", "none")

Row = dict[str, object]


def action_rows(source: Source, found: Found, at: Mapping[Nanos, int]) -> Iterator[Row]:
    """Yield the actions of an episode; ``at`` is where each frame lies in the shard's frames.

    ``before_frame`` and ``after_frame`` are row numbers in there, None where there is none.
    """
    for number, action in enumerate(source.actions):
        yield {
            "episode": found.episode, "consent": found.consent, "number": number,
            "screen_width": source.width, "screen_height": source.height,
            "before_frame": None if action.before is None else at.get(action.before),
            "after_frame": None if action.after is None else at.get(action.after),
            **_action(action),
        }  # fmt: skip


def _action(a: Action) -> Row:
    element, rect = a.element, a.element.rect if a.element else None
    return {
        "kind": str(a.kind), "app": a.app, "start": a.start, "end": a.end,
        "x": a.x, "y": a.y, "to_x": a.to_x, "to_y": a.to_y, "button": a.button,
        "dx": a.dx, "dy": a.dy, "text": a.text, "length": a.length, "strokes": list(a.strokes),
        "keys": list(a.keys), "names": list(a.names), "modifiers": list(a.modifiers),
        "role": element.role if element else None, "name": element.name if element else None,
        "element_x": rect.x if rect else None, "element_y": rect.y if rect else None,
        "element_w": rect.w if rect else None, "element_h": rect.h if rect else None,
        "path_t": [p.t for p in a.path], "path_x": [p.x for p in a.path],
        "path_y": [p.y for p in a.path], "before": a.before, "after": a.after, "sure": a.sure,
    }  # fmt: skip


def frame_row(found: Found, picture: Picture, image: bytes, form: str) -> Row:
    """Return one frame; ``image`` is a whole file of that form."""
    return {
        "episode": found.episode, "done": picture.done, "app": picture.app,
        "width": picture.width, "height": picture.height,
        "image": {"bytes": image, "path": f"{found.episode}-{picture.done:016d}.{form}"},
    }  # fmt: skip


def encode(picture: Picture, form: str) -> bytes:
    """Return a picture as a file, without losses; raises UnsupportedError without Pillow."""
    if form == "png":
        return png(picture)
    try:
        from PIL import Image
    except ImportError as error:
        raise UnsupportedError(
            "Frames need Pillow, which is not installed.",
            advice="Install it with: pip install 'nodreel[dataset]', or take --frames none.",
        ) from error
    size, out = (picture.width, picture.height), io.BytesIO()
    image = Image.frombytes("RGB", size, picture.pixels, "raw", "BGR")
    image.save(out, "WEBP", lossless=True, quality=0, method=0)
    return out.getvalue()


def episode_row(source: Source, found: Found, worth: Quality, frames: int) -> Row:
    """Return what is known about an episode as a whole."""
    return {
        "episode": found.episode, "consent": found.consent, "policy": found.policy,
        "purpose": found.purpose, "month": found.month,
        "apps": sorted({a.app for a in source.actions if a.app}),
        "state": source.episode.state, "length_ms": source.episode.length // 1_000_000,
        "actions": len(source.actions), "frames": frames, "events": len(source.events),
        "width": source.width, "height": source.height, "score": worth.score, **asdict(worth),
    }  # fmt: skip
