"""What is known of one child of the root."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodreel.events import Rect

if TYPE_CHECKING:
    from nodreel.scene import Window

NOWHERE = Rect(0, 0, 0, 0)


@dataclass(slots=True)
class Top:
    """A child of the root; ``area`` is inside its border, ``client`` 0 when there is none."""

    area: Rect
    border: int
    override: bool
    mapped: bool = False
    input_only: bool = False
    client: int = 0
    client_at: Rect = NOWHERE  # within ``area``
    client_mapped: bool = True
    title: str = ""
    shape: tuple[Rect, ...] | None = None
    adopted: list[int] = field(default_factory=list)  # windows seen moving in
    stale: bool = True  # client, title and place must be asked for
    reshaped: bool = True
    appeared: int = 0  # when it was put on the screen, monotonic ns; 0: before we looked
    made: Window | None = None  # as last told
