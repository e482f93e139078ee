"""Compares the columns of an episode with its events, one by one."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from nodreel.episode.columns import TYPES

if TYPE_CHECKING:
    from nodreel.episode import Episode


def assert_same_columns(episode: Episode) -> None:
    columns, events = episode.columns(), list(episode.events())
    assert list(columns) == list(TYPES)
    assert {len(column) for column in columns.values()} == {len(events)}
    for name, (kind, default) in TYPES.items():
        wanted = [getattr(event, name, default) for event in events]
        if name == "kind":
            wanted = [type(event).__name__.lower() for event in events]
        wanted = [default if value is None else value for value in wanted]
        wanted = [str(v) if isinstance(v, Enum) else v for v in wanted]
        assert columns[name].tolist() == wanted, name
        assert columns[name].dtype == kind
