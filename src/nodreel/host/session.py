"""What sort of session this is, as its environment says. Opens and asks nothing."""

from __future__ import annotations

import os
import sys

from nodreel.errors import UnsupportedError


def refuse_unsupported() -> None:
    """Raise UnsupportedError where nothing can be recorded honestly, as far as can be seen so.

    That is a Wayland session, also where it has an X display for old apps, no display at all, and
    systems that no backend exists for.
    """
    if sys.platform != "linux":
        raise unsupported()
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        raise UnsupportedError(
            "This is a Wayland session: only some apps could be recorded, so none are."
        )
    if not os.environ.get("DISPLAY"):
        raise UnsupportedError(
            "There is no desktop here (DISPLAY is not set).",
            advice="Start nodreel inside the desktop session it should record.",
        )


def unsupported() -> UnsupportedError:
    """Return the error of systems that no backend exists for."""
    return UnsupportedError(
        f"nodreel cannot record on {sys.platform} yet.",
        advice="Use a Linux desktop with an X11 session; nothing is recorded here.",
    )
