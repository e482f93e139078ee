"""Making one shard: its episodes opened, checked, turned into rows, written. Runs on any machine.

One episode is in memory at a time, and of its pictures one. An episode that cannot be used costs
itself and nobody else; it is held back with the reason.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.dataset.made import MOST_TOLD, Made, file_of_table, note_name, table_name
from nodreel.dataset.places import file_of
from nodreel.dataset.quality import quality
from nodreel.dataset.rows import action_rows, encode, episode_row, frame_row
from nodreel.dataset.scrubbing import Scrubber
from nodreel.dataset.spool import Spool
from nodreel.dataset.tables import Table
from nodreel.episode import open_episode
from nodreel.errors import EpisodeError
from nodreel.export.source import read_source
from nodreel.policy import canonical

if TYPE_CHECKING:
    from nodreel.dataset.places import Place
    from nodreel.dataset.plan import Found, Recipe, Shard
    from nodreel.dataset.rows import Row
    from nodreel.dataset.scrubbing import Scrubbing
    from nodreel.episode import Episode
    from nodreel.export.source import Source


def make_shard(
    shard: Shard, source: Place, target: Place, *, identity: Path, recipe: Recipe,
    scratch: Path | None = None, scrubbing: Scrubbing | None = None,
) -> Made:  # fmt: skip
    """Write a shard's tables and, last, what makes it count; raises StoreError."""
    with tempfile.TemporaryDirectory(prefix="nodreel-", dir=scratch) as name:
        folder = Path(name)
        with Scrubber(scrubbing, folder, pictures=recipe.frames != "none") as scrubber:
            made = _Making(shard, identity, recipe, folder, scrubber).all(source)
        for table in made.files:
            target.put(table.name, folder / table.name.partition("/")[0])
        with file_of(made.text, folder, "note") as note:
            target.put(note_name(shard.name), note)
    return made


class _Making:
    def __init__(
        self, shard: Shard, identity: Path, recipe: Recipe, folder: Path, scrubber: Scrubber
    ) -> None:
        self._shard, self._identity, self._recipe = shard, identity, recipe
        self._folder, self._scrubber = folder, scrubber
        self._episodes: list[Row] = []
        self._held: dict[str, str] = {}
        self._kinds: Counter[str] = Counter()

    def all(self, source: Place) -> Made:
        """Write the tables into the folder."""
        with (
            Table(self._folder / "actions", "actions") as actions,
            Table(self._folder / "frames", "frames") as frames,
        ):
            for found in self._shard.episodes:
                place = Path(found.episode)
                try:  # it may also be too large to fetch, or gone since
                    with source.folder(found.episode) as place, self._spool() as spool:
                        self._one(place, found, spool, (actions, frames))
                except EpisodeError as error:
                    self._held[found.episode] = _plain(str(error), place)
            rows = {"actions": actions, "frames": frames}
        name = self._shard.name
        files = [
            file_of_table(table_name(table, name), self._folder / table, written.rows)
            for table, written in rows.items()
        ]
        return Made.model_validate({
            "name": name, "split": self._shard.split, "files": files, "held": self._held,
            "episodes": self._episodes, "kinds": dict(self._kinds),
            "scrubbed": dict(self._scrubber.found),
        })  # fmt: skip

    def _spool(self) -> Spool:
        return Spool(self._folder / "spool")

    def _one(self, place: Path, found: Found, spool: Spool, tables: tuple[Table, Table]) -> None:
        """Add an episode: first all of it is read, then nothing of it can fail any more."""
        episode = open_episode(place, self._identity, public_key=found.public_key)
        _refuse_unfit(episode, found)
        source = read_source(episode)
        worth = quality(source)  # of what was recorded: what is scrubbed is no flaw of it
        _refuse_damage(episode)
        if worth.score < self._recipe.min_quality:
            raise EpisodeError(f"Its quality is {worth.score}.")
        with self._scrubber.scrubbed(episode, source) as source:
            if self._recipe.frames != "none":
                for picture in source.pictures(source.keyframes, _silent):
                    spool.add(picture, encode(picture, self._recipe.frames))
            _refuse_damage(source.episode)
            told = episode_row(source, found, worth, len(spool.dones))
            refuse_much(told)
            self._tables(source, found, spool, tables)
            self._episodes.append(told)

    def _tables(
        self, source: Source, found: Found, spool: Spool, tables: tuple[Table, Table]
    ) -> None:
        actions, frames = tables
        first = frames.rows
        at = {done: first + number for number, done in enumerate(spool.dones)}
        for picture, image in spool:
            row = frame_row(found, picture, image, self._recipe.frames)
            frames.add(row, len(image))
        for row in action_rows(source, found, at):
            actions.add(row)
        self._kinds.update(str(action.kind) for action in source.actions)


def _refuse_unfit(episode: Episode, found: Found) -> None:
    header = episode.header
    if (header.episode, header.consent, header.policy) != (
        found.episode, found.consent, found.policy,
    ):  # fmt: skip
        raise EpisodeError("It was replaced by another while the data set was built.")
    if episode.state == "open":
        raise EpisodeError("It has no last line: it is still arriving, or its end was lost.")
    _refuse_damage(episode)


def refuse_much(told: Row) -> None:
    """Insist that what is told of an episode leaves room for that of the others in its shard."""
    if len(canonical(told)) > MOST_TOLD:
        raise EpisodeError("It names more apps than a data set can tell of one episode.")


def _refuse_damage(episode: Episode) -> None:
    """Look at what was read, and at the keys of pictures that nobody needed."""
    for part in episode.parts:
        for seq, header in part.chain.segments.items():
            if header.kind == "key" and not part.chain.removed(seq):
                part.check(seq)
    if damage := episode.damage:
        raise damage[0]


def _silent(done: int, total: int) -> None:
    """Take progress within an episode, of which nobody needs to hear."""


def _plain(text: str, place: Path) -> str:
    """Return a reason without what is only true of this machine; it is text and nothing else."""
    said = text.replace(str(place), place.name)
    return "".join(c if c.isprintable() else " " for c in said)[:300]
