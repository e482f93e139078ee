"""Delete segments 1 and 2 of an episode; a process of its own, to be killed by strace.

Arguments: episode folder, tombstones folder, signing key in hex.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.clock import WallNanos
from nodreel.episode.folder import Folder
from nodreel.store.erase import Tombstones, erase_segments


def main() -> None:
    episode, tombstones, secret = sys.argv[1:4]
    signing = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    with Folder(Path(episode)) as folder:
        erase_segments(folder, [1, 2], signing.sign, Tombstones(Path(tombstones)), WallNanos(1))


if __name__ == "__main__":
    main()
