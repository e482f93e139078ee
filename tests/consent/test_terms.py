from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.consent.terms import build_terms, inert, quoted
from nodreel.events import Kind
from nodreel.policy import Organisation, Policy, Purpose
from tests.policy.samples import ORGANISATION, PURPOSE, limits, policies, policy

HOSTILE = (
    "x\x1b[2J\x1b[1;1H", "x\r\nYou must agree.", "x\u202egnidrocer\u202c", "x\u200b\u2060y",
    "x\x9b31m", "a\u2028b", 'x" and you keep all rights. "', "x\x00y", "\ud800", "x\U000e0041",
)  # fmt: skip


def forced(text: str) -> Policy:
    """A policy that never went through the model's own checks (an old or foreign version)."""
    organisation = Organisation.model_construct(**(ORGANISATION.model_dump() | {"name": text}))
    purpose = Purpose.model_construct(**(PURPOSE.model_dump() | {"text": text}))
    return policy().model_copy(update={"organisation": organisation, "purpose": purpose})


def test_the_terms_say_what_where_why_who_how_long_and_how_to_stop() -> None:
    text = build_terms(policy()).text
    flat = " ".join(text.split())
    for words in (
        "pointer: where you move", "What is never recorded", "Mousepad", "/usr/bin/mousepad",
        "PASSWORDS INCLUDED", "of text only that you type, not what", "Train programs", "never for",
        "Research",
        policy().recipients[0].key, "Example e.V.", "privacy@example.org", "180 days", "24 hours",
        "14 days", "365 days", "10 pictures", "nodreel consent withdraw", "password prompts",
    ):  # fmt: skip
        assert words.lower() in flat.lower(), words


def test_only_the_offered_kinds_are_named() -> None:
    text = build_terms(policy(kinds=(Kind.POINTER,))).text
    assert "pointer:" in text
    assert "keys: what you press" not in text


def test_kept_input_of_programs_is_named() -> None:
    words = "password manager or a remote helper types"
    assert words not in " ".join(build_terms(policy()).text.split())
    assert words in " ".join(build_terms(policy(synthetic="keep")).text.split())


def test_it_fits_a_terminal() -> None:
    assert all(len(line) <= 78 for line in build_terms(policy()).text.splitlines())


def test_the_words_of_the_product() -> None:
    text = build_terms(policy()).text.lower()
    assert not [word for word in ("monitor", "track", "watch", "surveil") if word in text]


def test_the_hash_is_of_what_is_shown() -> None:
    one, two = build_terms(policy()), build_terms(policy(limits=limits(device_days=15)))
    assert one.sha256 == build_terms(policy()).sha256
    assert one.sha256 != two.sha256


@given(policies())
def test_every_policy_has_terms(any_policy: Policy) -> None:
    assert build_terms(any_policy).text.isprintable() or "\n" in build_terms(any_policy).text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_on_their_line_in_their_quotes(text: str) -> None:
    plain, hostile = build_terms(forced("x")), build_terms(forced(text))
    assert [h for h, _ in plain.sections] == [h for h, _ in hostile.sections]
    assert [len(lines) for _, lines in plain.sections] == [len(x) for _, x in hostile.sections]
    assert all(c == "\n" or unicodedata.category(c)[0] != "C" for c in hostile.text)
    for _, lines in hostile.sections:
        for line in lines:
            assert line.count('"') % 2 == 0
            assert "\n" not in line
    hostile.text.encode()


@given(st.text())
def test_inert_text_is_visible_on_one_line_and_bounded(text: str) -> None:
    found = inert(text)
    assert found.isprintable()
    assert len(found) <= 1000
    assert inert(found) == found
    assert quoted(text).count('"') == 2
