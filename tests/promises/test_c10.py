"""C10. Wider means ask again."""

from __future__ import annotations

from typing import Any

import pytest

from nodreel.events import Kind
from nodreel.policy import DesignatedApp, Recipient, narrower_or_equal
from tests.policy.samples import CHROMIUM, KEYS, MOUSEPAD, PURPOSE, RESEARCH, WIKI, limits, policy
from tests.promises.giving import give

AGREED = policy(kinds=(Kind.POINTER, Kind.SCREEN), apps=(MOUSEPAD,))
WIDER: list[dict[str, Any]] = [
    {"apps": (MOUSEPAD, CHROMIUM)},
    {"apps": (DesignatedApp(id="mousepad", name="Mousepad", exe="/usr/bin/other", keys="full"),)},
    {"kinds": (Kind.POINTER, Kind.SCREEN, Kind.KEYS)},
    {"recipients": (RESEARCH, Recipient(name="More", key=KEYS[1]))},
    {"purpose": PURPOSE.model_copy(update={"text": "And something else."})},
    {"limits": limits(server_days=366)},
    {"limits": limits(max_fps=20)},
    {"synthetic": "keep"},
    {"kinds": (Kind.POINTER, Kind.SCREEN, Kind.TEXT)},
    {"kinds": (Kind.POINTER, Kind.SCREEN, Kind.MAIL)},
    {"kinds": (Kind.POINTER, Kind.SCREEN, Kind.CHAT)},
    {"kinds": (Kind.POINTER, Kind.SCREEN, Kind.ACCESSIBILITY)},
    {"sites": (WIKI, WIKI.model_copy(update={"id": "b", "host": "b.example.org"}))},
    {"sites": (WIKI.model_copy(update={"host": "*.example.org"}),)},
    {"sites": (WIKI.model_copy(update={"masked": ()}),)},
    {"secrets": ()},
]


@pytest.mark.parametrize("change", WIDER, ids=str)
def test_wider_is_noticed_and_said(change: dict[str, Any]) -> None:
    new = AGREED.model_copy(update=change)
    differences = narrower_or_equal(new, AGREED)
    assert differences
    assert all(str(d) for d in differences)
    assert narrower_or_equal(AGREED, AGREED) == ()


def test_a_yes_ends_by_itself() -> None:
    _, grant = give(policy())
    assert grant.expires - grant.given == 180 * 86_400 * 10**9
