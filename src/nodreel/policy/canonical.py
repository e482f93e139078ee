"""One way to write JSON, so that a hash or a signature means the same everywhere."""

from __future__ import annotations

import json


def canonical(value: object) -> bytes:
    """Write ``value`` as ASCII JSON, keys sorted, no spaces; ValueError for NaN and infinities."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return text.encode("ascii")
