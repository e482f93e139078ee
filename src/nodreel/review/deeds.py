"""What was done, in a few words: one line for each action."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodreel.action import Action


def sentence(action: Action) -> str:
    """Say an action in a few words."""
    a = action
    words = [a.kind.value, f"in {a.app}"] if a.app else [a.kind.value]
    if a.names:
        words.append(" > ".join(a.names))
    elif a.keys:
        words.append("+".join(a.keys))
    if a.strokes:
        words.append(f"{a.length} characters" if a.text is None else repr(a.text))
    if a.dx or a.dy:
        words.append(f"by {a.dx} right, {a.dy} up")
    if a.element is not None and not a.names:
        words.append(f"on {a.element.role} {a.element.name!r}")
    if a.x is not None and not a.names:
        words.append(f"at {a.x},{a.y}")
    if a.x is not None and (a.to_x, a.to_y) != (a.x, a.y):
        words.append(f"to {a.to_x},{a.to_y}")
    if a.kind.value == "wait":
        words.append(f"for {(a.end - a.start) / 1e9:.1f} s")
    return ", ".join(words) if a.sure else ", ".join([*words, "(in part inferred)"])
