"""Whatever goes wrong in a check, the interlock is open."""

from __future__ import annotations

from typing import NoReturn

from nodreel.agent.interlocks import Interlock, Interlocks
from nodreel.errors import NoConsentError


def broken() -> NoReturn:
    raise ZeroDivisionError


def refused() -> NoReturn:
    raise NoConsentError("There is no grant.", advice="Say yes or no.")


def test_each_condition_says_what_holds() -> None:
    interlocks = Interlocks(
        {
            "met": (lambda: None, "All is well."),
            "unmet": (lambda: "The sign is covered.", "The sign shows."),
            "broken": (broken, "Never said."),
            "refused": (refused, "Never said."),
        }
    )
    assert interlocks.evaluate() == (
        Interlock("met", closed=True, sentence="All is well."),
        Interlock("unmet", closed=False, sentence="The sign is covered."),
        Interlock("broken", closed=False, sentence="The check `broken` itself failed."),
        Interlock("refused", closed=False, sentence="There is no grant. Say yes or no."),
    )
