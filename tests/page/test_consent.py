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
from tests.page.view import in_view, reading_age

if TYPE_CHECKING:
    from nodreel.paths import Paths

COVERS = ("face",)


def agree(client: Client, **more: str) -> str:
    fields = {"pointer": "yes", "keys": "no", "phrase": PHRASE, "decision": "accept", **more}
    answer = client.decide(**fields)
    return answer.headers.get("location", answer.body)


def test_the_steps_show_all_of_the_terms_and_nothing_else(client: Client, paths: Paths) -> None:
    shown = " ".join(words(client.get(f"/consent/{name}").body) for name, _, _ in STEPS[:3])
    calm = re.sub(r"\s+", " ", shown.replace("&quot;", '"').replace("&#x27;", "'"))
    terms = build_terms(load_policy(paths).policy)
    for heading, lines in terms.sections:
        assert heading in calm
        for line in lines:
            assert line in calm
    assert {key for _, _, keys in STEPS for key in keys} == {part.key for part in terms.parts}


def test_nothing_is_ticked_and_no_is_as_large_as_yes(client: Client) -> None:
    form = client.get("/consent/decide").body
    assert "checked" not in form
    assert form.count('type="radio"') == 2 * 3
    buttons = re.findall(r"<button([^>]*)>([^<]*)", form.partition("<main")[2])
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
    assert client.decide(decision=decision).status == 303
    assert "Nothing new is recorded" in client.get("/consent/done").body
    assert not paths.grant.exists()


def test_a_form_of_other_terms_is_no_yes(client: Client, paths: Paths) -> None:
    form = client.get("/consent/decide").body
    shown = re.findall(r'name="terms" value="(\w+)"', form)[0]
    fields = {"pointer": "yes", "phrase": PHRASE, "decision": "accept"}
    paths.policy.write_text(POLICY.replace('"screen"]', '"screen", "titles"]'))
    client.post("/consent/decide", decision="later", terms=shown)  # that one has ended
    for stale in ({}, {"terms": "0" * 64}, {"terms": shown}):
        answer = client.post("/consent/decide", **fields, **stale)
        assert answer.headers["location"] == "/consent"
        assert not paths.grant.exists()
    assert client.decide(**fields).headers["location"] == "/consent/done"


def test_a_no_after_a_yes_is_shown_where_it_is_taken_back(client: Client) -> None:
    form = client.get("/consent/decide").body
    shown = re.findall(r'name="terms" value="(\w+)"', form)[0]
    assert agree(client) == "/consent/done"
    for decision, there in (("accept", "/consent/done"), ("refuse", "/")):
        answer = client.post(
            "/consent/decide", terms=shown, pointer="yes", phrase=PHRASE, decision=decision
        )
        assert answer.headers["location"] == there
    assert "Withdraw my consent" in client.get("/").body


def test_what_was_left_open_is_a_no(client: Client, paths: Paths) -> None:
    client.get("/consent")
    client.decide(pointer="yes", phrase=PHRASE, decision="accept")
    assert read_grant(paths, SystemClock()).kinds == {Kind.POINTER}


def test_a_wider_policy_shows_only_the_difference(
    client: Client, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":77")
    agree(client)
    paths.policy.write_text(POLICY.replace('"screen"]', '"screen", "titles"]'))
    pages = [client.get(path).body for path in ("/consent", "/consent/what", "/consent/decide")]
    assert len({re.sub('name="back" value="[^"]*"', "", page) for page in pages}) == 1
    shown = " ".join(in_view(pages[0]).words)
    assert "What is new since you agreed kinds of data: new is titles" in shown
    assert "Until you decide, nothing is recorded." in shown
    terms = build_terms(load_policy(paths).policy)
    for part in terms.parts:
        for line in part.lines + part.more:
            assert line not in shown
            assert line in words(pages[0]).replace("&quot;", '"').replace("&#x27;", "'")
    assert len(shown.split()) < 120
    assert agree(client, titles="yes") == "/consent/done"
    assert Kind.TITLES in read_grant(paths, SystemClock()).kinds


WORDS, AGE, LONGEST = 450, 12, 30


def test_the_terms_are_short_and_plain(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is in view from the first page to the yes, with what stands above each page."""
    monkeypatch.setenv("DISPLAY", ":77")  # where something can be recorded
    views = [in_view(client.get("/").body)]
    views += [in_view(client.get(f"/consent/{name}").body) for name, _, _ in STEPS]
    assert agree(client) == "/consent/done"
    views.append(in_view(client.get("/consent/done").body))
    count = sum(len(view.words) for view in views)
    sentences = [s for view in views for s in view.sentences if len(s.split()) > 1]
    age = reading_age(sentences)
    print(f"\n{count} words in view, reading age {age:.1f}")
    assert count <= WORDS
    assert age <= AGE
    assert [s for s in sentences if len(s.split()) > LONGEST] == []


def test_the_details_are_plain_too(paths: Paths) -> None:
    terms = build_terms(load_policy(paths).policy)
    assert reading_age([line for part in terms.parts for line in part.more]) <= AGE


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("why", ["is responsible", "privacy@", "Train programs", "Never for", '"Research" can',
                 "Nobody else can", "If you say no, nothing happens"]),
        ("what", ["pointer: where", "keys: that", "screen: pictures", '"Mousepad"',
                  "NO TEXT IS KEPT", "Other apps and sites", "You say yes or no to each"]),
        ("rights", ["180 days", "24 hours", "14 days", "365 days", "delete or withdraw",
                    "nodreel consent withdraw", "take it with you", "gets wider"]),
    ],
)  # fmt: skip
def test_what_has_to_be_in_view_is_in_view(client: Client, step: str, wanted: list[str]) -> None:
    shown = " ".join(in_view(client.get(f"/consent/{step}").body).words)
    assert [words for words in wanted if words not in shown] == []


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
