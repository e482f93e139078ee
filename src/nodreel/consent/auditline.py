"""One line of the audit log: how it is hashed, and when it is whole."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Final = "0" * 64
LONGEST: Final = 16 * 1024  # bytes of a line
RESET: Final = "audit_reset"
HEAD: Final = "head_signed"


def line_hash(line: Mapping[str, Any]) -> str:
    """Return SHA-256 over the line before it and the canonical rest, in hex."""
    body = {key: value for key, value in line.items() if key != "hash"}
    return hashlib.sha256(str(line["prev"]).encode("ascii") + canonical(body)).hexdigest()


def parsed(text: bytes) -> dict[str, Any] | None:
    """Return the line when it is whole and its own hash is right, else None."""
    if len(text) > LONGEST:
        return None
    try:
        line = json.loads(text.decode("ascii"))
        is_good = (
            isinstance(line, dict)
            and canonical(line) == text
            and isinstance(line["n"], int)
            and isinstance(line["data"], dict)
            and line["hash"] == line_hash(line)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return line if is_good else None


def remnant(torn: bytes) -> dict[str, int | str]:
    """Name what is left of a torn line, as the reset after it does."""
    return {"torn": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}


def reset_signed(line: Mapping[str, Any]) -> bytes:
    """Return the bytes that a reset's signature is over: what was torn, and what it follows."""
    data = line["data"]
    return canonical({"prev": line["prev"], "torn": data["torn"], "sha256": data["sha256"]})


def head_signed(day: str, head: str) -> bytes:
    """Return the bytes that the signature of a day's head is over."""
    return canonical({"day": day, "head": head})
