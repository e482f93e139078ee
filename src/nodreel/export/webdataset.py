"""WebDataset: one sample for each action, in tar files: what was seen, what was done, what came."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from nodreel.errors import StoreError
from nodreel.export.source import png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.action import Action
    from nodreel.events import Nanos
    from nodreel.export.source import Progress, Source

CANNOT: Final = (
    "Raw events are not in it; each action names those it was made of by number.",
    "An action without a frame before it has no before.png.",
)
SHARD: Final = 500  # samples in one tar file
_WAITING: Final = 64  # pictures in memory at most; the frames of one action lie close together


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write ``nodreel-NNNNNN.tar``; keys are ``<number>.json``, ``.before.png``, ``.after.png``."""
    pictures = _Pictures(source, progress)
    frames = 0
    try:
        for first in range(0, len(source.actions), SHARD):
            path = folder / f"nodreel-{first // SHARD:06d}.tar"
            with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
                for number, action in enumerate(source.actions[first : first + SHARD], first):
                    for name, data in _sample(action, pictures):
                        _add(tar, f"{number:08d}.{name}", data)
                        frames += name != "json"
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error
    return {"samples": len(source.actions), "frames": frames}


class _Pictures:
    """Gives pictures by ``done``, read in order; only the newest stay in memory."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self._next = source.pictures(source.keyframes, progress)
        self._had: dict[Nanos, bytes] = {}

    def at(self, done: Nanos) -> bytes | None:
        while done not in self._had:
            picture = next(self._next, None)
            if picture is None:
                return None
            self._had[picture.done] = png(picture)
            if len(self._had) > _WAITING:
                self._had.pop(next(iter(self._had)))
        return self._had[done]


def _sample(action: Action, pictures: _Pictures) -> Iterator[tuple[str, bytes]]:
    for name, done in (("before.png", action.before), ("after.png", action.after)):
        data = pictures.at(done) if done is not None else None
        if data is not None:
            yield name, data
    yield "json", json.dumps(asdict(action)).encode()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    tar.addfile(info, io.BytesIO(data))
