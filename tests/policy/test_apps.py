from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from nodreel.policy import DesignatedApp


def app(**changes: Any) -> DesignatedApp:
    return DesignatedApp(**({"id": "x", "name": "X", "exe": "/opt/x/x"} | changes))


def test_without_a_word_it_is_neither_browser_nor_mail_and_keeps_no_text() -> None:
    assert (app().keys, app().browser, app().category) == ("shape", None, None)


@pytest.mark.parametrize("tier", ["shortcuts", "shape", "full"])
def test_three_tiers_of_keys(tier: str) -> None:
    assert app(keys=tier).keys == tier


@pytest.mark.parametrize(
    "changes",
    [{"keys": "none"}, {"browser": "webkit"}, {"browser": True}, {"category": "social"}],
)
def test_other_words_are_none(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        app(**changes)


def test_what_is_refused_says_what_to_do() -> None:
    with pytest.raises(ValidationError) as caught:
        app(exe="/usr/bin/firefox-esr")
    error = caught.value.errors()[0]["ctx"]["error"]
    assert error.advice == 'Add `browser = "firefox"`, and each site as [[sites]].'
