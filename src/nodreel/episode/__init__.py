"""Episodes on disk: sealed segments, a signed chain of headers, a writer and a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.episode.journal import EpisodeAbout
from nodreel.episode.recover import recover

if TYPE_CHECKING:
    from nodreel.episode.picture import Picture
    from nodreel.episode.reader import Episode, open_episode
    from nodreel.episode.writer import EpisodeWriter, WriterStats

__all__ = [
    "Episode",
    "EpisodeAbout",
    "EpisodeWriter",
    "Picture",
    "WriterStats",
    "open_episode",
    "recover",
]


def __getattr__(name: str) -> object:
    """Import what is asked for: who writes reads nothing, who deletes does neither."""
    if name in {"Episode", "open_episode"}:
        from nodreel.episode import reader  # noqa: PLC0415

        return getattr(reader, name)
    if name == "Picture":
        from nodreel.episode.picture import Picture  # noqa: PLC0415

        return Picture
    if name in {"EpisodeWriter", "WriterStats"}:
        from nodreel.episode import writer  # noqa: PLC0415

        return getattr(writer, name)
    raise AttributeError(f"module 'nodreel.episode' has no attribute {name!r}")
