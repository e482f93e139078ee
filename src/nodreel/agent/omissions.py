"""What is left out although something is recorded: one sentence for the person. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.events import Kind
from nodreel.rects import clip
from nodreel.scene import Verdict

if TYPE_CHECKING:
    from nodreel.events import Rect
    from nodreel.gate.context import Context
    from nodreel.gate.gate import Rules

BARS: Final = "The keyboard is outside the page, in the browser's own bars: its keys are left out."
BLIND: Final = (
    "Something secret was typed in this window: where it can be read is left out, "
    "until the window is closed or nodreel is stopped and started again."
)
NO_TEXT: Final = "It is not known what its fields hold, so which characters you type is left out."
COMPOSED: Final = (
    "An input method may make other text of your keys, so which characters you type is left out."
)


def left_out(context: Context, rules: Rules, blind: tuple[Rect, ...]) -> str | None:
    """Return what is left out while this app or site is recorded, the most telling thing first."""
    insight = context.insight
    if insight.why:
        return insight.why
    if not insight.keyboard:
        return BARS
    front = context.scene.window(context.scene.focus)
    if front is not None and clip((front.inner,), blind):
        return BLIND
    full = Kind.KEYS in rules.kinds and rules.tier(context.focus_app or "", insight.site) == "full"
    if full and insight.verdict is not Verdict.CLEAR:
        return NO_TEXT
    return COMPOSED if full and not context.scene.plain else None
