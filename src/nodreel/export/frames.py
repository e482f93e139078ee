"""All pictures as PNG or WebP and as one MP4 whose pictures stand as long as they were shown."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from nodreel.errors import StoreError
from nodreel.events import MILLISECOND
from nodreel.export.source import lacking, png

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.episode import Picture
    from nodreel.export.source import Progress, Source

CANNOT: Final = (
    "The video is compressed with losses and halves the resolution of colours; the PNGs are exact.",
    "An odd last row or column of pixels is missing in the video.",
    "Only pictures: no events and no actions but their times in actions.jsonl.",
)
_BASE: Final = Fraction(1, 1000)  # seconds: pictures are timed to the millisecond


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write frames/*.png, frames.jsonl, actions.jsonl and video.mp4; return how many frames."""
    try:
        import av  # noqa: PLC0415  an extra
    except ImportError as error:
        raise lacking("PyAV", "export") from error
    try:
        (folder / "frames").mkdir()
        with (
            (folder / "frames.jsonl").open("w") as index,
            av.open(str(folder / "video.mp4"), "w") as video,
        ):
            stream = _stream(video, source)
            first = source.frames[0] if source.frames else 0
            last = -1
            for picture in source.pictures(None, progress):
                name = f"{picture.done:016d}.png"
                (folder / "frames" / name).write_bytes(png(picture))
                last = max(last + 1, (picture.done - first) // MILLISECOND)
                told = {"file": name, "t": picture.t, "done": picture.done, "video_ms": last,
                        "app": picture.app}  # fmt: skip
                index.write(json.dumps(told) + "\n")
                video.mux(stream.encode(_frame(av, picture, stream, last)))
            video.mux(stream.encode(None))
        with (folder / "actions.jsonl").open("w") as out:
            for a in source.actions:
                told = {"kind": a.kind, "start": a.start, "end": a.end, "before": a.before,
                        "after": a.after}  # fmt: skip
                out.write(json.dumps(told) + "\n")
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error
    return {"frames": len(source.frames), "actions": len(source.actions)}


def _stream(video: Any, source: Source) -> Any:
    stream = video.add_stream("libx264", rate=30, options={"crf": "18", "preset": "veryfast"})
    stream.width, stream.height = source.width & ~1, source.height & ~1
    stream.pix_fmt = "yuv420p"
    stream.time_base = stream.codec_context.time_base = _BASE
    return stream


def _frame(av: Any, picture: Picture, stream: Any, at: int) -> Any:
    """Return a picture as a frame of the video."""
    pixels = canvas(picture, stream.width, stream.height)
    frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
    frame.pts, frame.time_base = at, _BASE
    return frame


def canvas(picture: Picture, width: int, height: int) -> np.ndarray[Any, Any]:
    """Return a picture as BGR bytes of that size; what is smaller lies at top left."""
    shape = (picture.height, picture.width, 3)
    seen = np.frombuffer(picture.pixels, np.uint8).reshape(shape)
    made = np.zeros((height, width, 3), np.uint8)
    high, wide = min(height, picture.height), min(width, picture.width)
    made[:high, :wide] = seen[:high, :wide]
    return made
