"""The agent's first moments: the sign, which has to be seen first, gets ready beside the rest.

What the agent imports takes as long as the sign needs to be there. Where there is no yes, no sign
is started; one that was prepared shows nothing before the agent has found the yes to be valid.
"""

from __future__ import annotations

from contextlib import suppress

from nodreel.agent.signkeeper import SignKeeper
from nodreel.clock import SystemClock
from nodreel.errors import NodreelError
from nodreel.host import harden, refuse_root
from nodreel.paths import default_paths


def main() -> int:
    """Be the agent of whoever starts this; returns the exit code."""
    sign = SignKeeper(SystemClock())
    with suppress(NodreelError, OSError):  # the agent says so itself
        refuse_root()
        harden()
        if default_paths().grant.exists():
            sign.prepare()
    from nodreel.agent import run  # noqa: PLC0415  a quarter of a second, beside the sign

    try:
        return run.main(sign)
    finally:
        sign.stop()
