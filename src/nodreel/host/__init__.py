"""Services of the operating system that can neither see nor hear.

``refuse_root``, ``harden``, ``private_dir`` and ``punch`` differ by system and are chosen here,
once.
"""

from __future__ import annotations

import sys

from nodreel.host.disk import free_bytes
from nodreel.host.instance import Instance, claim, holder
from nodreel.host.terminal import is_interactive

if sys.platform == "linux":
    from nodreel.host.linux import (
        give_memory_back,
        harden,
        private_dir,
        punch,
        refuse_root,
        trim_memory,
    )
else:
    from nodreel.host.elsewhere import (
        give_memory_back,
        harden,
        private_dir,
        punch,
        refuse_root,
        trim_memory,
    )

__all__ = [
    "Instance",
    "claim",
    "free_bytes",
    "give_memory_back",
    "harden",
    "holder",
    "is_interactive",
    "private_dir",
    "punch",
    "refuse_root",
    "trim_memory",
]
