"""The doors by themselves, as a table."""

from __future__ import annotations

import pytest

from nodreel.page.doors import ENTER, FORM, Asked, Doors

DOORS = Doors(4242, "session", "form")
GOOD = {"host": "127.0.0.1:4242", "cookie": "other=1; nodreel_4242=session"}
FORMS = {**GOOD, "origin": "http://127.0.0.1:4242", "content-type": FORM}


def test_what_comes_from_these_pages_comes_in() -> None:
    assert DOORS.refusal(Asked("GET", "/", GOOD)) is None
    assert DOORS.refusal(Asked("POST", "/pause", FORMS)) is None
    assert DOORS.refusal(Asked("GET", ENTER, {"host": "127.0.0.1:4242"})) is None


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {}),
        ("GET", "/", {**GOOD, "cookie": "nodreel_4242=other"}),
        ("GET", "/", {**GOOD, "cookie": "nodreel_4243=session"}),
        ("GET", "/", {**GOOD, "cookie": "\"'"}),
        ("GET", "/", {**GOOD, "host": "127.0.0.1"}),
        ("GET", ENTER, {"host": "rebound.example:4242"}),
        ("GET", ENTER, {"host": "127.0.0.1:4242", "sec-fetch-dest": "iframe"}),
        ("POST", ENTER, {"host": "127.0.0.1:4242"}),
        ("HEAD", "/", GOOD),
        ("POST", "/", GOOD),
        ("POST", "/", {**FORMS, "origin": "http://localhost:4242"}),
        ("POST", "/", {**FORMS, "content-type": "application/json"}),
        ("POST", "/", {**FORMS, "sec-fetch-site": "same-site"}),
        ("POST", "/", {k: v for k, v in FORMS.items() if k != "cookie"}),
    ],
)
def test_nothing_else_does(method: str, path: str, headers: dict[str, str]) -> None:
    assert DOORS.refusal(Asked(method, path, headers))


def test_a_form_shows_its_token() -> None:
    assert DOORS.may_post("form")
    assert not DOORS.may_post("")
    assert not DOORS.may_post("förm")
