"""A terminal on both ends, or it is not interactive."""

from __future__ import annotations

import os
import subprocess
import sys

# The answer goes through a descriptor of its own, since 0 and 1 are what is asked about.
ASK = """
import os, sys
from nodreel.host import is_interactive
os.write(int(sys.argv[1]), b"%d" % is_interactive())
"""


def asked(stdin: int, stdout: int) -> str:
    """Ask in a process that has these ends."""
    read, write = os.pipe()
    command = [sys.executable, "-c", ASK, str(write)]
    subprocess.run(command, stdin=stdin, stdout=stdout, pass_fds=[write], check=True)
    os.close(write)
    with os.fdopen(read) as answer:
        return answer.read()


def test_two_ends_of_a_terminal() -> None:
    leader, follower = os.openpty()
    nothing = subprocess.DEVNULL
    try:
        assert asked(follower, follower) == "1"
        assert asked(follower, nothing) == "0"
        assert asked(nothing, follower) == "0"
        assert asked(nothing, nothing) == "0"
    finally:
        os.close(leader)
        os.close(follower)
