"""Parquet: events, actions and frames as three tables that Polars, DuckDB and datasets load."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from nodreel.errors import StoreError
from nodreel.export.source import lacking, png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.episode.format import Spoken
    from nodreel.export.source import Progress, Source

CANNOT: Final = ("Nothing is left out but frames that are neither before nor after an action.",)
_ROWS: Final = 10_000
_FEW: Final = 16  # pictures in one row group
_COMMON: Final = ("t", "app", "x", "y", "press", "button", "dx", "dy", "keycode", "keysym",
                  "key_class", "modifiers", "layout", "synthetic", "epoch", "until")  # fmt: skip


def write(source: Source, folder: Path, progress: Progress) -> dict[str, int]:
    """Write events.parquet, actions.parquet and frames.parquet; return how many rows each has."""
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise lacking("pyarrow", "export") from error
    try:
        for name, schema, rows in (
            ("events", _events_schema(pa), map(_event, range(len(source.events)), source.events)),
            ("actions", _actions_schema(pa), map(_action, source.actions)),
        ):
            _table(folder / f"{name}.parquet", schema, rows, _ROWS, pa=pa, pq=pq)
        wanted = source.keyframes
        seen = (
            {
                "done": p.done, "t": p.t, "app": p.app, "width": p.width, "height": p.height,
                "image": {"bytes": png(p), "path": f"{p.done:016d}.png"},
            }
            for p in source.pictures(wanted, progress)
        )  # fmt: skip
        _table(folder / "frames.parquet", _frames_schema(pa), seen, _FEW, pa=pa, pq=pq)
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error
    return {"events": len(source.events), "actions": len(source.actions), "frames": len(wanted)}


def _table(
    path: Path, schema: Any, rows: Iterator[dict[str, object]], most: int, *, pa: Any, pq: Any
) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        batch: list[dict[str, object]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == most:
                writer.write_table(pa.Table.from_pylist(batch, schema))
                batch = []
        writer.write_table(pa.Table.from_pylist(batch, schema))


def _event(number: int, event: Spoken) -> dict[str, object]:
    said = asdict(event)
    row: dict[str, object] = {"event": number, "kind": type(event).__name__.lower()}
    row |= {name: said.pop(name) for name in _COMMON if name in said}
    return row | {"more": json.dumps(said) if said else None}


def _action(action: Any) -> dict[str, object]:
    said = asdict(action)
    element = said.pop("element") or {}
    rect = element.get("rect") or {}
    return said | {
        "role": element.get("role"), "name": element.get("name"),
        "element_x": rect.get("x"), "element_y": rect.get("y"),
        "element_w": rect.get("w"), "element_h": rect.get("h"),
    }  # fmt: skip


def _events_schema(pa: Any) -> Any:
    words = {"kind", "app", "key_class", "layout", "more"}
    flags = {"press", "synthetic"}
    return pa.schema([
        (name, pa.string() if name in words else pa.bool_() if name in flags else pa.int64())
        for name in ("event", "kind", *_COMMON, "more")
    ])  # fmt: skip


def _actions_schema(pa: Any) -> Any:
    numbers = ("start", "end", "x", "y", "to_x", "to_y", "button", "dx", "dy", "length", "before",
               "after", "element_x", "element_y", "element_w", "element_h")  # fmt: skip
    point = pa.struct([("t", pa.int64()), ("x", pa.int64()), ("y", pa.int64())])
    words = ("kind", "app", "text", "role", "name")
    return pa.schema([
        *((name, pa.string()) for name in words), *((name, pa.int64()) for name in numbers),
        *((name, pa.list_(pa.string())) for name in ("keys", "names", "modifiers")),
        ("strokes", pa.list_(pa.int64())), ("events", pa.list_(pa.int64())),
        ("path", pa.list_(point)), ("sure", pa.bool_()),
    ])  # fmt: skip


def _frames_schema(pa: Any) -> Any:
    """Return the schema of frames; the note makes ``datasets`` decode ``image`` as a picture."""
    number = {"dtype": "int64", "_type": "Value"}
    features = dict.fromkeys(("done", "t", "width", "height"), number)
    told = {"info": {"features": features | {"app": {"dtype": "string", "_type": "Value"},
                                             "image": {"_type": "Image"}}}}  # fmt: skip
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    return pa.schema([
        ("done", pa.int64()), ("t", pa.int64()), ("app", pa.string()), ("width", pa.int64()),
        ("height", pa.int64()), ("image", image),
    ], metadata={"huggingface": json.dumps(told)})  # fmt: skip
