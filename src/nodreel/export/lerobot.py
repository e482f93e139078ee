"""LeRobot v3.0: tables of steps, a video, and what its loader wants to know of both.

Source: the format's reader (LeRobotDataset, codebase version v3.0). What it names ``observation``
is how the screen and the pointer were when a step began, ``action`` what was done within it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from nodreel.errors import EpisodeError, StoreError
from nodreel.events import SECOND, Note
from nodreel.export.bins import ACTION, STATE, Row, rows
from nodreel.export.frames import canvas
from nodreel.export.source import lacking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nodreel.episode import Picture
    from nodreel.events import Nanos
    from nodreel.export.source import Progress, Source

FPS: Final = 10
CANNOT: Final = (
    "Steps have one length, a tenth of a second: the order of events within one is lost.",
    "A key is in a step once, however often it went down; when it came up is not in it.",
    ("Texts, element names, titles, addresses and actions are not in it; keys without an ASCII sign"
    " are one column, and those of which only the class is recorded another."),
    "The video is compressed with losses and halves the resolution of colours.",
    ("Where something was deleted, and between recordings, one episode ends and another begins;"
    " what came before its first picture is left out."),
    "The task is the person's own note if there is one, else the purpose agreed to.",
)  # fmt: skip
CAMERA: Final = "observation.images.screen"
_DATA: Final = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
_VIDEO: Final = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
_FIRST: Final = {"chunk_index": 0, "file_index": 0}
_SAMPLES: Final = 100  # pictures that the statistics look at, as LeRobot's own do


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write meta/, data/ and videos/; return how many episodes and steps there are."""
    try:
        import av  # noqa: PLC0415  an extra
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise lacking("PyAV or pyarrow", "export") from error
    found = rows(source.events, source.frames, source.episode.spans, FPS)
    if not found:
        raise EpisodeError("There are no pictures in this recording, and LeRobot needs them.")
    try:
        for place in (_DATA, _VIDEO, "meta/episodes/chunk-000/x"):
            path = folder / place.format(video_key=CAMERA, **_FIRST)
            path.parent.mkdir(parents=True)
        video = folder / _VIDEO.format(video_key=CAMERA, **_FIRST)
        with av.open(str(video), "w") as out:
            screen = _film(av, out, source, found, progress)
        told = {
            "observation.state": _stats(np.concatenate([row.state for row in found])),
            "action": _stats(np.concatenate([row.action for row in found])), CAMERA: screen,
        }  # fmt: skip
        pq.write_table(_steps(pa, found), folder / _DATA.format(**_FIRST))
        pq.write_table(_tasks(pa, _task(source)), folder / "meta/tasks.parquet")
        episodes = pa.Table.from_pylist(list(_episodes(found, _task(source))))
        pq.write_table(episodes, folder / "meta/episodes/chunk-000/file-000.parquet")
        (folder / "meta/stats.json").write_text(json.dumps(told))
        (folder / "meta/info.json").write_text(json.dumps(_info(source, found), indent=4))
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error
    return {"episodes": len(found), "frames": sum(len(row.frames) for row in found)}


def _task(source: Source) -> str:
    notes = [e.text for e in source.events if isinstance(e, Note)]
    return notes[0] if notes else source.episode.header.purpose


def _even(source: Source) -> tuple[int, int]:
    return source.width & ~1, source.height & ~1


def _film(
    av: Any, out: Any, source: Source, found: Sequence[Row], progress: Progress
) -> dict[str, object]:
    """Write one picture for each step; return the statistics of some, 0 to 1 by colour."""
    stream = out.add_stream("libx264", rate=FPS, options={"crf": "18", "preset": "veryfast"})
    stream.width, stream.height = _even(source)
    stream.pix_fmt = "yuv420p"
    stream.gop_size = FPS  # a step in the middle is found by decoding a second at most
    wanted = [done for row in found for done in row.frames]
    every = max(1, len(wanted) // _SAMPLES)
    pictures, samples = _shown(source, wanted, progress), []
    for number, picture in enumerate(pictures):
        pixels = canvas(picture, stream.width, stream.height)
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
        frame.pts = number
        out.mux(stream.encode(frame))
        if number % every == 0:
            samples.append(pixels[::8, ::8, ::-1].reshape(-1, 3) / 255)
    out.mux(stream.encode(None))
    told: dict[str, object] = {
        name: [[[value]] for value in values]
        for name, values in _stats(np.concatenate(samples)).items()
    }
    return told | {"count": [len(samples)]}


def _shown(source: Source, wanted: Sequence[Nanos], progress: Progress) -> Iterator[Picture]:
    """Yield the picture of each step; each is read once."""
    reader = source.pictures(set(wanted), progress)
    picture: Picture | None = None
    for done in wanted:
        while picture is None or picture.done != done:
            picture = next(reader)
        yield picture


def _stats(values: np.ndarray[Any, Any]) -> dict[str, list[Any]]:
    parts = {f"q{int(q * 100):02d}": np.quantile(values, q, 0) for q in (0.01, 0.1, 0.5, 0.9, 0.99)}
    parts |= {"min": values.min(0), "max": values.max(0), "mean": values.mean(0),
              "std": values.std(0)}  # fmt: skip
    return {name: part.tolist() for name, part in parts.items()} | {"count": [len(values)]}


def _steps(pa: Any, found: Sequence[Row]) -> Any:
    """Return the table of all steps."""
    lengths = [len(row.frames) for row in found]
    steps = np.concatenate([np.arange(n) for n in lengths])
    total = len(steps)
    vectors = {
        name: pa.FixedSizeListArray.from_arrays(pa.array(whole.reshape(-1)), whole.shape[1])
        for name, whole in (
            ("observation.state", np.concatenate([row.state for row in found])),
            ("action", np.concatenate([row.action for row in found])),
        )
    }
    return pa.table(vectors | {
        "timestamp": pa.array((steps / FPS).astype(np.float32)), "frame_index": pa.array(steps),
        "episode_index": pa.array(np.repeat(np.arange(len(found)), lengths)),
        "index": pa.array(np.arange(total)), "task_index": pa.array(np.zeros(total, np.int64)),
    })  # fmt: skip


def _tasks(pa: Any, task: str) -> Any:
    """Return the table of tasks, which pandas is to read with the task as its index."""
    columns = [
        {"name": name, "field_name": name, "pandas_type": kind, "numpy_type": plain,
         "metadata": None}
        for name, kind, plain in (("task_index", "int64", "int64"), ("task", "unicode", "object"))
    ]  # fmt: skip
    about = {"index_columns": ["task"], "column_indexes": [], "columns": columns,
             "pandas_version": "2.0.0"}  # fmt: skip
    made = pa.table({"task_index": pa.array([0], pa.int64()), "task": pa.array([task])})
    return made.replace_schema_metadata({"pandas": json.dumps(about)})


def _episodes(found: Sequence[Row], task: str) -> Iterator[dict[str, object]]:
    at = 0
    for number, row in enumerate(found):
        length = len(row.frames)
        told: dict[str, object] = {
            "episode_index": number, "tasks": [task], "length": length,
            "data/chunk_index": 0, "data/file_index": 0,
            "dataset_from_index": at, "dataset_to_index": at + length,
            f"videos/{CAMERA}/chunk_index": 0, f"videos/{CAMERA}/file_index": 0,
            f"videos/{CAMERA}/from_timestamp": at / FPS,
            f"videos/{CAMERA}/to_timestamp": (at + length) / FPS,
            "meta/episodes/chunk_index": 0, "meta/episodes/file_index": 0,
            "nodreel/start_s": row.start / SECOND,
        }  # fmt: skip
        for name, values in (("observation.state", row.state), ("action", row.action)):
            told |= {f"stats/{name}/{stat}": value for stat, value in _stats(values).items()}
        yield told
        at += length


def _info(source: Source, found: Sequence[Row]) -> dict[str, object]:
    wide, high = _even(source)
    steps = sum(len(row.frames) for row in found)
    film = {
        "video.height": high, "video.width": wide, "video.codec": "h264",
        "video.pix_fmt": "yuv420p", "video.is_depth_map": False, "video.fps": FPS,
        "video.channels": 3, "has_audio": False,
    }  # fmt: skip
    plain = {name: {"dtype": "int64", "shape": [1], "names": None}
             for name in ("frame_index", "episode_index", "index", "task_index")}  # fmt: skip
    features: dict[str, object] = {
        "observation.state": {"dtype": "float32", "shape": [len(STATE)], "names": list(STATE)},
        "action": {"dtype": "float32", "shape": [len(ACTION)], "names": list(ACTION)},
        CAMERA: {"dtype": "video", "shape": [high, wide, 3],
                 "names": ["height", "width", "channels"], "info": film},
        "timestamp": {"dtype": "float32", "shape": [1], "names": None},
    }  # fmt: skip
    return {
        "codebase_version": "v3.0", "robot_type": "desktop", "total_episodes": len(found),
        "total_frames": steps, "total_tasks": 1, "chunks_size": 1000,
        "data_files_size_in_mb": 100, "video_files_size_in_mb": 200, "fps": FPS,
        "splits": {"train": f"0:{len(found)}"}, "data_path": _DATA, "video_path": _VIDEO,
        "features": features | plain,
    }  # fmt: skip
