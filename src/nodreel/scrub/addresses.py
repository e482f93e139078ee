"""Addresses without secrets: the part of a path or the host that holds one goes as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nodreel.scrub.detectors import BEGUN, find, secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.scrub.shape import Finder

INSTEAD: Final = "{secret}"
_PART: Final = re.compile(r"[^/]+")
_ENCODED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def without_secret_parts(address: str, own: Sequence[Finder] = ()) -> tuple[str, list[str]]:
    """Return an address (origin and path) with ``{secret}`` for each part with one, and the names.

    Parts are searched as they stand and as they read decoded; what only begins like a secret is
    one here, for a path may have been shortened.
    """
    host = address.find("://") + len("://") if "://" in address else 0
    across = secrets(address, own)
    out, names, at = address[:host], [], host
    for part in _PART.finditer(address, host):
        found = [
            span.name for span in across if span.start < part.end() and span.end > part.start()
        ]
        decoded = _decoded(part.group())
        found += [span.name for span in (*secrets(decoded, own), *find(decoded, BEGUN))]
        out += address[at : part.start()] + (INSTEAD if found else part.group())
        names += found[:1]
        at = part.end()
    return out + address[at:], names


def _decoded(part: str) -> str:
    return _ENCODED.sub(
        lambda run: bytes.fromhex(run.group().replace("%", "")).decode("utf-8", "replace"), part
    )
