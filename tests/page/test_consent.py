"""The consent pages, form by form: what is no explicit yes is no yes, and a yes is written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.consent import receipts
from nodreel.consent.grant import read_grant
from nodreel.consent.terms import PHRASE, build_terms
from nodreel.events import SECOND, Kind, Nanos
from nodreel.page.consent import STEPS
from nodreel.page.face import PageFace
from nodreel.policy import Presence, load_policy
from tests.page.conftest import POLICY, Client, words

if TYPE_CHECKING:
    from nodreel.paths import Paths

COVERS = ("face",)


def agree(client: Client, **more: str) -> str:
    fields = {"pointer": "yes", "keys": "no", "phrase": PHRASE, "decision": "accept", **more}
    answer = client.post("/consent/decide", **fields)
    return answer.headers.get("location", answer.body)


def test_the_steps_show_all_of_the_terms_and_nothing_else(client: Client, paths: Paths) -> None:
    shown = " ".join(words(client.get(f"/consent/{name}").body) for name, _, _ in STEPS[:3])
    calm = re.sub(r"\s+", " ", shown.replace("&quot;", '"').replace("&#x27;", "'"))
    terms = build_terms(load_policy(paths).policy)
    for heading, lines in terms.sections:
        assert heading in calm
        for line in lines:
            assert line in calm
    assert {h for _, _, part in STEPS for h in part} == {heading for heading, _ in terms.sections}


def test_nothing_is_ticked_and_no_is_as_large_as_yes(client: Client) -> None:
    form = client.get("/consent/decide").body
    assert "checked" not in form
    assert form.count('type="radio"') == 2 * 3
    buttons = re.findall(r"<button([^>]*)>([^<]*)", form)
    assert [label for _, label in buttons] == ["I agree", "No", "Ask me in 30 days"]
    assert len({re.sub(r'value="\w+"', "", told) for told, _ in buttons}) == 1


def test_a_yes_is_the_grant_of_a_real_ceremony(client: Client, paths: Paths) -> None:
    assert agree(client) == "/consent/done"
    grant = read_grant(paths, SystemClock())
    assert grant.kinds == {Kind.POINTER}
    assert grant.presence is Presence.SYNTHETIC
    receipt = receipts(paths)[-1].record
    assert receipt.notice
    assert receipt.notice.sha256 == build_terms(load_policy(paths).policy).sha256
    done = client.get("/consent/done").body
    assert "You agreed" in done
    assert "Start now" in done
    assert "pointer" in words(done)


@pytest.mark.parametrize(
    "fields",
    [
        {"phrase": ""},
        {"phrase": "i agree to be recorded"},
        {"phrase": f"{PHRASE}!"},
        {"pointer": "no"},
        {"pointer": "on"},
        {"decision": ""},
        {"decision": "perhaps"},
    ],
)
def test_whatever_is_not_a_yes_asks_again(
    client: Client, paths: Paths, fields: dict[str, str]
) -> None:
    assert 'role="alert"' in agree(client, **fields)
    assert not paths.grant.exists()


@pytest.mark.parametrize("decision", ["refuse", "later"])
def test_no_and_later_need_neither_phrase_nor_ticks(
    client: Client, paths: Paths, decision: str
) -> None:
    client.get("/consent")
    assert client.post("/consent/decide", decision=decision).status == 303
    assert "Nothing new is recorded" in client.get("/consent/done").body
    assert not paths.grant.exists()


def test_what_was_left_open_is_a_no(client: Client, paths: Paths) -> None:
    client.get("/consent")
    client.post("/consent/decide", pointer="yes", phrase=PHRASE, decision="accept")
    assert read_grant(paths, SystemClock()).kinds == {Kind.POINTER}


def test_a_wider_policy_shows_the_difference_first(client: Client, paths: Paths) -> None:
    agree(client)
    paths.policy.write_text(POLICY.replace('"screen"]', '"screen", "titles"]'))
    first = words(client.get("/consent").body)
    assert "What is new since you agreed" in first
    assert "titles" in first.partition("Who can read it")[0]
    assert "What is new since you agreed" in client.get("/consent/decide").body
    assert agree(client, titles="yes") == "/consent/done"
    assert Kind.TITLES in read_grant(paths, SystemClock()).kinds


def test_while_a_yes_holds_nobody_is_asked(client: Client) -> None:
    agree(client)
    assert "You agreed" in client.get("/consent").body


def test_a_policy_that_wants_more_proof_than_a_page_has_asks_nobody(
    client: Client, paths: Paths
) -> None:
    paths.policy.write_text('presence = "physical"\n' + POLICY)
    told = client.get("/consent")
    assert told.status == 409
    assert "proved" in told.body


def test_silence_is_no_yes(paths: Paths) -> None:
    face = PageFace(paths, SystemClock(), patience=Nanos(SECOND // 10))
    face.begin()
    assert face.ended.wait(20)
    assert "silence" in str(face.error)
    assert not paths.grant.exists()
    face.leave()


def test_hostile_words_of_a_policy_are_inert(client: Client, paths: Paths) -> None:
    evil = "<script>alert(1)</script>"
    paths.policy.write_text(POLICY.replace('"Research"', f'"{evil}"'))
    shown = client.get("/consent").body
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
