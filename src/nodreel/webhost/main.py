"""``nodreel-webhost``: started by a browser for nodreel's extension, ends with it, logs nothing."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from nodreel.paths import default_paths
from nodreel.webhost.framing import FramingError, read, write
from nodreel.webhost.relay import Relay

if TYPE_CHECKING:
    from typing import BinaryIO

BAD_MESSAGE = 65  # EX_DATAERR


def serve(source: BinaryIO, sink: BinaryIO, relay: Relay) -> int:
    """Answer messages until the browser closes the line; return the exit code."""
    try:
        while (message := read(source)) is not None:
            write(sink, relay.answer(message))
    except FramingError:
        return BAD_MESSAGE
    except OSError:
        return 0  # the browser went away while it was answered
    finally:
        relay.gone()
    return 0


def main() -> int:
    """Serve the browser at standard input and output."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            number, lambda *_: sys.exit(0)
        )  # by way of `finally`, so that it says goodbye
    return serve(sys.stdin.buffer, sys.stdout.buffer, Relay(default_paths().socket))
