"""The ceremony in a terminal: plain text, typed answers, no by default.

A terminal proves nothing: a pty passes isatty() and any program can write to one. What is decided
here therefore counts as ``synthetic`` presence, whoever typed it, unless a policy wants more and
the person then types digits in a window of nodreel's own (``presence``).
"""

from __future__ import annotations

import os
import select
import textwrap
from typing import TYPE_CHECKING

from nodreel.consent.face import Answer
from nodreel.consent.kinds import kind_name
from nodreel.consent.presence import prove, strongest
from nodreel.consent.quoting import inert
from nodreel.consent.terms import LATER, REFUSE
from nodreel.consent.ticks import NEEDS
from nodreel.events import SECOND, Kind, Nanos
from nodreel.language.speech import ENGLISH, message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.consent.presence import Proof
    from nodreel.consent.terms import Terms
    from nodreel.language import Speech
    from nodreel.policy import Difference, Presence

PATIENCE = Nanos(15 * 60 * SECOND)  # for each answer; after that silence is no answer
_ATTEMPTS = 5
_LONGEST_LINE = 4096
_WIDTH = 78
_YES = message("yes")
_END = message("refuse")


class SilentError(Exception):
    """No answer came: a timeout or the end of the input. Never leaves this module."""


class Terminal:
    """The face on two file descriptors, usually 0 and 1."""

    @property
    def strongest(self) -> Presence:
        """See the protocol."""
        return strongest()

    def __init__(
        self, reading: int = 0, writing: int = 1, *, patience: Nanos = PATIENCE,
        say: Speech = ENGLISH,
    ) -> None:  # fmt: skip
        self._reading = reading
        self._writing = writing
        self._speech = say
        self._patience_s = patience / SECOND

    def show(self, terms: Terms, changes: Sequence[Difference]) -> None:
        """Print the terms; what was typed ahead of them is thrown away unread."""
        say = self._speech
        self._say("\n" + terms.text)
        if changes:
            self._say(say("Wider than what you agreed to before:") + "\n")
            for change in changes:
                self._say(f"  ! {inert(str(change))}\n")
        self._drain()

    def ask_kinds(self, offered: Sequence[tuple[Kind, str]]) -> frozenset[Kind] | Answer:
        """Ask one by one; only y or yes is a yes, Enter is a no."""
        say = self._speech
        yes, no, end, later = say(_YES), say(REFUSE), say(_END), say(LATER)
        how = say("Each kind of data by itself. Type {yes} to have it recorded; anything else, or"
                  " just Enter, is no. To end here, type {end}; to be asked in 30 days, type"
                  " {later}.", yes=yes, end=end, later=later)  # fmt: skip
        self._say(f"\n{textwrap.fill(how, _WIDTH)}\n\n")
        ends = {_END: Answer.REFUSE, LATER: Answer.LATER}
        ends |= {end.lower(): Answer.REFUSE, later.lower(): Answer.LATER}
        ticked: set[Kind] = set()
        try:
            for kind, words in offered:
                if kind in NEEDS and NEEDS[kind] not in ticked:
                    names = {"kind": kind_name(kind, say), "other": kind_name(NEEDS[kind], say)}
                    not_asked = say("Not asked: {kind}. It needs your yes to {other}.", **names)
                    self._say(f"{not_asked}\n")
                    continue
                asked = asked_for(kind, words, say)
                question = textwrap.fill(f"{asked} [{yes}/{no.upper()}]", _WIDTH)
                answer = self._ask(f"{question} ").lower()
                if answer in ends:
                    return ends[answer]
                if answer in {"y", _YES, yes.lower()} and answer != no.lower():
                    ticked.add(kind)
        except SilentError:
            return Answer.NONE
        return frozenset(ticked)

    def ask_decision(self, phrase: str) -> Answer:
        """Ask until one of the three answers is typed, a few times at most."""
        say = self._speech
        no, later = say(REFUSE), say(LATER)
        self._say(
            f"\n{say('Your decision. Type exactly one of:')}\n  {phrase}\n  {no}\n"
            f"  {later}   ({say('asks again in 30 days')})\n"
        )
        decisions = {phrase: Answer.ACCEPT, REFUSE: Answer.REFUSE, LATER: Answer.LATER}
        decisions |= {no: Answer.REFUSE, later: Answer.LATER}
        try:
            for _ in range(_ATTEMPTS):
                answer = decisions.get(self._ask("> "))
                if answer is not None:
                    return answer
                none = say("That is none of the three. Nothing is recorded unless you agree.")
                self._say(f"{none}\n")
        except SilentError:
            pass
        return Answer.NONE

    def prove(self, wanted: Presence) -> Proof:
        """See above."""
        say = self._speech
        hint = message("Now type these digits in the small window, on your own keyboard: {digits}")
        return prove(wanted, lambda digits: self._say(f"\n{say(hint, digits=digits)}\n"))

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


def asked_for(kind: Kind, what: str, say: Speech = ENGLISH) -> str:
    """Return the question about one kind; ``what`` is what it is called, or all about it."""
    if kind is Kind.ACCESSIBILITY:
        return say("Allow {what}?", what=what)
    return say("Record {what}?", what=what)
