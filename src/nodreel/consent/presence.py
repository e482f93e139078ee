"""How it is proved that a person gave the yes; never more is claimed than was seen."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.host.keyboards import can_be_told
from nodreel.policy import Presence

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S: Final = 75.0
"""The window waits for a minute."""
_DIGITS: Final = 6
_LONGEST: Final = 4096
_MOST_SOURCES: Final = 16


@dataclass(frozen=True, slots=True)
class Proof:
    """``how`` goes into the receipt: what the person did, and what was seen of it."""

    presence: Presence
    how: str


TYPED: Final = Proof(Presence.SYNTHETIC, "typed-phrase")


def strongest() -> Presence:
    """Return the best proof that could be had here, without opening anything."""
    return Presence.PHYSICAL if can_be_told() else Presence.SYNTHETIC


def prove(wanted: Presence, say_digits: Callable[[str], None]) -> Proof:
    """Have digits typed in a window of their own (``nodreel.desktop.presence``) where wanted.

    Called after the yes. ``say_digits`` tells the person which, besides the window.
    """
    if wanted is Presence.SYNTHETIC:
        return TYPED
    digits = "".join(str(secrets.randbelow(10)) for _ in range(_DIGITS))
    say_digits(digits)
    return understood(_ask(digits))


def _ask(digits: str) -> bytes:
    command = [sys.executable, "-P", "-m", "nodreel.desktop.presence", digits]
    try:
        return subprocess.run(
            command, capture_output=True, check=False, timeout=PATIENCE_S, stdin=subprocess.DEVNULL
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return b""


def understood(said: bytes) -> Proof:
    """Return what that proves; whatever is not understood proves nothing."""
    try:
        told = json.loads(said[:_LONGEST])
        found, sources = told["found"], [int(source) for source in told["sources"]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return TYPED
    if found != Presence.PHYSICAL.value or not 0 < len(sources) <= _MOST_SOURCES:
        return TYPED
    listed = ",".join(map(str, sources))
    return Proof(Presence.PHYSICAL, f"{TYPED.how}+digits-by-hand(xinput2-source={listed})")
