"""The pages in the person's language: what is shown, what is typed, what is written down."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.consent import receipts
from nodreel.consent.grant_file import peek
from nodreel.consent.terms import build_terms
from nodreel.host import private_dir
from nodreel.language import languages, remember
from nodreel.language.choice import FOLDER
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from nodreel.policy import load_policy
from tests.page.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.paths import Paths

ARABIC = Path(__file__).parents[1] / "language" / "ar.toml"


@pytest.fixture
def added(paths: Paths) -> Iterator[Client]:
    """Pages of a machine whose organisation added Arabic."""
    file = private_dir(paths.config / FOLDER) / "ar.toml"
    file.write_bytes(ARABIC.read_bytes())
    file.chmod(0o600)
    clock = SystemClock()
    site = Site(paths, clock)
    with PageServer(clock, site.get, site.post) as server:
        yield Client(server)
    site.close()


def speak(client: Client, code: str, back: str = "") -> str:
    answer = client.post("/language", code=code, back=back)
    return answer.headers.get("location", str(answer.status))


@pytest.mark.parametrize("code", ["de", "es", "fr", "ja", "zh"])
def test_a_yes_is_given_and_kept_in_the_persons_language(
    client: Client, paths: Paths, code: str
) -> None:
    say = languages(paths)[code]
    assert speak(client, code, "consent") == "/consent"
    page = client.get("/consent/decide").body
    assert f'<html lang="{code}" dir="ltr">' in page
    phrase = say("I agree to be recorded")
    assert phrase in page
    fields = {"pointer": "yes", "decision": "accept"}
    refused = client.decide(phrase="I agree to be recorded", **fields)
    assert refused.status == 200, "what was not shown is not what is typed"
    assert client.decide(phrase=phrase, **fields).status == 303
    terms = build_terms(load_policy(paths).policy, say)
    notice = receipts(paths)[-1].record.notice
    assert notice
    assert (notice.language, notice.text, notice.sha256) == (code, terms.text, terms.sha256)
    assert notice.id == f"nodreel-notice-{code}-5"
    assert (peek(paths).language, peek(paths).terms_sha256) == (code, terms.sha256)


@pytest.mark.parametrize("path", ["/", "/review", "/receipts", "/explain", "/recorded", "/x"])
def test_no_page_breaks_in_any_language(client: Client, paths: Paths, path: str) -> None:
    for code in languages(paths):
        speak(client, code)
        assert f'<html lang="{code}"' in client.get(path).body


def test_who_changes_the_language_is_asked_anew_in_it(client: Client, paths: Paths) -> None:
    client.get("/consent")
    speak(client, "de")
    client.get("/consent/decide")
    phrase = languages(paths)["de"]("I agree to be recorded")
    client.decide(phrase=phrase, pointer="yes", decision="accept")
    assert peek(paths).language == "de"


def test_the_choice_outlives_the_pages(client: Client, paths: Paths) -> None:
    speak(client, "fr")
    site = Site(paths, SystemClock())
    assert site._say.code == "fr"
    remember(paths, "en")


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    assert speak(client, "xx") == "409"
    assert '<html lang="en"' in client.get("/").body


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("consent/what", "/consent/what"),
        ("", "/"),
        ("/evil.example", "/"),
        ("//evil.example", "/"),
        ("x\r\nSet-Cookie: a=b", "/"),
        ("..", "/"),
        ("https://evil.example", "/"),
    ],
)
def test_a_language_leads_back_to_a_page_of_ours_only(client: Client, back: str, to: str) -> None:
    assert speak(client, "de", back) == to


def test_one_that_was_added_runs_from_right_to_left(added: Client, paths: Paths) -> None:
    speak(added, "ar")
    page = added.get("/consent/what").body
    assert '<html lang="ar" dir="rtl">' in page
    assert "<bdi>&quot;Mousepad&quot;</bdi>" in page
    assert not re.search("[\u2066-\u2069\u200e\u200f\u202a-\u202e]", page)
    phrase = languages(paths)["ar"]("I agree to be recorded")
    added.decide(phrase=phrase, pointer="yes", decision="accept")
    notice = receipts(paths)[-1].record.notice
    assert notice
    assert notice.id == "nodreel-notice-ar-added-5"


def test_words_that_are_not_ours_are_said_not_to_be(added: Client) -> None:
    told = "Your organisation translated these words, not nodreel."
    assert told not in added.get("/consent").body
    speak(added, "ar")
    for step in ("why", "what", "rights", "decide"):
        page = added.get(f"/consent/{step}").body
        assert told in page
        assert step == "decide" or "In English" in page
