"""Who does the work: Daft, on this machine by default, on a Ray cluster if told. One way for both.

Daft hands shards to processes, one at a time, and brings back what each says of itself. The tables
are written by ``shard`` and not by Daft: so a shard has the same bytes and the same name wherever
it was made. The secret key is read from its file by each process, and is nowhere else.
"""

from __future__ import annotations

import json
import os
import platform
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nodreel.dataset.made import Made, read_made
from nodreel.dataset.places import place_of
from nodreel.dataset.plan import Found, Recipe, Shard
from nodreel.dataset.shard import make_shard
from nodreel.episode.seal import read_identities, recipient_of
from nodreel.errors import KeyMismatchError, NodreelError, StoreError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nodreel.dataset.scrubbing import Scrubbing

_QUIET: Final = {
    "DO_NOT_TRACK": "true",  # Daft would tell its makers that it was imported
    "DAFT_PROGRESS_BAR": "0",  # we have our own
    "RAY_USAGE_STATS_ENABLED": "0",
}


@dataclass(frozen=True, slots=True)
class Work:
    """What is the same for all shards; ``identity`` must lie there on each machine."""

    source: str
    target: str
    identity: str
    recipe: Recipe
    scratch: str | None = None
    keys: tuple[str, ...] = ()  # the public halves of those in ``identity``
    scrubbing: Scrubbing | None = None


def run(
    work: Work, shards: Sequence[Shard], workers: int, ray: str | None = None
) -> Iterator[Made]:
    """Have the shards made and yield each when it is done, in any order.

    ``ray`` is the address of a cluster. Raises UnsupportedError without Daft, StoreError when a
    shard could not be written.
    """
    daft = _daft(ray)
    if not shards:
        return

    @daft.cls(use_process=True, max_concurrency=workers)
    class Maker:
        @daft.method(return_dtype=daft.DataType.string())  # type: ignore[untyped-decorator]
        def make(self, words: str) -> str:
            return make(work, words)

    tasks = {"shard": [json.dumps(asdict(shard)) for shard in shards]}
    frame = daft.from_pydict(tasks)
    if ray is not None:
        frame = frame.into_partitions(len(shards))
    frame = frame.into_batches(1).select(Maker().make(daft.col("shard")).alias("made"))
    for row in frame.iter_rows():
        yield _answer(row["made"])


def _daft(ray: str | None) -> Any:
    """Import Daft without any of its telling, and say where it runs."""
    for name, value in _QUIET.items():
        os.environ[name] = value
    try:
        import daft  # noqa: PLC0415  an extra
    except ImportError as error:
        raise UnsupportedError(
            "Building data sets needs Daft, which is not installed.",
            advice="Install it with: pip install 'nodreel[dataset]'",
        ) from error
    if ray is None:
        daft.set_runner_native()
    else:
        import ray as cluster  # noqa: PLC0415  likewise

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cluster.init(ray, log_to_driver=False, ignore_reinit_error=True)
            daft.set_runner_ray(noop_if_initialized=True)
    return daft


def make(work: Work, words: str) -> str:
    """Make one shard, in a process of the engine; an error that is expected comes back as words."""
    said = json.loads(words)
    episodes = tuple(Found(**one) for one in said["episodes"])
    shard = Shard(said["name"], said["split"], episodes)
    scratch = None if work.scratch is None else Path(work.scratch)
    try:
        _refuse_other_keys(work)
        made = make_shard(
            shard, place_of(work.source, scratch), place_of(work.target),
            identity=Path(work.identity), recipe=work.recipe, scratch=scratch,
            scrubbing=work.scrubbing,
        )  # fmt: skip
    except NodreelError as error:
        return json.dumps({"error": str(error), "advice": error.advice})
    return made.text.decode("ascii")


def _refuse_other_keys(work: Work) -> None:
    """Insist that this machine can open the same episodes as that on which the build began.

    Otherwise it would hold all of them back, and say that the data set is complete.
    """
    if public_halves(Path(work.identity)) != work.keys:
        raise KeyMismatchError(
            f"{work.identity} holds other keys on the machine {platform.node()!r}.",
            advice="Put the same key file there on each machine of the cluster.",
        )


def public_halves(identity: Path) -> tuple[str, ...]:
    """Return the public halves of the keys in a file; raises KeyMismatchError."""
    return tuple(recipient_of(one) for one in read_identities(identity))


def _answer(words: str) -> Made:
    said = json.loads(words)
    if "error" in said:
        raise StoreError(said["error"], advice=said["advice"])
    return read_made(words.encode("ascii"))
