"""The ceremony's face on pages: what a thread of the ceremony asks, forms answer.

A browser proves no more than a terminal does: any program of the person can press its buttons. What
is decided here counts as ``synthetic`` presence, unless a policy wants more and the person then
types digits in a window of nodreel's own.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nodreel.consent.ceremony import held_alone
from nodreel.consent.face import Answer
from nodreel.consent.presence import PATIENCE_S, prove, strongest
from nodreel.errors import NoConsentError, NodreelError
from nodreel.events import SECOND, Kind, Nanos
from nodreel.language.speech import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.clock import Clock
    from nodreel.consent.ceremony import Outcome
    from nodreel.consent.presence import Proof
    from nodreel.consent.terms import Terms
    from nodreel.language import Speech
    from nodreel.paths import Paths
    from nodreel.policy import Difference, Presence

PATIENCE: Final = Nanos(30 * 60 * SECOND)  # for the decision; after that silence is no answer
_STEP_S: Final = 20.0  # for what the ceremony does by itself


class PageFace:
    """One ceremony. ``begin`` it, then ``decide`` once; ``terms`` are what it shows."""

    def __init__(
        self, paths: Paths, clock: Clock, say: Speech = ENGLISH, *, patience: Nanos = PATIENCE
    ) -> None:
        self._paths, self._clock = paths, clock
        self.say = say
        self._patience_s = patience / SECOND
        self.terms: Terms | None = None
        self.changes: tuple[Difference, ...] = ()
        self.offered: tuple[tuple[Kind, str], ...] = ()
        self.outcome: Outcome | None = None
        self.error: NodreelError | None = None
        self.phrase = ""
        self._asking, self.ended = threading.Event(), threading.Event()
        self._answers: queue.SimpleQueue[tuple[frozenset[Kind], Answer]] = queue.SimpleQueue()
        self._decided = Answer.NONE
        self._thread = threading.Thread(target=self._hold, name="ceremony", daemon=True)

    @property
    def strongest(self) -> Presence:
        """See the protocol."""
        return strongest()

    def begin(self) -> None:
        """Begin, and return once the person can be asked or it has ended; raises NodreelError."""
        self._thread.start()
        self._asking.wait(_STEP_S)
        if self.error is not None:
            raise self.error

    def decide(self, kinds: frozenset[Kind], answer: Answer) -> None:
        """Hand over what the person decided and return once it is written down."""
        self._answers.put((kinds, answer))
        self.ended.wait(_STEP_S + PATIENCE_S)

    def leave(self) -> None:
        """End it without an answer, if nothing was decided yet."""
        if self._thread.is_alive():
            self.decide(frozenset(), Answer.NONE)
            self._thread.join(_STEP_S)

    # -- what the ceremony asks, on its own thread

    def show(self, terms: Terms, changes: Sequence[Difference]) -> None:
        """Keep the terms for the pages to show."""
        self.terms, self.changes = terms, tuple(changes)

    def ask_kinds(self, offered: Sequence[tuple[Kind, str]]) -> frozenset[Kind] | Answer:
        """Wait for the form; a no, a later and a silence end the ceremony here."""
        self.offered = tuple(offered)
        self._asking.set()
        kinds, self._decided = frozenset[Kind](), Answer.NONE
        with suppress(queue.Empty):
            kinds, self._decided = self._answers.get(timeout=self._patience_s)
        return kinds if self._decided is Answer.ACCEPT else self._decided

    def ask_decision(self, phrase: str) -> Answer:
        """Return what came with the form; the pages took ACCEPT only with the phrase typed."""
        del phrase
        return self._decided

    def prove(self, wanted: Presence) -> Proof:
        """See above; the window itself says what to do."""
        return prove(wanted, lambda _: None)

    def _hold(self) -> None:
        try:
            self.outcome = held_alone(self, self._paths, self._clock, self.say)
        except NodreelError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001  whatever it is, the person is told that it was no yes
            self.error = NoConsentError(f"The ceremony failed ({type(error).__name__}).")
        finally:
            self.ended.set()
            self._asking.set()
