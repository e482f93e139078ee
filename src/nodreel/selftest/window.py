"""The self-test's own window, which no policy designates: boxes to type into, patches of colour.

``python -m nodreel.selftest.window`` reads what to plant as JSON and prints what was planted. Each
letter is typed only while its box has the keyboard: in another app it would be typed for real.
"""

from __future__ import annotations

import json
import sys
import tkinter as tk
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from nodreel.clock import SystemClock
from nodreel.errors import NodreelError
from nodreel.selftest.canaries import PLACES
from nodreel.selftest.hands import Hands

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOCK: Final = SystemClock()
STEP_MS: Final = 30
PATIENCE_MS: Final = 10_000
BY_HAND_MS: Final = 120_000
_PATCH: Final = 64  # pixels
_ASK: Final = (
    "Now you, with your own keyboard: type the word below into the last box, then press Enter."
    "\nEscape leaves it out."
)


@dataclass
class Window:
    """Draws itself; ``run`` plants.

    ``planted`` are the places whose word was really typed there, ``since`` and ``until`` (mono ns)
    the time during which it had the keyboard for sure.
    """

    words: dict[str, str]
    colours: list[int]
    by_hand: bool
    planted: list[str] = field(default_factory=list)
    since: int | None = None
    until: int = 0

    def __post_init__(self) -> None:
        self._root = tk.Tk(className="nodreel-selftest")
        self._root.title("nodreel self-test")
        self._root.attributes("-topmost", 1)
        self._root.configure(padx=24, pady=18)
        self._say = tk.Label(self._root, justify="left", wraplength=460, text=(
            "This window is not designated, so nothing of it may be recorded."
            "\nThe self-test types a word into each box. Please do not type now."))  # fmt: skip
        self._say.pack(anchor="w")
        patches = tk.Frame(self._root, pady=10)
        patches.pack(anchor="w")
        for colour in self.colours:
            tk.Frame(patches, width=_PATCH, height=_PATCH, bg=f"#{colour:06x}").pack(side="left")
        self._boxes = {place: self._box(place) for place in self.words}

    def run(self) -> None:
        """Type, wait, close."""
        steps = self._steps()

        def go_on() -> None:
            try:
                wait = next(steps)
            except StopIteration:
                self._root.destroy()
            else:
                self._root.after(wait, go_on)

        self._root.after(STEP_MS, go_on)
        self._root.mainloop()

    def _box(self, place: str) -> tk.Entry:
        tk.Label(self._root, text=f"{place[0].upper()}{place[1:]}:").pack(anchor="w")
        box = tk.Entry(self._root, width=40, show="\u2022" if place == PLACES[1] else "")
        box.pack(anchor="w", pady=(0, 8))
        return box

    def _steps(self) -> Iterator[int]:
        """Do one thing after the other; yields how long to wait before the next, ms."""
        with Hands() as hands:
            for place, word in self.words.items():
                if place != PLACES[-1]:
                    yield from self._type(hands, self._boxes[place], word)
                    self._check(place)
        if self.by_hand:
            yield from self._let_type()
        yield 500  # so that the last of it could have been seen

    def _type(self, hands: Hands, box: tk.Entry, word: str) -> Iterator[int]:
        box.focus_force()
        for _ in range(PATIENCE_MS // STEP_MS):
            if self._root.focus_displayof() is box:
                self.since = self.since or _CLOCK.mono()
                break
            box.focus_force()
            yield STEP_MS
        for letter in word:
            if self._root.focus_displayof() is not box:
                return
            hands.tap(letter)
            self.until = _CLOCK.mono()
            yield STEP_MS
        yield STEP_MS * 5

    def _let_type(self) -> Iterator[int]:
        place = PLACES[-1]
        box, done = self._boxes[place], tk.BooleanVar(self._root, value=False)
        self._root.title("nodreel self-test: now you")
        self._say.configure(text=f"{_ASK}\n\n{self.words[place]}")
        for key in ("<Return>", "<Escape>"):
            box.bind(key, lambda _: done.set(True))
        box.focus_force()
        for _ in range(BY_HAND_MS // STEP_MS):
            if done.get():
                break
            yield STEP_MS
        self._check(place)

    def _check(self, place: str) -> None:
        if self._boxes[place].get().strip() == self.words[place]:
            self.planted.append(place)


def main() -> int:
    """Show the window; a failure is a line, and its exit code."""
    told = json.load(sys.stdin)
    try:
        window = Window(told["words"], told["colours"], bool(told["by_hand"]))
        window.run()
    except NodreelError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return error.exit_code
    except tk.TclError as error:
        sys.stderr.write(f"There is no display for a window: {error}\n")
        return 1
    sys.stdout.write(
        json.dumps({"planted": window.planted, "since": window.since, "until": window.until})
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
