"""The interlocks: recording runs only while each of them is closed; any exception means off."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.errors import NodreelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Interlock:
    """One condition; ``sentence`` says what holds, in words for the person."""

    name: str
    closed: bool
    sentence: str


class Interlocks:
    """Asks all conditions. A check returns None when it is met, else a sentence saying why not."""

    def __init__(self, checks: Mapping[str, tuple[Callable[[], str | None], str]]) -> None:
        self._checks = [
            (name, check, Interlock(name, closed=True, sentence=met))
            for name, (check, met) in checks.items()
        ]

    def evaluate(self) -> tuple[Interlock, ...]:
        """Return every interlock, in order."""
        return tuple(self._ask(*one) for one in self._checks)

    @staticmethod
    def _ask(name: str, check: Callable[[], str | None], met: Interlock) -> Interlock:
        try:
            why = check()
        except NodreelError as error:
            return Interlock(name, closed=False, sentence=f"{error} {error.advice}")
        except Exception:
            log.exception("interlock %s", name)
            return Interlock(name, closed=False, sentence=f"The check `{name}` itself failed.")
        return met if why is None else Interlock(name, closed=False, sentence=why)
