"""What every format is made of: the events, the actions and the pictures of one recording."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.action import Action, Settings, between, find_actions
from nodreel.episode import Picture
from nodreel.errors import EpisodeError, StoreError, UnsupportedError
from nodreel.events import Button, Geometry, Key, Move, Scroll

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from nodreel.episode import Episode
    from nodreel.episode.format import Spoken
    from nodreel.events import Nanos

Progress = Callable[[int, int], None]
"""Is told how many pictures of how many are done."""


@dataclass(frozen=True, slots=True)
class Source:
    """One recording, read once; ``frames`` are the ``done`` of its pictures, in order.

    ``outside`` counts pointer events that lay outside the screen: they are in no export.
    """

    episode: Episode
    events: Sequence[Spoken]
    actions: Sequence[Action]
    frames: Sequence[Nanos]
    width: int
    height: int
    outside: int

    @property
    def keyframes(self) -> set[Nanos]:
        """The frames before and after actions."""
        return {t for a in self.actions for t in (a.before, a.after) if t is not None}

    @property
    def untold(self) -> int:
        """How many keys have only their class, and no format can hold them as keys."""
        return sum(isinstance(e, Key) and e.keysym is None for e in self.events)

    def pictures(self, wanted: Collection[Nanos] | None, progress: Progress) -> Iterator[Picture]:
        """Yield the pictures whose ``done`` is wanted (None: all), in order."""
        total = len(self.frames if wanted is None else wanted)
        done = 0
        for picture in self.episode.frames():
            if wanted is None or picture.done in wanted:
                done += 1
                progress(done, total)
                yield picture


def read_source(episode: Episode, settings: Settings | None = None) -> Source:
    """Read a recording once; raises EpisodeError when there is nothing in it."""
    spoken: list[Spoken] = []
    frames: list[Nanos] = []
    width = height = 0
    for item in episode:
        if isinstance(item, Picture):
            frames.append(item.done)
            width, height = max(width, item.width), max(height, item.height)
        else:
            spoken.append(item)
            if isinstance(item, Geometry):
                width, height = max(width, item.width), max(height, item.height)
    if not spoken and not frames:
        raise EpisodeError("There is nothing in this recording that could be exported.")
    inside = [e for e in spoken if _inside(e, width, height)]
    actions = find_actions(spoken, frames, settings, between(episode))
    kept = [a for a in actions if a.x is None or _within(a.x, a.y or 0, width, height)]
    return Source(episode, inside, kept, frames, width, height, len(spoken) - len(inside))


def _inside(event: Spoken, width: int, height: int) -> bool:
    if isinstance(event, Button | Move | Scroll) and width and height:
        return _within(event.x, event.y, width, height)
    return True


def _within(x: int, y: int, width: int, height: int) -> bool:
    return not (width and height) or (0 <= x < width and 0 <= y < height)


def png(picture: Picture) -> bytes:
    """Return a picture as PNG; raises UnsupportedError without Pillow."""
    try:
        from PIL import Image
    except ImportError as error:
        raise lacking("Pillow", "read") from error
    out = io.BytesIO()
    size = (picture.width, picture.height)
    image = Image.frombytes("RGB", size, picture.pixels, "raw", "BGR")
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def lacking(package: str, extra: str) -> UnsupportedError:
    """Return the error for a library that this format needs and that is not installed."""
    return UnsupportedError(
        f"This format needs {package}, which is not installed.",
        advice=f"Install it with: pip install 'nodreel[{extra}]'",
    )


def save_frames(
    source: Source, folder: Path, wanted: Collection[Nanos] | None, progress: Progress
) -> dict[Nanos, str]:
    """Write pictures as ``folder/<done>.png``; return the file name of each."""
    names: dict[Nanos, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture in source.pictures(wanted, progress):
            name = names[picture.done] = f"{picture.done:016d}.png"
            (folder / name).write_bytes(png(picture))
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error
    return names
