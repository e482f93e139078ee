from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from nodreel.events import Kind
from nodreel.policy import DesignatedApp, Policy, Presence, SecretPattern, schema
from tests.policy.samples import CHROMIUM, MOUSEPAD, RESEARCH, STAFF, WIKI, policy

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "changes",
    [
        {"exe": "mousepad"},
        {"exe": "/usr/bin/../bin/mousepad"},
        {"exe": "/usr//bin/mousepad"},
        {"exe": "//usr/bin/mousepad"},
        {"exe": "/usr/bin/"},
        {"exe": "/"},
        {"exe": "/usr/bin/mouse\x00pad"},
        {"exe": "/usr/bin/mouse\npad"},
        {"exe": "/" + "a" * 1024},
        {"id": "Mousepad"},
        {"id": "mousepad\n"},
        {"id": ""},
        {"id": "../x"},
        {"id": "a" * 64},
        {"name": ""},
        {"name": "a" * 201},
        {"name": "evil\x1b[2J"},
        {"name": "evil\u202egnp.exe"},
        {"name": " Mousepad"},
        {"sha256": "A" * 64},
        {"keys": "all"},
        {"script": "relative.py"},
        {"title": "Mousepad"},
    ],
)
def test_an_app_is_designated_exactly_or_not_at_all(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DesignatedApp(**(MOUSEPAD.model_dump() | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"version": "3"},
        {"version": True},
        {"apps": ()},
        {"apps": (MOUSEPAD, MOUSEPAD)},
        {"apps": (MOUSEPAD, MOUSEPAD.model_copy(update={"id": "other"}))},
        {"recipients": ()},
        {"recipients": (RESEARCH, RESEARCH)},
        {"sites": (WIKI, WIKI)},
        {"sites": (WIKI, WIKI.model_copy(update={"host": "b.example.org"}))},
        {"secrets": (STAFF, STAFF)},
        {"secrets": tuple(SecretPattern(name="x", pattern=f"x{i}") for i in range(65))},
        {"kinds": ()},
        {"kinds": ("pointer",)},
        {"suspended": "yes"},
        {"consent": True},
        {"force": True},
    ],
)
def test_a_policy_is_exact(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"host": "*.example.org"},
        {"host": "*.wiki.example.org", "path": "/team/x"},
        {"path": "/team"},
        {"port": 443},
    ],
)
def test_each_page_belongs_to_one_site(changes: dict[str, Any]) -> None:
    twin = type(WIKI)(**({"id": "twin", "name": "Twin", "host": WIKI.host} | changes))
    with pytest.raises(ValidationError, match="twin and wiki have pages in common"):
        policy(sites=(WIKI, twin))


@pytest.mark.parametrize(
    "changes", [{"host": "b.example.org"}, {"scheme": "http"}, {"port": 8443}, {"host": "*.b.test"}]
)
def test_sites_may_lie_beside_each_other(changes: dict[str, Any]) -> None:
    other = type(WIKI)(**({"id": "other", "name": "Other", "host": WIKI.host} | changes))
    assert policy(sites=(WIKI, other)).sites == (WIKI, other)


def test_text_bystanders_and_the_desktop_are_asked_for_only_if_named() -> None:
    fields = policy().model_dump(exclude={"kinds"})
    assert Policy.model_validate(fields, strict=False).kinds == (
        Kind.POINTER, Kind.KEYS, Kind.SCREEN, Kind.TITLES, Kind.ELEMENTS,
    )  # fmt: skip


@pytest.mark.parametrize("sort", [Kind.MAIL, Kind.CHAT])
def test_mail_and_chat_need_the_policy_and_the_tick(sort: Kind) -> None:
    app = MOUSEPAD.model_copy(update={"id": "post", "exe": "/x/post", "category": sort.value})
    site = WIKI.model_copy(update={"id": "post", "host": "p.example.org", "category": sort.value})
    usual = {Kind.POINTER, Kind.KEYS}
    for kinds, ticked, expected in (
        ({*usual, sort}, {*usual, sort}, 2),
        ({*usual, sort}, usual, 1),
        (usual, {*usual, sort}, 1),
        (usual, usual, 1),
    ):
        made = policy(apps=(MOUSEPAD, app), sites=(WIKI, site), kinds=tuple(kinds))
        assert len(made.agreed_apps(ticked)) == expected
        assert len(made.agreed_sites(ticked)) == expected
        assert made.agreed_sites(ticked)[0] is not None


def test_a_mistyped_recipient_is_found_before_anything_is_sealed_for_nobody() -> None:
    with pytest.raises(ValidationError, match="not an age public key"):
        type(RESEARCH)(name="Research", key=RESEARCH.key[:-1] + "q")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, 31.0])
def test_limits_are_numbers_within_bounds(value: float) -> None:
    with pytest.raises(ValidationError):
        policy().limits.model_validate({"max_fps": value})


def test_it_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        policy().suspended = True


@pytest.mark.parametrize(
    ("said", "kept"),
    [("2026-11-28T12:00:00Z", "2026-11-28T12:00:00Z"),
     ("2026-11-28 12:00:00+01:00", "2026-11-28T11:00:00Z"),
     ("2026-11-28T00:30:00+05:30", "2026-11-27T19:00:00Z")],
)  # fmt: skip
def test_a_moment_is_spelt_so_that_it_sorts(said: str, kept: str) -> None:
    assert (
        Policy.model_validate(policy().model_dump() | {"revoked_before": said}).revoked_before
        == kept
    )


@pytest.mark.parametrize(
    "said", ["tomorrow", "2026-11-28", "2026-11-28T12:00:00", "2026-13-01T00:00:00Z", 5,
             "2026-11-28T12:00:00+99:00", "1026-11-28T12:00:00Z", "2026-11-28T12:00:00Z\n"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(policy().model_dump() | {"revoked_before": said})


def test_a_policy_without_an_order_is_spelt_as_before_there_were_any() -> None:
    assert "revoked_before" not in policy().model_dump(mode="json")


def names(model: dict[str, Any]) -> set[str]:
    found = set(model.get("properties", {}))
    for part in model.get("$defs", {}).values():
        found |= set(part.get("properties", {}))
    return found


def test_no_key_gives_consent_or_starts_anything() -> None:
    refused = ("consent", "grant", "force", "start", "autostart", "record", "enable", "always")
    found = names(schema())
    assert "apps" in found
    assert not [name for name in found if any(word in name for word in refused)]


def test_no_key_can_hold_a_person_a_time_of_day_or_a_figure_about_work() -> None:
    refused = ("user", "employee", "person", "team", "idle", "productiv", "activity", "schedule")
    assert not [name for name in names(schema()) if any(word in name for word in refused)]


def test_the_schema_in_config_is_current() -> None:
    written = json.loads((ROOT / "config/policy.schema.json").read_text())
    assert written == json.loads(json.dumps(schema())), (
        "run: nodreel policy schema > config/policy.schema.json"
    )


def test_the_schema_takes_no_unknown_key_anywhere() -> None:
    found = schema()
    parts = [found, *(p for p in found["$defs"].values() if p["type"] == "object")]  # type: ignore[attr-defined]
    assert len(parts) == 9
    assert all(part["additionalProperties"] is False for part in parts)


def test_the_hash_covers_every_field() -> None:
    assert policy().sha256 == policy().sha256
    assert policy().sha256 != policy(suspended=True).sha256
    assert policy().sha256 != policy(apps=(CHROMIUM, MOUSEPAD)).sha256
    assert Policy.model_validate_json(policy().model_dump_json()).sha256 == policy().sha256


def test_a_proof_of_presence_proves_itself_and_what_is_weaker() -> None:
    weak, middle, strong = Presence
    assert strong.proves(middle)
    assert middle.proves(middle)
    assert not weak.proves(middle)
    assert not middle.proves(strong)
