"""Which formats there are, and one way to write each: into a new folder, with a card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.errors import StoreError
from nodreel.export import (
    agentnet,
    frames,
    lerobot,
    openadapt,
    owamcap,
    parquet,
    rerun,
    webdataset,
)
from nodreel.export.card import write_card

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.export.source import Progress, Source


@dataclass(frozen=True, slots=True)
class Format:
    """What a format is called, who reads it, what it cannot hold, and how it is written."""

    name: str
    about: str
    cannot: tuple[str, ...]
    write: Callable[[Source, Path, Progress], dict[str, int]]


FORMATS: Final = {
    f.name: f
    for f in (
        Format("parquet", "Tables for Polars, DuckDB and datasets.", parquet.CANNOT, parquet.write),
        Format("webdataset", "A sample for each action.", webdataset.CANNOT, webdataset.write),
        Format("frames", "PNG pictures and an MP4.", frames.CANNOT, frames.write),
        Format("owamcap", "OWAMcap, for mcap-owa-support.", owamcap.CANNOT, owamcap.write),
        Format("agentnet", "AgentNet and OpenCUA.", agentnet.CANNOT, agentnet.write),
        Format("lerobot", "LeRobot v3.0, in steps of 0.1 s.", lerobot.CANNOT, lerobot.write),
        Format("rerun", "A recording for Rerun's viewer.", rerun.CANNOT, rerun.write),
        Format("openadapt", "openadapt-capture's db.", openadapt.CANNOT, openadapt.write),
    )
}


def export(source: Source, name: str, folder: Path, progress: Progress) -> dict[str, int]:
    """Write a recording to a new folder in that format; return what it holds, counted.

    Raises StoreError when the folder exists or cannot be written, UnsupportedError without a
    library that the format needs.
    """
    made = FORMATS[name]
    if folder.exists():
        raise StoreError(
            f"{folder} exists already.", advice="Name a folder that does not exist yet."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)  # what is in it is not sealed
    except OSError as error:
        raise StoreError(f"Cannot make {folder}: {error.strerror}.") from error
    counts = made.write(source, folder, progress)
    write_card(source, name, made.cannot, counts, folder)
    return counts
