#!/usr/bin/python3
"""What runs inside a terminal in tests: a prompt without echo, one with it, or a shell's raw mode.

``prompt.py hidden|open|raw [NAME]``: NAME is what the process calls itself.
"""

from __future__ import annotations

import sys
import termios
import time
from pathlib import Path

mode, *name = sys.argv[1:]
if name:
    Path("/proc/self/comm").write_text(name[0])
tty = termios.tcgetattr(0)
if mode in {"hidden", "raw"}:
    tty[3] &= ~termios.ECHO
if mode == "raw":
    tty[3] &= ~termios.ICANON
termios.tcsetattr(0, termios.TCSANOW, tty)
print("ready", flush=True)
time.sleep(60)
