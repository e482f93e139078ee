"""What all apps of the campaign share: orders come through a pipe, answers go to the output."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def tell(**what: Any) -> None:
    """Say something, one JSON object per line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Strings:
    """The pipe named in the first argument; call ``pull`` when ``fd`` can be read."""

    def __init__(self, do: dict[str, Callable[..., Any]]) -> None:
        self._do = do
        self._rest = b""
        self.fd = os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK)

    def pull(self) -> None:
        try:
            self._rest += os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            order = json.loads(line)
            number, what = order.pop("n"), order.pop("do")
            tell(n=number, answer=self._do[what](**order))
