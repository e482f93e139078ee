"""nodreel's native host, but what the browser says reaches it up to a second late.

Started by the browser in place of the real one, with the seed as its last argument.
"""

from __future__ import annotations

import queue
import random
import sys
import threading
import time

from nodreel.paths import default_paths
from nodreel.webhost.framing import read, write
from nodreel.webhost.relay import Relay

LONGEST = 1.0  # seconds


def main() -> None:
    rng = random.Random(sys.argv[-1])
    relay = Relay(default_paths().socket)
    said: queue.Queue[tuple[float, dict[str, object]] | None] = queue.Queue()

    def listen() -> None:
        while (message := read(sys.stdin.buffer)) is not None:
            said.put((time.monotonic() + rng.uniform(0, LONGEST), message))
        said.put(None)

    threading.Thread(target=listen, daemon=True).start()
    while (one := said.get()) is not None:
        due, message = one
        time.sleep(max(0.0, due - time.monotonic()))
        write(sys.stdout.buffer, relay.answer(message))
    relay.gone()


if __name__ == "__main__":
    main()
