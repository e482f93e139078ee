"""Episodes on disk: sealed segments, a signed chain of headers, a writer and a reader."""

from __future__ import annotations

from nodreel.episode.journal import EpisodeAbout
from nodreel.episode.picture import Picture
from nodreel.episode.reader import Episode, open_episode
from nodreel.episode.recover import recover
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
