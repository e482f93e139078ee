"""What is looked up before anybody has said yes: the environment and the bus's names, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.page import allowed as module
from tests.page.conftest import POLICY, words
from tests.page.test_consent import agree
from tests.page.view import in_view

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.page.conftest import Client

NOTHING = "nothing can be recorded"
GIVES = "this desktop gives them to nodreel"


def in_sight(client: Client, page: str) -> str:
    return " ".join(in_view(client.get(page).body).words)


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({}, "There is no desktop here"),
        ({"DISPLAY": ":77", "WAYLAND_DISPLAY": "wayland-0"}, "a Wayland session"),
        ({"DISPLAY": ":77", "XDG_SESSION_TYPE": "wayland"}, "a Wayland session"),
    ],
)
def test_a_yes_that_would_lead_to_nothing_is_said_first_and_last(
    client: Client, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], why: str
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    for page in ("/consent", "/consent/decide"):
        shown = in_sight(client, page)
        assert NOTHING in shown
        assert why in shown
    assert NOTHING not in in_sight(client, "/consent/what")
    told = client.get("/consent/what").body
    assert NOTHING in told
    assert GIVES not in told


def test_a_desktop_is_believed_unseen_and_that_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":77")  # no server answers there, and nobody asks
    for page in ("/consent", "/consent/decide"):
        assert NOTHING not in client.get(page).body
    assert GIVES not in in_sight(client, "/consent/what"), "it waits in the details"
    told = words(client.get("/consent/what").body)
    assert GIVES in told
    assert "nothing was opened, tried or started" in told
    assert "do not say which they are" in told
    monkeypatch.setattr(module, "is_on", lambda: True)
    assert "programs here say which they are" in words(client.get("/consent/what").body)


def test_who_is_asked_for_more_is_told_too(client: Client, paths: Paths) -> None:
    agree(client)
    paths.policy.write_text(POLICY.replace('"screen"]', '"screen", "titles"]'))
    assert NOTHING in in_sight(client, "/consent")
    assert "What this computer allows" in words(client.get("/consent").body)
