"""Starting a program that is nobody's child: it outlives us, and nobody has to wait for it."""

from __future__ import annotations

import subprocess
from typing import Final

from nodreel.errors import StoreError

_APART: Final = ("/usr/bin/setsid", "--fork")  # util-linux
_PATIENCE_S: Final = 10.0


def start_apart(*command: str) -> None:
    """Start ``command`` in a session of its own, without our input and output.

    Raises StoreError where that cannot be done; how the program fares is not known.
    """
    try:
        subprocess.run(
            [*_APART, *command], check=True, timeout=_PATIENCE_S, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise StoreError(f"{command[0]} could not be started.") from error
