"""A recorder as people write one in an hour: a picture of the screen at each click, key and scroll.

PNG by mss, in a thread of its own; events as lines of JSON. Needs pynput and mss.
"""

from __future__ import annotations

import json
import queue
import signal
import sys
import threading
import time
from pathlib import Path

import mss  # noqa: TID253  it is another recorder
import mss.tools  # noqa: TID253
from pynput import keyboard, mouse  # noqa: TID253  it is another recorder

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
todo: queue.Queue[dict[str, object] | None] = queue.Queue()


def work() -> None:
    with mss.mss() as screen, (folder / "events.jsonl").open("a", buffering=1) as out:
        count = 0
        while (what := todo.get()) is not None:
            if what.pop("shot", False):
                shot = screen.grab(screen.monitors[1])
                what["picture"] = f"{count:06}.png"
                place = str(folder / f"{count:06}.png")
                mss.tools.to_png(shot.rgb, shot.size, level=1, output=place)
                count += 1
            out.write(json.dumps(what) + "\n")


def tell(**what: object) -> None:
    todo.put(what | {"t": time.time()})


hands = mouse.Listener(
    on_move=lambda x, y: tell(k="move", x=x, y=y),
    on_click=lambda x, y, b, down: tell(shot=down, k="click", b=b.name, x=x, y=y, down=down),
    on_scroll=lambda x, y, dx, dy: tell(shot=True, k="scroll", x=x, y=y, dx=dx, dy=dy),
)
keys = keyboard.Listener(
    on_press=lambda key: tell(shot=True, k="down", key=str(key)),
    on_release=lambda key: tell(k="up", key=str(key)),
)
writer, stop = threading.Thread(target=work), threading.Event()
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: stop.set())
writer.start()
hands.start()
keys.start()
stop.wait()
todo.put(None)
writer.join(60)
