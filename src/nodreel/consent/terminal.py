"""The ceremony in a terminal: plain text, typed answers, no by default.

A terminal proves nothing: a pty passes isatty() and any program can write to one. What is decided
here therefore counts as ``synthetic`` presence, whoever typed it.
"""

from __future__ import annotations

import os
import select
import textwrap
from typing import TYPE_CHECKING

from nodreel.consent.face import Answer
from nodreel.consent.quoting import inert
from nodreel.consent.terms import LATER, PHRASE, REFUSE
from nodreel.consent.ticks import NEEDS
from nodreel.events import SECOND, Kind, Nanos
from nodreel.policy import Presence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.consent.terms import Terms
    from nodreel.policy import Difference

PATIENCE = Nanos(15 * 60 * SECOND)  # for each answer; after that silence is no answer
_ATTEMPTS = 5
_LONGEST_LINE = 4096
_WIDTH = 78
_YES = frozenset({"y", "yes"})
_END = {"refuse": Answer.REFUSE, LATER: Answer.LATER}
_DECISIONS = {PHRASE: Answer.ACCEPT, REFUSE: Answer.REFUSE, LATER: Answer.LATER}


class SilentError(Exception):
    """No answer came: a timeout or the end of the input. Never leaves this module."""


class Terminal:
    """The face on two file descriptors, usually 0 and 1."""

    strongest = Presence.SYNTHETIC

    def __init__(self, reading: int = 0, writing: int = 1, *, patience: Nanos = PATIENCE) -> None:
        self._reading = reading
        self._writing = writing
        self._patience_s = patience / SECOND

    def show(self, terms: Terms, changes: Sequence[Difference]) -> None:
        """Print the terms; what was typed ahead of them is thrown away unread."""
        self._say("\n" + terms.text)
        if changes:
            self._say("Wider than what you agreed to before:\n")
            for change in changes:
                self._say(f"  ! {inert(str(change))}\n")
        self._drain()

    def ask_kinds(self, offered: Sequence[tuple[Kind, str]]) -> frozenset[Kind] | Answer:
        """Ask one by one; only y or yes is a yes, Enter is a no."""
        self._say(
            "\nEach kind of data by itself. Type yes to have it recorded; anything else, or"
            "\njust Enter, is no. To end here, type refuse; to be asked in 30 days, type later.\n\n"
        )
        ticked: set[Kind] = set()
        try:
            for kind, words in offered:
                if kind in NEEDS and NEEDS[kind] not in ticked:
                    self._say(f"Not asked: {kind}. It needs your yes to {NEEDS[kind]}.\n")
                    continue
                verb = "Allow" if kind is Kind.ACCESSIBILITY else "Record"
                question = textwrap.fill(f"{verb} {words}? [yes/NO]", _WIDTH)
                answer = self._ask(f"{question} ").lower()
                if answer in _END:
                    return _END[answer]
                if answer in _YES:
                    ticked.add(kind)
        except SilentError:
            return Answer.NONE
        return frozenset(ticked)

    def ask_decision(self, phrase: str) -> Answer:
        """Ask until one of the three answers is typed, a few times at most."""
        self._say(
            f"\nYour decision. Type exactly one of:\n  {phrase}\n  {REFUSE}\n"
            f"  {LATER}   (asks again in 30 days)\n"
        )
        decisions = _DECISIONS if phrase == PHRASE else {**_DECISIONS, phrase: Answer.ACCEPT}
        try:
            for _ in range(_ATTEMPTS):
                answer = decisions.get(self._ask("> "))
                if answer is not None:
                    return answer
                self._say("That is none of the three. Nothing is recorded unless you agree.\n")
        except SilentError:
            pass
        return Answer.NONE

    def prove(self) -> Presence:
        """Return SYNTHETIC: see above."""
        return Presence.SYNTHETIC

    def _ask(self, question: str) -> str:
        self._say(question)
        if not select.select([self._reading], [], [], self._patience_s)[0]:
            raise SilentError
        # A terminal hands over one line at a time.
        data = os.read(self._reading, _LONGEST_LINE)
        if not data:
            raise SilentError
        return data.decode("utf-8", errors="replace").strip()

    def _drain(self) -> None:
        while select.select([self._reading], [], [], 0)[0]:
            if not os.read(self._reading, _LONGEST_LINE):
                break

    def _say(self, text: str) -> None:
        rest = text.encode("utf-8")
        while rest:
            rest = rest[os.write(self._writing, rest) :]
