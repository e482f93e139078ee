"""What an hour of recordings costs on its way into a data set: CPU, bytes, and where it goes.

    PYTHONPATH=src:.:scripts/bench python scripts/bench/dataset.py [--minutes 10] [--json]

Made up: text on 1920 x 1080 that is typed, scrolled and switched (as in ``codec.py``), one changed
frame a second, a deed each three seconds, the pointer moving in between. One process, no engine:
what Daft adds is a few seconds for a whole build. Needs the environment of the extra ``dataset``.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import codec
import pyarrow.parquet as pq
from PIL import Image

from nodreel.dataset.places import LocalPlace
from nodreel.dataset.plan import Recipe, plan
from nodreel.dataset.rows import encode
from nodreel.dataset.shard import make_shard
from nodreel.dataset.split import Shares, split_key
from nodreel.dataset.survey import survey
from nodreel.episode import open_episode
from nodreel.events import MILLISECOND, SECOND, Button, Focus, Geometry, Monitor, Move, Nanos, Rect
from nodreel.export.source import read_source
from tests.dataset.folder import Folder
from tests.episode.studio import Limits, Studio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.events import Event


def work(minutes: int) -> Iterator[Event]:
    """Yield frames, moves and clicks in order of time."""
    rng = random.Random(1)
    desktop = (Monitor(Rect(0, 0, codec.WIDTH, codec.HEIGHT)),)
    yield Geometry(Nanos(SECOND), 0, codec.WIDTH, codec.HEIGHT, desktop)
    yield Focus(Nanos(SECOND), "editor")
    for n, frame in enumerate(codec.frames(minutes * 60, 1.0)):
        yield frame
        t, x, y = frame.done, rng.randrange(100, 1800), rng.randrange(100, 1000)
        for k in range(35):  # the rate of a published session
            yield Move(Nanos(t + k * 20 * MILLISECOND), x + k, y, "editor")
        if n % 3 == 0:
            for k in (0, 50):
                at = Nanos(t + (750 + k) * MILLISECOND)
                yield Button(at, k == 0, 1, x + 34, y, app="editor")


def record(folder: Folder, minutes: int) -> int:
    """Record it in episodes of at most 15 minutes; return the bytes."""
    studio = Studio(folder.episodes, identity=folder.secret, limits=Limits(), file_size=64 << 20)
    writer = studio.writer()
    for event in work(minutes):
        studio.clock.now = Nanos(event.t)
        writer.tick()
        writer.add(event)
    writer.close("end")
    writer.leave()
    return sum(p.stat().st_size for p in folder.episodes.rglob("*") if p.is_file())


def spent(began: float) -> float:
    return time.process_time() - began


def loading(target: Path) -> dict[str, float]:
    """Return how fast one process gets pictures out of the tables, decoded."""
    count, read, decode = 0, 0.0, 0.0
    for path in (target / "frames").rglob("*.parquet"):
        for group in pq.ParquetFile(path).iter_batches(64, columns=["image"]):
            began = time.process_time()
            images = [row["image"]["bytes"] for row in group.to_pylist()]
            read += spent(began)
            began = time.process_time()
            for image in images:
                Image.open(io.BytesIO(image)).convert("RGB")
            decode += spent(began)
            count += len(images)
    return {"read_ms": read / count * 1000, "decode_ms": decode / count * 1000}


def forms(folder: Folder) -> dict[str, Any]:
    """Return what a picture costs in each form."""
    name = next(p for p in folder.episodes.iterdir())
    pictures = list(open_episode(name, folder.secret).frames())[::25][:12]
    told: dict[str, Any] = {}
    for form in ("webp", "png"):
        began = time.process_time()
        images = [encode(p, form) for p in pictures]
        wrote = spent(began)
        began = time.process_time()
        for image in images:
            Image.open(io.BytesIO(image)).convert("RGB")
        told[form] = {
            "encode_ms": wrote / len(images) * 1000, "decode_ms": spent(began) / len(images) * 1000,
            "kib": sum(map(len, images)) / len(images) / 1024,
        }  # fmt: skip
    return told


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=int, default=10)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place))
        sealed = record(folder, given.minutes)
        found = survey(LocalPlace(str(folder.episodes))).found
        began = time.process_time()
        for one in found:
            read_source(open_episode(folder.episodes / one.episode, folder.secret))
        reading = spent(began)
        shards = plan(found, split_key("x"), Shares(), Recipe("bench"))
        began = time.process_time()
        made = [
            make_shard(s, LocalPlace(str(folder.episodes)), LocalPlace(str(folder.target)),
                       identity=folder.identity, recipe=Recipe("bench"))
            for s in shards
        ]  # fmt: skip
        whole = spent(began)
        hours = sum(row["length_ms"] for m in made for row in m.episodes) / 3_600_000
        frames = sum(row["frames"] for m in made for row in m.episodes)
        told = {
            "hours": hours, "frames": frames, "cpu_s_per_hour": whole / hours,
            "of_it_reading_and_actions": reading / whole,
            "sealed_mb_per_hour": sealed / hours / 1e6,
            "built_mb_per_hour": sum(f.size for m in made for f in m.files) / hours / 1e6,
            "loading": loading(folder.target), "forms": forms(folder),
        }  # fmt: skip
        told = json.loads(json.dumps(told), parse_float=lambda text: round(float(text), 3))
        print(json.dumps(told, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
