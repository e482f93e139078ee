"""A built data set as samples for PyTorch: one deed each, with the picture that was seen before it.

Shards are shared out among the loader's processes and mixed anew in each epoch, the samples within
a shard likewise: so no more than one shard per process is in memory.
"""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import torch
from PIL import Image
from torch.utils.data import IterableDataset, get_worker_info

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("click", "double click", "drag", "hotkey", "scroll", "type")
SIZE = (96, 80)  # pixels of a picture for the model
COLUMNS = ["episode", "kind", "x", "y", "start", "before_frame", "screen_width", "screen_height"]


def shards(root: Path, split: str | None) -> list[Path]:
    """Return the tables of actions of a split (None: of all)."""
    place = root / "actions" / (f"split={split}" if split else "")
    return sorted(place.rglob("*.parquet"))


def deeds(path: Path) -> list[dict[str, Any]]:
    """Return the deeds of a shard in order, each with what was done just before it."""
    found, last = [], None
    for row in pq.read_table(path, columns=COLUMNS).to_pylist():
        if row["kind"] not in KINDS or row["before_frame"] is None:
            continue
        same = last is not None and last["before_frame"] == row["before_frame"]
        found.append(row | {"previous": KINDS.index(last["kind"]) if same else len(KINDS)})
        last = row
    return found


class Deeds(IterableDataset[Any]):
    """Yields (picture, previous, kind, where): uint8 CHW, two numbers, x and y from 0 to 1.

    ``previous`` is the kind of the deed before on the same picture, ``len(KINDS)`` if there is
    none; where there is no place (a hotkey) x is -1.
    """

    def __init__(self, root: Path, split: str | None, seed: int = 0) -> None:
        self._root, self._shards, self._seed = root, shards(root, split), seed
        self.epoch = 0

    def __iter__(self) -> Iterator[tuple[torch.Tensor, int, int, torch.Tensor]]:
        worker = get_worker_info()
        mixed = list(self._shards)
        random.Random(f"{self._seed} {self.epoch}").shuffle(mixed)
        if worker is not None:
            mixed = mixed[worker.id :: worker.num_workers]
        for path in mixed:
            yield from self._shard(path)

    def _shard(self, path: Path) -> Iterator[tuple[torch.Tensor, int, int, torch.Tensor]]:
        frames = self._root / "frames" / path.relative_to(self._root / "actions")
        images = pq.read_table(frames, columns=["image"]).column("image")
        rows = deeds(path)
        random.Random(f"{self._seed} {self.epoch} {path.name}").shuffle(rows)
        for row in rows:
            image = picture(images[row["before_frame"]].as_py()["bytes"])
            if row["x"] is None:
                where = torch.tensor([-1.0, -1.0])
            else:
                where = torch.tensor(
                    [row["x"] / row["screen_width"], row["y"] / row["screen_height"]]
                )
            yield image, row["previous"], KINDS.index(row["kind"]), where.float()


def picture(data: bytes) -> torch.Tensor:
    """Return a picture as the model takes it."""
    image = Image.open(io.BytesIO(data)).convert("RGB").resize(SIZE, Image.Resampling.BOX)
    return torch.from_numpy(np.asarray(image, np.uint8).copy()).permute(2, 0, 1)
