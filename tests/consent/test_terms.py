from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from nodreel.consent.kinds import KIND_WORDS, kind_more, kind_short
from nodreel.consent.terms import build_terms
from nodreel.events import Kind
from nodreel.policy import Organisation, Policy, Purpose, SecretPattern
from tests.policy.samples import ORGANISATION, PURPOSE, STAFF, WIKI, limits, policies, policy

HOSTILE = (
    "x\x1b[2J\x1b[1;1H", "x\r\nYou must agree.", "x\u202egnidrocer\u202c", "x\u200b\u2060y",
    "x\x9b31m", "a\u2028b", 'x" and you keep all rights. "', "x\x00y", "\ud800", "x\U000e0041",
)  # fmt: skip


def forced(text: str) -> Policy:
    """A policy that never went through the model's own checks (an old or foreign version)."""
    organisation = Organisation.model_construct(**(ORGANISATION.model_dump() | {"name": text}))
    purpose = Purpose.model_construct(**(PURPOSE.model_dump() | {"text": text}))
    site = type(WIKI).model_construct(**(WIKI.model_dump() | {"name": text, "masked": (text,)}))
    return policy().model_copy(
        update={"organisation": organisation, "purpose": purpose, "sites": (site,)}
    )


def test_the_terms_say_what_where_why_who_how_long_and_how_to_stop() -> None:
    text = build_terms(policy()).text
    flat = " ".join(text.split())
    for words in (
        "pointer: where you move", "What is never recorded", "Mousepad", "/usr/bin/mousepad",
        "also which letters you type, if you say yes to text", "Train programs", "never for",
        "no text is kept", "private windows", "https://wiki.example.org/", 'left out: ".salary"',
        "Research",
        policy().recipients[0].key, "Example e.V.", "privacy@example.org", "180 days", "24 hours",
        "14 days", "365 days", "10 pictures", "nodreel consent withdraw", "password prompts",
    ):  # fmt: skip
        assert words.lower() in flat.lower(), words


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_named_if_it_is_offered_and_only_then(kind: Kind) -> None:
    rest = tuple(k for k in Kind if k is not kind)
    section, says = "What would be recorded", f"{kind}: {kind_short(kind)}"
    for kinds, count in ((tuple(reversed(Kind)), 1), ((kind,), 1), (rest, 0)):
        part = next(p for p in build_terms(policy(kinds=kinds)).parts if p.heading == section)
        assert part.lines[0] == "You say yes or no to each."
        assert len(part.lines) == len(kinds) + 1
        assert part.lines.count(says) == count
        assert len([x for x in part.more if x.startswith(f"{kind}: ")]) == bool(
            count and kind_more(kind)
        )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.TEXT, ["where the list of apps says so",
                     "Never in password fields that are recognised",
                     "cannot be judged, only the sort of each key", "your yes to keys, too"]),
        (Kind.TITLES, ["shortened addresses of pages", "can name people"]),
        (Kind.MAIL, ["were not asked"]),
        (Kind.CHAT, ["were not asked"]),
        (Kind.ACCESSIBILITY, ["for all programs", "slow down pages", "undone when you withdraw"]),
        (Kind.SCREEN, ["Of a web browser only the page"]),
    ],
)  # fmt: skip
def test_a_kind_says_what_it_costs(kind: Kind, words: list[str]) -> None:
    assert not [w for w in words if w not in KIND_WORDS[kind]]


def test_kinds_are_named_in_the_order_of_the_questions() -> None:
    assert build_terms(policy(kinds=tuple(reversed(Kind)))) == build_terms(policy())


def test_shapes_of_secrets_are_named_and_not_spelt_out() -> None:
    named = SecretPattern(name='"x" and', pattern="zz[0-9]")
    text = " ".join(build_terms(policy(secrets=(named, STAFF))).text.split())
    assert """as the policy wants it: "'x' and", "staff number".""" in text
    assert "zz[0-9]" not in text
    assert "as the policy wants it" not in build_terms(policy(secrets=())).text


def test_only_the_offered_kinds_are_named() -> None:
    text = build_terms(policy(kinds=(Kind.POINTER,))).text
    assert "pointer:" in text
    assert "keys: that you press" not in text


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
