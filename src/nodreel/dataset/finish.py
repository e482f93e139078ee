"""What stands beside the shards: all episodes, those held back, the card, and that it is whole."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nodreel.dataset.card import Counted, card_of, markdown
from nodreel.dataset.made import LARGEST, file_of_table, note_name, read_made
from nodreel.dataset.places import file_of
from nodreel.dataset.tables import Table
from nodreel.errors import EpisodeError, StoreError
from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nodreel.dataset.made import Made
    from nodreel.dataset.places import Place
    from nodreel.dataset.plan import Recipe, Shard
    from nodreel.dataset.sieve import Sifted
    from nodreel.dataset.split import Shares
    from nodreel.dataset.survey import Survey
    from nodreel.policy import Policy

MANIFEST: Final = "dataset.json"
EPISODES: Final = "episodes.parquet"
HELD: Final = "held.jsonl"
FILES: Final = "files.jsonl"
_MOST: Final = 1 << 20  # bytes of a manifest


@dataclass(frozen=True, slots=True)
class Finish:
    """What the card and the manifest say beside what is counted."""

    recipe: Recipe
    shares: Shares
    key_name: str
    sifted: Sifted
    policies: Mapping[str, Policy]
    seen: Survey

    @property
    def head(self) -> dict[str, object]:
        """The part of the manifest that is known from the start."""
        shares = [self.shares.train, self.shares.validation, self.shares.test]
        recipe = asdict(self.recipe) | {"min_quality": str(self.recipe.min_quality)}
        return {"v": 1, "recipe": recipe, "split_key": self.key_name, "shares": shares}


def read_manifest(target: Place, there: Mapping[str, int]) -> dict[str, Any] | None:
    """Return what a data set says of itself; None when there is none."""
    if MANIFEST not in there:
        return None
    try:
        told = json.loads(target.read(MANIFEST, 0, _MOST))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def say_unfinished(target: Place, end: Finish, scratch: Path | None) -> None:
    """Take back that the data set is complete, if it said so."""
    _write(target, MANIFEST, canonical(end.head | {"complete": False}) + b"\n", scratch)


def finish(
    target: Place, shards: Sequence[Shard], end: Finish, scratch: Path | None,
    check: Callable[[], None],
) -> dict[str, object]:  # fmt: skip
    """Write what stands beside the shards, the manifest last; return the card.

    ``check`` raises StoreError if another build took the place over.
    """
    check()
    counted, files = Counted(), []
    held = dict(end.sifted.held)
    with tempfile.TemporaryDirectory(prefix="nodreel-", dir=scratch) as name:
        path = Path(name) / "episodes"
        with Table(path, "episodes") as table:
            for shard in shards:
                made = _made(target, shard)
                counted.add(made)
                held |= made.held
                files += [file.model_dump() for file in made.files]
                for row in made.episodes:
                    table.add({**row, "split": made.split})
        target.put(EPISODES, path)
        files.append(file_of_table(EPISODES, path, table.rows).model_dump())
    lines = [canonical({"episode": e, "reason": why}) for e, why in sorted(held.items())]
    _write(target, HELD, b"".join(line + b"\n" for line in lines), scratch)
    card = card_of(
        counted,
        Counter(held.values()),
        end.sifted,
        end.policies,
        end.seen,
        scrub=end.recipe.scrub,
    )
    _write(target, "card.json", json.dumps(card, indent=2).encode() + b"\n", scratch)
    _write(target, "CARD.md", markdown(card).encode(), scratch)
    listed = b"".join(canonical(file) + b"\n" for file in files)
    _write(target, FILES, listed, scratch)
    check()
    told = end.head | {"complete": True, "files_sha256": hashlib.sha256(listed).hexdigest()}
    _write(target, MANIFEST, canonical(told) + b"\n", scratch)
    return card


def _made(target: Place, shard: Shard) -> Made:
    try:
        return read_made(target.read(note_name(shard.name), 0, LARGEST))
    except (StoreError, EpisodeError) as error:
        raise StoreError(
            f"Shard {shard.name} is not there although it was made.",
            advice="Run the same command again: it makes what is missing.",
        ) from error


def _write(target: Place, name: str, data: bytes, scratch: Path | None) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="nodreel-", dir=scratch) as folder,
        file_of(data, Path(folder), name) as file,
    ):
        target.put(name, file)
