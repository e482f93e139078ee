from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from nodreel.errors import PolicyError
from nodreel.events import Kind
from nodreel.policy import (
    DesignatedSite,
    Policy,
    Presence,
    Purpose,
    Recipient,
    SecretPattern,
    Upload,
    merge,
    narrower_or_equal,
    order,
)
from tests.policy.samples import (
    CHROMIUM,
    KEYS,
    MOUSEPAD,
    ORGANISATION,
    PURPOSE,
    RESEARCH,
    STAFF,
    UPLOAD,
    WIKI,
    limits,
    policies,
    policy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

GEANY = MOUSEPAD.model_copy(update={"id": "geany", "name": "Geany", "exe": "/usr/bin/geany"})
KIOSK = CHROMIUM.model_copy(update={"exe": "/opt/kiosk/kiosk"})
INTRANET = WIKI.model_copy(update={"id": "intra", "host": "intra.example.org"})
PINNED = MOUSEPAD.model_copy(update={"sha256": "a" * 64})


def site(**changes: Any) -> DesignatedSite:
    return WIKI.model_copy(update=changes)


def sent(**changes: Any) -> Upload:
    return UPLOAD.model_copy(update=changes)


def sending(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"upload": sent(**changes)}, {"upload": UPLOAD}


def parts(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Every model that a policy consists of, lists of models included."""
    yield model
    for info in model.model_fields.values():
        candidates = [info.annotation, *getattr(info.annotation, "__args__", ())]
        for kind in candidates:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from parts(kind)


def test_every_field_of_every_part_has_a_rule() -> None:
    lists_and_scalars = 0
    for part in parts(Policy):
        for name, info in part.model_fields.items():
            if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
                continue
            assert name in order.RULES[part], f"{part.__name__}.{name} has no rule in order.py"
            lists_and_scalars += 1
    assert lists_and_scalars == sum(len(rules) for rules in order.RULES.values())


# (what changes, the wider value, the narrower value)
WIDENINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another app": ({"apps": (MOUSEPAD, CHROMIUM, GEANY)}, {}),
    "another program": (
        {"apps": (MOUSEPAD.model_copy(update={"exe": "/usr/bin/geany"}), CHROMIUM)},
        {},
    ),
    "another name of an app": (
        {"apps": (MOUSEPAD.model_copy(update={"name": "Notes"}), CHROMIUM)},
        {},
    ),
    "another script": (
        {"apps": (MOUSEPAD.model_copy(update={"script": "/usr/share/x.py"}), CHROMIUM)},
        {},
    ),
    "which keys": ({}, {"apps": (MOUSEPAD.model_copy(update={"keys": "shape"}), CHROMIUM)}),
    "whether a character was typed": (
        {"apps": (MOUSEPAD.model_copy(update={"keys": "shape"}),)},
        {"apps": (MOUSEPAD.model_copy(update={"keys": "shortcuts"}),)},
    ),
    "a browser as any program": (
        {"apps": (MOUSEPAD, KIOSK.model_copy(update={"browser": None}))},
        {"apps": (MOUSEPAD, KIOSK)},
    ),
    "mail as any program": (
        {},
        {"apps": (MOUSEPAD.model_copy(update={"category": "mail"}), CHROMIUM)},
    ),
    "another site": ({"sites": (WIKI, INTRANET)}, {}),
    "a first site": ({}, {"sites": ()}),
    "another name of a site": ({"sites": (site(name="Notes"),)}, {}),
    "another host": ({"sites": (site(host="wiki.example.com"),)}, {}),
    "all below a host": ({"sites": (site(host="*.wiki.example.org"),)}, {}),
    "another scheme": ({"sites": (site(scheme="http"),)}, {}),
    "another port": ({"sites": (site(port=8443),)}, {}),
    "another path": ({}, {"sites": (site(path="/team"),)}),
    "which keys on a site": ({}, {"sites": (site(keys="shape"),)}),
    "chat as any site": ({}, {"sites": (site(category="chat"),)}),
    "less masked": ({"sites": (site(masked=()),)}, {}),
    "another part masked": ({"sites": (site(masked=(".b",)),)}, {}),
    "a shape of secrets less": ({"secrets": ()}, {}),
    "another shape of secrets": (
        {"secrets": (STAFF.model_copy(update={"pattern": "EMP-[0-9]{7}"}),)},
        {},
    ),
    "any version of the program": ({}, {"apps": (PINNED, CHROMIUM)}),
    "another pinned version": (
        {"apps": (PINNED.model_copy(update={"sha256": "b" * 64}),)},
        {"apps": (PINNED,)},
    ),
    "another kind": ({}, {"kinds": (Kind.POINTER,)}),
    "another recipient": (
        {"recipients": (RESEARCH, Recipient(name="Vendor", key=KEYS[1]))},
        {},
    ),
    "another key": ({"recipients": (Recipient(name="Research", key=KEYS[1]),)}, {}),
    "another name of a recipient": ({"recipients": (Recipient(name="HR", key=KEYS[0]),)}, {}),
    "another purpose": ({"purpose": PURPOSE.model_copy(update={"id": "sell"})}, {}),
    "another text of the purpose": ({"purpose": PURPOSE.model_copy(update={"text": "All."})}, {}),
    "fewer forbidden purposes": (
        {"purpose": Purpose(id="train", text=PURPOSE.text, not_purposes=("discipline",))},
        {},
    ),
    "another organisation": (
        {"organisation": ORGANISATION.model_copy(update={"name": "Holding"})},
        {},
    ),
    "another address": ({"organisation": ORGANISATION.model_copy(update={"address": "x"})}, {}),
    "another contact": ({"organisation": ORGANISATION.model_copy(update={"contact": "x"})}, {}),
    "another jurisdiction": (
        {"organisation": ORGANISATION.model_copy(update={"jurisdiction": "US"})},
        {},
    ),
    "another authority": ({"organisation": ORGANISATION.model_copy(update={"authority": "x"})}, {}),
    "another works agreement": (
        {"organisation": ORGANISATION.model_copy(update={"works_agreement_ref": "x"})},
        {},
    ),
    "synthetic input kept": ({"synthetic": "keep"}, {}),
    "weaker proof of presence": ({}, {"presence": Presence.PHYSICAL}),
    "weaker proof than reauthenticated": (
        {"presence": Presence.PHYSICAL},
        {"presence": Presence.REAUTHENTICATED},
    ),
    "suspension lifted": ({}, {"suspended": True}),
    "an order to delete taken back": (
        {"revoked_before": "2026-11-01T00:00:00Z"},
        {"revoked_before": "2026-11-28T00:00:00Z"},
    ),
    "a review key": ({}, {"review_key": False}),
    "an older version": ({"version": 2}, {}),
    "rate": ({"limits": limits(max_fps=20)}, {}),
    "less grace": ({"limits": limits(hold_back_s=1)}, {}),
    "less undo": ({"limits": limits(undo_hours=1)}, {}),
    "longer here": ({"limits": limits(device_days=30)}, {}),
    "longer there": ({"limits": limits(server_days=400)}, {}),
    "more": ({"limits": limits(quota_mb=4096)}, {}),
    "fuller disk": ({"limits": limits(disk_floor_mb=1)}, {}),
    "longer consent": ({"limits": limits(validity_days=365)}, {}),
    "longer unsealed": ({"limits": limits(seal_s=10)}, {}),
    "longer episodes": ({"limits": limits(episode_minutes=60)}, {}),
    "a first place to send to": ({"upload": UPLOAD}, {}),
    "another place to send to": sending(to="s3://elsewhere/ui"),
    "another server": sending(endpoint="https://objects.example.com"),
    "another region": sending(region="us-east-1"),
    "anybody may vouch for the server": ({"upload": UPLOAD}, {"upload": sent(ca="/etc/ca.pem")}),
    "another key of the inbox": sending(inbox_key="cd" * 32),
    "another broker": sending(broker="/usr/libexec/broker"),
    "faster": sending(max_kib_s=1024),
    "more in a day": sending(daily_mb=1000),
    "over a metered connection": sending(metered=True),
    "on battery": sending(battery=True),
    "at any hour": ({"upload": UPLOAD}, {"upload": sent(quiet_hours=("09:00-17:00",))}),
    "without being told each time": sending(automatic=True),
    "bigger episodes": ({"limits": limits(episode_mb=128)}, {}),
}


@pytest.mark.parametrize("case", WIDENINGS)
def test_wider_in_one_field_is_wider(case: str) -> None:
    wide, narrow = (policy(**changes) for changes in WIDENINGS[case])
    assert wide.sha256 != narrow.sha256
    found = narrower_or_equal(wide, narrow)
    assert len({d.field for d in found}) == 1
    assert found[0].field
    assert found[0].old != found[0].new


def test_the_table_of_widenings_covers_every_rule() -> None:
    words = {
        d.field.split(": ")[-1]
        for wide, narrow in WIDENINGS.values()
        for d in narrower_or_equal(policy(**wide), policy(**narrow))
    }
    rules = {rule.words for table in order.RULES.values() for rule in table.values()}
    # A member of a list is another member as soon as these differ; the list's own rule tells.
    within = {"id of the app", "id of the site"} | {
        r.words for part in (Recipient, SecretPattern) for r in order.RULES[part].values()
    }
    assert rules - within == words


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ({"apps": (CHROMIUM,)}, {}),
        ({"kinds": (Kind.KEYS, Kind.POINTER)}, {}),
        ({"apps": (PINNED,)}, {}),
        ({"sites": ()}, {}),
        ({"sites": (site(keys="shortcuts", masked=(".b", ".salary")),)}, {}),
        ({"secrets": (SecretPattern(name="x", pattern="x+"), STAFF)}, {}),
        ({"suspended": True, "version": 9}, {}),
        ({"limits": limits(max_fps=1, undo_hours=48)}, {}),
        ({}, {"upload": UPLOAD}),
        ({"revoked_before": "2026-11-28T00:00:00Z"}, {}),
        (
            {"upload": sent(ca="/etc/ca.pem", daily_mb=1, quiet_hours=("00:00-12:00",))},
            {"upload": UPLOAD},
        ),
    ],
)
def test_narrower_needs_no_question(narrow: dict[str, Any], wide: dict[str, Any]) -> None:
    assert narrower_or_equal(policy(**narrow), policy(**wide)) == ()


def test_a_new_app_is_named_with_its_file() -> None:
    found = narrower_or_equal(policy(apps=(MOUSEPAD, CHROMIUM, GEANY)), policy())
    assert [str(d) for d in found] == ["designated apps: not there -> Geany (/usr/bin/geany)"]


def test_what_is_not_masked_any_more_is_named() -> None:
    found = narrower_or_equal(policy(sites=(site(masked=(".b",)),), secrets=()), policy())
    assert [str(d) for d in found] == [
        "Team wiki: parts of pages left out: .salary -> not there",
        "shapes of secrets taken out: staff number (EMP-[0-9]{6}) -> not there",
    ]


def test_a_field_without_a_rule_is_wider_as_soon_as_it_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "RULES", {})
    assert narrower_or_equal(policy(), policy()) == ()
    narrower = policy(suspended=True)
    assert [d.field for d in narrower_or_equal(narrower, policy())] == [
        "a setting this version does not know"
    ]


@given(policies())
def test_reflexive(a: Policy) -> None:
    assert narrower_or_equal(a, a) == ()


NAMES = st.sets(st.sampled_from(sorted(Policy.model_fields)), min_size=1, max_size=2)


@settings(max_examples=80, suppress_health_check=[HealthCheck.filter_too_much])
@given(policies(), policies(), policies(), NAMES, NAMES)
def test_transitive(c: Policy, x: Policy, y: Policy, first: set[str], then: set[str]) -> None:
    # Random triples are rarely chains: change a few fields at a time.
    b = c.model_copy(update={name: getattr(x, name) for name in first})
    a = b.model_copy(update={name: getattr(y, name) for name in then})
    assume(not narrower_or_equal(a, b) and not narrower_or_equal(b, c))
    assert narrower_or_equal(a, c) == ()


@settings(max_examples=100)
@given(policies(), policies())
def test_merge_lies_within_both_or_is_refused(a: Policy, b: Policy) -> None:
    if order.conflicts(a, b):
        with pytest.raises(PolicyError):
            merge(a, b)
    else:
        both = merge(a, b)
        assert narrower_or_equal(both, a) == ()
        assert narrower_or_equal(both, b) == ()


@given(policies(), policies())
def test_merge_takes_nothing_needlessly(a: Policy, b: Policy) -> None:
    if narrower_or_equal(a, b) == ():
        assert narrower_or_equal(a, merge(a, b)) == ()


@given(policies(), policies())
def test_both_ways_means_the_same_rights(a: Policy, b: Policy) -> None:
    if not narrower_or_equal(a, b) and not narrower_or_equal(b, a):
        assert {x.id: x for x in a.apps} == {x.id: x for x in b.apps}
        plain = [{x.id: x.model_copy(update={"masked": {*x.masked}}) for x in p.sites}
                 for p in (a, b)]  # fmt: skip
        assert plain[0] == plain[1]
        assert set(a.secrets) == set(b.secrets)
        assert a.limits == b.limits
        assert set(a.recipients) == set(b.recipients)


def test_too_much_that_protects_is_refused_not_cut() -> None:
    masked = [policy(sites=(site(masked=tuple(f".{x}{i}" for i in range(40))),)) for x in "ab"]
    assert merge(*masked).sites == ()
    shapes = [policy(secrets=tuple(SecretPattern(name="x", pattern=f"{x}{i}") for i in range(40)))
              for x in "ab"]  # fmt: skip
    with pytest.raises(PolicyError, match="shapes of secrets taken out"):
        merge(*shapes)


def test_too_many_forbidden_purposes_are_refused_not_cut() -> None:
    many = [policy(purpose=Purpose(id="t", text="T.", not_purposes=tuple(
        f"{letter}{i}" for i in range(20)))) for letter in "ab"]  # fmt: skip
    with pytest.raises(PolicyError, match="never used for"):
        merge(*many)
