"""What the interlocks want to know of the open senses; each says why not, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.agent.remote import why_remote
from nodreel.language.speech import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.agent.recording import Recording
    from nodreel.agent.signkeeper import SignKeeper
    from nodreel.errors import NodreelError

FOREIGN = message("The app in front is not designated, so it is not recorded.")


def interlocks(
    now: Callable[[], Recording | None], fault: Callable[[], NodreelError | None], sign: SignKeeper
) -> dict[str, tuple[Callable[[], str | None], str]]:
    """Return the checks that look at the senses of ``now``, each with what it says when met."""
    return {
        "senses": (lambda: why_blind(now(), fault()), message("The desktop is open to nodreel.")),
        "sign": (lambda: why_unseen(now(), sign), message("The recording sign is in full view.")),
        "session": (lambda: why_away(now()), message("Your session is unlocked and in front.")),
        "remote": (
            lambda: why_shared(now()),
            message("Nobody sees or controls this desktop from elsewhere."),
        ),
        "context": (lambda: why_foreign(now()), message("A designated app is in front.")),
    }


def why_blind(recording: Recording | None, fault: NodreelError | None) -> str | None:
    """Say why nothing can be sensed; ``fault``: what ended the last recording."""
    if recording is not None:
        fault = recording.capture.fault
    if fault is not None:
        return f"{fault} {fault.advice}"
    return None if recording else message("The desktop is closed to nodreel.")


def why_unseen(recording: Recording | None, sign: SignKeeper) -> str | None:
    """Say why the sign is not in full view."""
    context = recording.context if recording else None
    if context is None:
        return sign.why_unseen(None)
    return sign.why_unseen(context.scene, frozenset(context.owners))


def why_away(recording: Recording | None) -> str | None:
    """Say why the person is not at this desktop."""
    context = recording.context if recording else None
    if context is None:
        return message("The session is not looked at.")
    return message("Your session is locked or not in front.") if context.scene.locked else None


def why_shared(recording: Recording | None) -> str | None:
    """Say who else may see or control this desktop."""
    return why_remote(recording.capture.company if recording else None)


def why_foreign(recording: Recording | None) -> str | None:
    """Say why what is in front is not recorded."""
    context = recording.context if recording else None
    if context is None or not context.open:
        return (context and context.insight.why) or FOREIGN
    return None
