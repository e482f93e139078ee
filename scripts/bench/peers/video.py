"""A recorder as people write one in an afternoon: ffmpeg films the screen, pynput hears the rest.

x264, veryfast, crf 23, 4:2:0, ten frames a second; events as lines of JSON. Needs pynput, ffmpeg.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from pynput import keyboard, mouse  # noqa: TID253  it is another recorder

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
out = (folder / "events.jsonl").open("a", buffering=1)
lock, stop = threading.Lock(), threading.Event()


def tell(**what: object) -> None:
    with lock:
        out.write(json.dumps(what | {"t": time.time()}) + "\n")


hands = mouse.Listener(
    on_move=lambda x, y: tell(k="move", x=x, y=y),
    on_click=lambda x, y, b, down: tell(k="press" if down else "release", b=b.name, x=x, y=y),
    on_scroll=lambda x, y, dx, dy: tell(k="scroll", x=x, y=y, dx=dx, dy=dy),
)
keys = keyboard.Listener(
    on_press=lambda key: tell(k="down", key=str(key)),
    on_release=lambda key: tell(k="up", key=str(key)),
)
film = subprocess.Popen(
    ["ffmpeg", "-hide_banner", "-loglevel", "error", "-f", "x11grab", "-framerate", "10",
     "-video_size", "1920x1080", "-i", os.environ["DISPLAY"], "-c:v", "libx264", "-preset",
     "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-y", str(folder / "screen.mkv")],
    stdin=subprocess.PIPE,
)  # fmt: skip
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: stop.set())
hands.start()
keys.start()
stop.wait()
assert film.stdin is not None
film.stdin.write(b"q")
film.stdin.close()
film.wait(60)
