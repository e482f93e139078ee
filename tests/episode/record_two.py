"""Record two segments and an end; a process of its own, to be killed and starved by strace.

Arguments: folder, recipient, signing key in hex. Says how many seals failed and were tried again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.episode import EpisodeAbout, EpisodeWriter
from nodreel.errors import StoreError
from tests.episode.studio import Limits, Screen, TurnedClock, key

TRIES = 4


def main() -> None:
    folder, recipient, secret = sys.argv[1:4]
    signing = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    writer = EpisodeWriter(
        Path(folder), EpisodeAbout("CONSENT", "ab" * 32, "ui-research"), recipients=[recipient],
        sign=signing.sign, public_key=signing.public_key().public_bytes_raw(),
        clock=TurnedClock(), limits=Limits(),
    )  # fmt: skip
    screen, failed = Screen(), 0
    for event in (screen.frame(0, full=True), key(10)):
        writer.add(event)
        failed += again(writer.seal)
    failed += again(writer.close)
    sys.exit(failed)


def again(action: object) -> int:
    for count in range(TRIES):
        try:
            action()  # type: ignore[operator]
        except StoreError:
            continue
        return count
    return 99


if __name__ == "__main__":
    main()
