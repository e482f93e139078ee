"""Rows to Parquet, the same bytes for the same rows; little in memory at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Self

from nodreel.errors import StoreError, UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.dataset.rows import Row

ROWS: Final = 1000  # of a row group of actions
BYTES: Final = 8 << 20  # of images in a row group of frames

_WORDS: Final = ("episode", "consent", "kind", "app", "text", "role", "name")
_NUMBERS: Final = (
    "number", "screen_width", "screen_height", "before_frame", "after_frame", "start", "end", "x",
    "y", "to_x", "to_y", "button", "dx", "dy", "length", "element_x", "element_y", "element_w",
    "element_h", "before", "after",
)  # fmt: skip
_LISTS: Final = {
    "strokes": "int64", "keys": "string", "names": "string", "modifiers": "string",
    "path_t": "int64", "path_x": "int32", "path_y": "int32",
}  # fmt: skip


class Table:
    """One Parquet file being written; raises StoreError, UnsupportedError without pyarrow."""

    def __init__(self, path: Path, columns: str) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415  an extra
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError as error:
            raise UnsupportedError(
                "Data sets need pyarrow, which is not installed.",
                advice="Install it with: pip install 'nodreel[dataset]'",
            ) from error
        self._pa, self._path = pa, path
        self._schema = _SCHEMAS[columns](pa)
        self._waiting: list[Row] = []
        self._bytes = 0
        self.rows = 0
        try:
            self._file = pq.ParquetWriter(
                path, self._schema, compression="zstd", write_page_index=True
            )
        except OSError as error:
            raise self._trouble(error) from error

    def _trouble(self, error: OSError) -> StoreError:
        return StoreError(f"Cannot write {self._path.name}: {error}.")

    def add(self, row: Row, size: int = 0) -> None:
        """Take a row; ``size`` is that of the image in it."""
        self._waiting.append(row)
        self._bytes += size
        self.rows += 1
        if len(self._waiting) == ROWS or self._bytes >= BYTES:
            self._flush()

    def _flush(self) -> None:
        rows, self._waiting, self._bytes = self._waiting, [], 0
        try:
            self._file.write_table(self._pa.Table.from_pylist(rows, self._schema))
        except OSError as error:
            raise self._trouble(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and (self._waiting or not self.rows):
                self._flush()
        finally:
            self._file.close()


def _actions(pa: Any) -> Any:
    lists = [(name, pa.list_(getattr(pa, kind)())) for name, kind in _LISTS.items()]
    return pa.schema([
        *((name, pa.string()) for name in _WORDS), *((name, pa.int64()) for name in _NUMBERS),
        *lists, ("sure", pa.bool_()),
    ])  # fmt: skip


def _frames(pa: Any) -> Any:
    """Return the columns of frames; the note makes ``datasets`` decode ``image`` as a picture."""
    number, word = {"dtype": "int64", "_type": "Value"}, {"dtype": "string", "_type": "Value"}
    features: dict[str, object] = {
        "episode": word, "done": number, "app": word, "width": number, "height": number,
        "image": {"_type": "Image"},
    }  # fmt: skip
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    return pa.schema(
        [("episode", pa.string()), ("done", pa.int64()), ("app", pa.string()),
         ("width", pa.int64()), ("height", pa.int64()), ("image", image)],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )  # fmt: skip


def _episodes(pa: Any) -> Any:
    words = ("episode", "consent", "split", "policy", "purpose", "month", "state")
    numbers = ("length_ms", "actions", "frames", "events", "width", "height")
    shares = ("score", "seen", "sure", "inside", "whole", "told")
    return pa.schema([
        *((name, pa.string()) for name in words), ("apps", pa.list_(pa.string())),
        *((name, pa.int64()) for name in numbers), *((name, pa.float64()) for name in shares),
    ])  # fmt: skip


_SCHEMAS: Final = {"actions": _actions, "frames": _frames, "episodes": _episodes}
