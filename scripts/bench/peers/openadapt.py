"""openadapt-capture with its defaults, until it is told to stop."""

from __future__ import annotations

import signal
import sys
import threading

from openadapt_capture import Recorder

if __name__ == "__main__":
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Recorder(f"{sys.argv[1]}/capture", task_description="office work") as recorder:
        recorder.wait_for_ready()
        stop.wait()
