"""Reads an export with Polars, DuckDB, datasets and webdataset; prints what they found as JSON."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import datasets
import duckdb
import polars as pl
import webdataset as wds
from PIL import Image


def parquet(folder: Path) -> dict[str, object]:
    events = pl.read_parquet(folder / "events.parquet")
    actions = pl.read_parquet(folder / "actions.parquet")
    counted = duckdb.sql(
        f"SELECT kind, COUNT(*) FROM '{folder}/events.parquet' GROUP BY kind"
    ).fetchall()
    frames = datasets.load_dataset(
        "parquet", data_files=str(folder / "frames.parquet"), split="train",
        cache_dir=str(folder / "cache"),
    )  # fmt: skip
    sizes = sorted({image.size for image in frames["image"]})
    return {
        "events": events.height,
        "kinds": dict(counted),
        "actions": actions["kind"].to_list(),
        "texts": actions["text"].drop_nulls().to_list(),
        "outside": events.filter((pl.col("x") < 0) | (pl.col("y") < 0)).height,
        "frames": len(frames),
        "sizes": sizes,
    }


def webdataset(folder: Path) -> dict[str, object]:
    shards = sorted(map(str, folder.glob("*.tar")))
    samples = list(wds.WebDataset(shards, shardshuffle=False))
    sizes = {Image.open(io.BytesIO(s["before.png"])).size for s in samples if "before.png" in s}
    return {
        "samples": len(samples),
        "kinds": [json.loads(s["json"])["kind"] for s in samples],
        "sizes": sorted(sizes),
    }


if __name__ == "__main__":
    do = {"parquet": parquet, "webdataset": webdataset}[sys.argv[1]]
    print(json.dumps(do(Path(sys.argv[2]))))
