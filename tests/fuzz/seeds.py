"""Make the corpus that fuzzing starts from: small, whole things of each sort. Run it by hand.

``python -m tests.fuzz.seeds`` writes tests/fuzz/corpus/<target>/<hash>; what fuzzing has found to
reach new code may be added by hand, a few hundred bytes each.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage

from nodreel.consent import Ledger
from nodreel.consent.heads import sign_head
from nodreel.episode.container import FRAME, KEY, read_content
from nodreel.ipc import wire
from nodreel.paths import Paths
from tests.consent.clocks import TurnedClock
from tests.consent.yes import agree
from tests.episode.studio import Screen, Studio, click, key, move
from tests.fuzz.targets import CORPUS, TOPICS
from tests.policy.samples import TOML, policy

if TYPE_CHECKING:
    from collections.abc import Iterator

Seed = tuple[str, bytes]


def of_episodes(folder: Path) -> Iterator[Seed]:
    """A real episode, taken apart."""
    studio, screen = Studio(folder / "episodes"), Screen(width=64, height=64)
    episode = studio.record(
        [screen.frame(0, full=True), key(10), move(20), move(30, 6), click(40),
         key(50, press=False), screen.frame(60, (0, 0))]
    )  # fmt: skip
    yield "manifest", (episode / "chain.jsonl").read_bytes()
    pictures: dict[str, bytes] = {}
    for file in sorted(episode.glob("*.seg")):
        data = file.read_bytes()
        while data:
            begin = data.find(b"age-encryption.org/v1")
            if begin < 0:
                break
            after = data.find(b"\n{", begin)
            whole = data[begin:] if after < 0 else data[begin : after + 1]
            data = b"" if after < 0 else data[after:]
            yield "sealed", whole[:2000]
            try:
                plain = pyrage.decrypt(whole, [pyrage.x25519.Identity.from_str(studio.identity)])
            except pyrage.DecryptError:
                continue
            yield "container", plain
            for message in read_content(plain).messages:
                if message.topic in {FRAME, KEY}:
                    pictures.setdefault(message.topic, message.data)
                else:
                    yield "events", bytes([TOPICS.index(message.topic)]) + message.data
    if len(pictures) == 2:
        first = pictures[KEY]
        yield "pictures", len(first).to_bytes(2, "little") + first + pictures[FRAME]


def of_consents(folder: Path) -> Iterator[Seed]:
    """A real consent and its log."""
    paths, clock = Paths(*(folder / x for x in ("data", "run", "config", "etc"))), TurnedClock()
    given = agree(paths, clock, policy())
    sign_head(paths, clock, Ledger(paths.audit, clock), given)
    yield "grant", paths.grant.read_bytes()
    yield "audit", paths.audit.read_bytes()


def seeds() -> Iterator[Seed]:
    """Yield all of them."""
    with tempfile.TemporaryDirectory() as folder:
        yield from of_episodes(Path(folder))
        yield from of_consents(Path(folder))
    yield "policy", TOML.encode()
    for message in (wire.AskStatus(), wire.Pause(minutes=5), wire.AddNote(text="x\u202e\0")):
        yield "control", wire.line(message)


if __name__ == "__main__":
    for target, data in seeds():
        place = CORPUS / target / hashlib.sha256(data).hexdigest()[:12]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        print(place.relative_to(CORPUS), len(data))
