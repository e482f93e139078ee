"""C8. Sealed before it touches the disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyrage
import pytest

from nodreel import open_episode
from nodreel.clock import SystemClock
from nodreel.episode import EpisodeAbout, EpisodeWriter
from nodreel.errors import KeyMismatchError
from nodreel.events import TILE, Frame, Nanos, Note, Rect, Tile
from tests.policy.samples import policy
from tests.promises.giving import give

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "seventeen purple rhinoceroses"


def test_nothing_readable_lies_on_the_disk(tmp_path: Path) -> None:
    theirs, mine = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    agreed = policy()
    paths, grant = give(agreed)
    clock = SystemClock()
    writer = EpisodeWriter(
        paths.episodes,
        EpisodeAbout(grant.consent_id, grant.policy_sha256, agreed.purpose.id, ("mousepad",)),
        recipients=[str(theirs.to_public())],
        sign=grant.sign,
        public_key=grant.public_key,
        clock=clock,
        limits=agreed.limits,
    )
    t = clock.mono()
    pixels = (CANARY.encode() * 600)[: TILE * TILE * 3]
    kept = (Rect(0, 0, 64, 64),)
    writer.add(Frame(t, t, 1, 64, 64, kept, (Tile(0, 0, pixels),), full=True, app="mousepad"))
    writer.add(Note(Nanos(t + 1), CANARY))
    writer.close("end")

    files = [f for f in paths.data.rglob("*") if f.is_file()]
    sealed = [f for f in files if f.suffix == ".seg"]
    assert sealed
    for file in sealed:  # a signed header, an age file, the next header: nothing else
        rest = file.read_bytes()
        while rest:
            line, _, rest = rest.partition(b"\n")
            assert rest.startswith(b"age-encryption.org/v1\n")
            rest = rest[json.loads(line)["size"] :]
    assert not [f for f in files if CANARY[:12].encode() in f.read_bytes()]

    key = tmp_path / "research.key"
    key.write_text(f"{theirs}\n")
    key.chmod(0o600)
    notes = [e for e in open_episode(paths.episodes, identity=key) if isinstance(e, Note)]
    assert [note.text for note in notes] == [CANARY]
    key.write_text(f"{mine}\n")
    with pytest.raises(KeyMismatchError):
        list(open_episode(paths.episodes, identity=key))
