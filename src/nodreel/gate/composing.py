"""Whether a character is what its key says, or something else may have come of it. Pure.

An input method makes text of keys that nobody here sees (``Scene.plain`` says that none is there).
And toolkits take what follows certain shortcuts for something else: the digits of a code point
(Ctrl+Shift+U), the name of an emoji. Such characters are unknown, and are not guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.events import SECOND, Key, KeyClass

if TYPE_CHECKING:
    from nodreel.events import Nanos
    from nodreel.gate.timeline import Timeline

TURNED: Final = SECOND
"""An input method is heard of so much later than the first keys it took, at most."""
_SHIFT, _CONTROL = 1 << 0, 1 << 2
_CODE_POINT: Final = {0x55, 0x75}  # U, with Control and Shift
_EMOJI: Final = {0x2E, 0x3B, 0x45, 0x65}  # with Control: full stop, semicolon; E, with Shift, too
_LETTERS: Final = {0x45, 0x65, *_CODE_POINT}
_SPACE: Final = 0x20


def plain_at(timeline: Timeline, number: int, t: Nanos) -> bool:
    """Tell whether no input method was at work in the window of context ``number`` at ``t``."""
    scene = timeline[number].scene
    if not scene.plain:
        return False
    for later in timeline.later(number):
        if later.t > t + TURNED or later.scene.focus != scene.focus:
            return True
        if not later.scene.plain:
            return False
    return True


class Sequence:
    """Follows key presses; ``takes`` tells whether one is part of what a shortcut began."""

    def __init__(self) -> None:
        self._begun: set[int] = set()

    def takes(self, key: Key) -> bool:
        """Take in a press and tell whether its character is used up for something else."""
        if key.key_class is KeyClass.SHORTCUT:
            self._begin(key)
        elif key.key_class is KeyClass.NAVIGATION:
            self.end()
        if key.key_class is not KeyClass.CHARACTER or not self._begun:
            return False
        if key.keysym == _SPACE and self._begun == _CODE_POINT:
            self.end()
        return True

    def end(self) -> None:
        """Take note that something else was done: a click, another window."""
        self._begun = set()

    def _begin(self, key: Key) -> None:
        if not key.modifiers & _CONTROL or (key.keysym in _LETTERS and not key.modifiers & _SHIFT):
            return
        for opening in (_CODE_POINT, _EMOJI):
            if key.keysym in opening:
                self._begun = opening
