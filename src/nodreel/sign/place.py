"""Where the person put the sign: kept from one start to the next, the same on each monitor."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nodreel.errors import StoreError
from nodreel.host import private_dir
from nodreel.host.files import read_private, replace_private

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.sign.screen import Share

_NAME: Final = "sign.json"
_LONGEST: Final = 256


class Place:
    """``share`` is None where the sign was never moved. A ``folder`` of None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.share = _read(folder / _NAME) if folder else None

    def keep(self, share: Share) -> None:
        """Let it stand there from now on; a disk that does not take it changes nothing else."""
        self.share = share
        if self._folder is not None:
            with suppress(StoreError):
                private_dir(self._folder)
                replace_private(self._folder / _NAME, json.dumps(share).encode("ascii"))


def _read(file: Path) -> Share | None:
    try:
        told = json.loads(read_private(file, limit=_LONGEST))
    except (FileNotFoundError, StoreError, ValueError, RecursionError):
        return None
    if not isinstance(told, list) or len(told) != 2:  # noqa: PLR2004  across and down
        return None
    across, down = told
    fine = all(isinstance(one, int | float) and 0 <= one <= 1 for one in told)
    return (float(across), float(down)) if fine else None
