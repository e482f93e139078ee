"""The senses of one desktop session. ``open_desktop`` is the only door, and it takes a Grant.

This is the only place that asks which operating system it is, apart from ``nodreel.host``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nodreel.consent.grant import Grant
from nodreel.errors import NoConsentError, UnsupportedError
from nodreel.events import Kind
from nodreel.host.accessibility import switch_on
from nodreel.host.session import refuse_unsupported, unsupported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.desktop.base import Accessibility, Desktop
    from nodreel.events import Element
    from nodreel.scene import Field


def open_desktop(grant: Grant) -> Desktop:
    """Open the senses of this session.

    Raises NoConsentError without a Grant, UnsupportedError where it cannot be recorded honestly:
    on Wayland (other apps' input cannot be seen, so a recording would look whole and be partial),
    on systems that no backend exists for, without a display.
    """
    if not isinstance(grant, Grant):
        raise NoConsentError("The desktop is opened only with a grant, the proof of a valid yes.")
    refuse_unsupported()
    if sys.platform == "linux":
        from nodreel.desktop.x11.desktop import X11Desktop  # noqa: PLC0415 - per system, on demand

        return X11Desktop()
    raise unsupported()


def open_accessibility(grant: Grant, feed: Callable[[Field | Element], None]) -> Accessibility:
    """Open what apps say of their own fields and elements; ``feed`` is called from its thread.

    Where no accessibility bus answers, every field is unknown. Raises NoConsentError without a
    Grant, UnsupportedError on systems that no backend exists for.
    """
    if not isinstance(grant, Grant):
        raise NoConsentError("Apps are asked about their fields only with a grant, a valid yes.")
    if sys.platform == "linux":
        from nodreel.desktop.atspi.client import AtspiAccessibility  # noqa: PLC0415 - likewise

        return AtspiAccessibility(feed)
    raise UnsupportedError(
        f"nodreel cannot ask apps on {sys.platform} about their fields yet.",
        advice="Use a Linux desktop with an X11 session; nothing is recorded here.",
    )


def switch_accessibility_on(grant: Grant, path: Path) -> bool:
    """Let apps speak of their controls, if the person allowed that; tell whether they may now.

    ``nodreel.host.accessibility.restore(path)`` undoes it, without a grant. Raises NoConsentError
    without that tick, StoreError when what was found before cannot be kept in ``path``.
    """
    if not isinstance(grant, Grant):
        raise NoConsentError("Accessibility is switched on only with a grant, a valid yes.")
    if Kind.ACCESSIBILITY not in grant.kinds:
        raise NoConsentError("Accessibility is switched on only where the person ticked that.")
    return switch_on(path)
