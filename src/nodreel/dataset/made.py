"""What is known of a finished shard: a small JSON file beside its tables, written last.

It is what makes a shard count. A build that was killed finds by it what need not be done again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel.dataset.split import Split
from nodreel.errors import EpisodeError
from nodreel.policy import canonical

if TYPE_CHECKING:
    from pathlib import Path

LARGEST: Final = 1 << 20  # bytes of a note: what is larger would never count, and be made forever
MOST_TOLD: Final = 16 << 10  # bytes of an episode in it; a shard has few enough of them
SHARDS: Final = "shards"
TABLES: Final = ("actions", "frames")

Name = Annotated[str, Field(pattern=r"^(train|validation|test)-([01]{1,64}|all)-[0-9a-f]{16}$")]
Count = Annotated[int, Field(ge=0)]
Value = str | int | float | list[str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class File(_Part):
    """One table: where it lies below the data set, its bytes, its hash, its rows."""

    name: Annotated[str, Field(max_length=200)]
    size: Count
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    rows: Count


class Made(_Part):
    """One shard. ``held`` are episodes that became no rows, with the reason.

    ``scrubbed`` counts what was taken out, by where it stood and what it was.
    """

    v: Literal[1] = 1
    name: Name
    split: Split
    files: tuple[File, ...]
    episodes: tuple[dict[str, Value], ...]
    held: dict[str, str]
    kinds: dict[str, Count]
    scrubbed: dict[str, Count] = Field(default_factory=dict)

    @property
    def text(self) -> bytes:
        """Its one spelling."""
        return canonical(self.model_dump(mode="json")) + b"\n"


def read_made(data: bytes) -> Made:
    """Return what a file says of its shard; raises EpisodeError."""
    try:
        return Made.model_validate_json(data)
    except ValidationError as error:
        raise EpisodeError("This says nothing of a shard.") from error


def note_name(shard: str) -> str:
    """Return where what is known of a shard lies."""
    return f"{SHARDS}/{shard}.json"


def table_name(table: str, shard: str) -> str:
    """Return where a table of a shard lies."""
    return f"{table}/split={shard.partition('-')[0]}/{shard}.parquet"


def file_of_table(name: str, path: Path, rows: int) -> File:
    """Return what is known of a finished table."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(name=name, size=path.stat().st_size, sha256=digest, rows=rows)
