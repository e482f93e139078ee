from __future__ import annotations

import copy
import json
import os
import pickle
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nodreel
from nodreel.consent import Grant, check_grant, current_state, read_grant
from nodreel.consent.binding import salt_path
from nodreel.consent.grant_file import LARGEST
from nodreel.consent.highwater import mark_path
from nodreel.consent.ids import LENGTH
from nodreel.consent.state import State
from nodreel.errors import GrantError, NoConsentError
from nodreel.events import SECOND, Kind
from nodreel.host import machine
from nodreel.policy import canonical
from tests.consent.clocks import DAY, START, TurnedClock
from tests.consent.yes import agree
from tests.policy.samples import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.paths import Paths

SOURCE = Path(nodreel.__file__).parent


def test_before_a_yes_there_is_none_and_nothing_is_made(paths: Paths, clock: TurnedClock) -> None:
    with pytest.raises(NoConsentError) as caught:
        read_grant(paths, clock)
    assert not isinstance(caught.value, GrantError)
    assert not paths.data.exists()


def test_a_yes_says_what_was_agreed_to(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock, policy(), Kind.KEYS, Kind.POINTER)
    assert grant.policy == policy()
    assert grant.policy_sha256 == policy().sha256
    assert grant.kinds == {Kind.KEYS, Kind.POINTER}
    assert grant.expires == START + 180 * DAY
    assert len(grant.consent_id) == LENGTH
    assert len(grant.public_key) == 32
    Ed25519PublicKey.from_public_bytes(grant.public_key).verify(grant.sign(b"data"), b"data")
    assert paths.grant.stat().st_mode & 0o777 == 0o600
    assert paths.signing_key.stat().st_mode & 0o777 == 0o600
    check_grant(grant, paths, clock)


def test_each_consent_has_a_key_and_ids_of_its_own(paths: Paths, clock: TurnedClock) -> None:
    one = agree(paths, clock, policy())
    two = agree(paths, clock, policy(version=3, kinds=(*Kind,), synthetic="keep"))
    assert one.public_key != two.public_key
    assert one.consent_id != two.consent_id
    with pytest.raises(GrantError):
        check_grant(one, paths, clock)


def test_nobody_else_makes_or_changes_a_grant(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    with pytest.raises(TypeError, match="Only consent"):
        Grant(object(), grant._file, grant._key, grant._mark, grant._identity)
    with pytest.raises(AttributeError):
        grant.kinds = frozenset()  # type: ignore[misc]
    with pytest.raises(TypeError):
        pickle.dumps(grant)
    with pytest.raises(TypeError):
        copy.copy(grant)
    assert "private" not in repr(grant)


def test_only_the_ceremony_issues_one() -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"import .*\bissue\b|consent\.issue|_TOKEN\b|\bissue\(", path.read_text())
    }
    assert users == {"consent/ceremony.py", "consent/grant.py", "consent/issue.py"}


@pytest.mark.parametrize("step", [1, 7])
def test_each_flipped_bit_is_no_consent(paths: Paths, clock: TurnedClock, step: int) -> None:
    agree(paths, clock, policy(), Kind.POINTER)
    whole = paths.grant.read_bytes()
    for place in range(0, len(whole), step):
        bits = range(8) if step > 1 else (place % 8,)
        for bit in bits:
            paths.grant.write_bytes(
                whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :]
            )
            with pytest.raises(GrantError):
                read_grant(paths, clock)
    paths.grant.write_bytes(whole)
    assert read_grant(paths, clock)


def test_each_truncation_is_no_consent(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    whole = paths.grant.read_bytes()
    for length in range(0, len(whole), 13):
        paths.grant.write_bytes(whole[:length])
        with pytest.raises(GrantError):
            read_grant(paths, clock)


def rewritten(change: Callable[[dict[str, object]], None]) -> Callable[[bytes], bytes]:
    def do(data: bytes) -> bytes:
        tree = json.loads(data)
        change(tree)
        return canonical(tree)

    return do


BAD: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "not json": lambda _: b"yes",
    "another type": lambda _: b"[]",
    "a number": lambda _: b"1",
    "null": lambda _: b"null",
    "deep": lambda _: b"[" * (LARGEST - 1),
    "deep and closed": lambda _: b'{"version":' + b"[" * 9999 + b"]" * 9999 + b"}",
    "NaN": lambda data: data.replace(b'"version":3', b'"version":NaN'),
    "infinity": lambda data: data.replace(b'"version":3', b'"version":3e999'),
    "a long number": lambda data: data.replace(b'"version":3', b'"version":' + b"1" * 5000),
    "twice the same key": lambda data: data.replace(b'"version":3', b'"version":3,"version":3'),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "a line break": lambda data: data + b"\n",
    "a space": lambda data: data.replace(b":", b": ", 1),
    "another spelling": lambda data: data.replace(b"signature", b"\\u0073ignature"),
    "NUL": lambda data: data + b"\0",
    "twice": lambda data: data + data,
    "huge": lambda data: data + b" " * LARGEST,
    "an unknown key": rewritten(lambda tree: tree.update(also=1)),
    "without a signature": rewritten(lambda tree: tree.update(signature="")),
    "capital signature": rewritten(lambda t: t.update(signature=str(t["signature"]).upper())),
    "host in capitals": lambda data: data.replace(b"wiki.example.org", b"WIKI.example.org"),
    "a default left out": lambda data: data.replace(b'"script":null,', b"", 1),
    "an earlier version": rewritten(lambda tree: tree.update(version=1)),
    "another version": rewritten(lambda tree: tree.update(version=4)),
    "longer": rewritten(lambda tree: tree.update(expires=2**62)),
    "more kinds": rewritten(lambda tree: tree.update(kinds=["pointer", "keys"])),
    "another person": rewritten(lambda tree: tree.update(uid=0)),
    "a surrogate": rewritten(lambda tree: tree.update(consent_id="\ud800" * 26)),
}


@pytest.mark.parametrize("name", BAD)
def test_whatever_stands_in_the_file_is_no_consent(
    paths: Paths, clock: TurnedClock, name: str
) -> None:
    agree(paths, clock, policy(), Kind.POINTER)
    paths.grant.write_bytes(BAD[name](paths.grant.read_bytes()))
    with pytest.raises(GrantError) as caught:
        read_grant(paths, clock)
    assert caught.value.exit_code == 79
    assert current_state(paths, clock, policy()) is State.INVALIDATED


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.one_of(st.binary(max_size=600), st.text(max_size=300).map(str.encode)))
def test_no_bytes_are_a_consent(paths: Paths, clock: TurnedClock, data: bytes) -> None:
    if not paths.signing_key.exists():
        agree(paths, clock)
    paths.grant.write_bytes(data)
    with pytest.raises(GrantError):
        read_grant(paths, clock)


def signed_again(paths: Paths, **changes: object) -> None:
    """Forge: change the grant and sign it with the key of the consent, as its user could."""
    key = Ed25519PrivateKey.from_private_bytes(paths.signing_key.read_bytes())
    tree = json.loads(paths.grant.read_bytes()) | changes
    tree.pop("signature")
    tree["signature"] = key.sign(canonical(tree)).hex()
    paths.grant.write_bytes(canonical(tree))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uid": os.geteuid() + 1}, "another person"),
        ({"machine": "0" * 64}, "another machine"),
        ({"policy_sha256": "0" * 64}, "contradicts itself"),
        ({"expires": 2**62}, "contradicts itself"),
        ({"kinds": []}, "damaged"),
        ({"kinds": ["pointer", "text"]}, "contradicts itself"),
        ({"version": 1}, "an earlier version of nodreel"),
        ({"kinds": ["pointer", "smell"]}, "damaged"),
    ],
)
def test_a_foreign_grant_is_refused_even_when_signed(
    paths: Paths, clock: TurnedClock, changes: dict[str, object], words: str
) -> None:
    agree(paths, clock)
    signed_again(paths, **changes)
    with pytest.raises(GrantError, match=words):
        read_grant(paths, clock)


def test_kinds_that_the_policy_does_not_offer_are_refused(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, policy(kinds=(Kind.POINTER,)))
    signed_again(paths, kinds=["pointer", "screen"])
    with pytest.raises(GrantError, match="contradicts itself"):
        read_grant(paths, clock)


def test_a_key_of_another_consent_is_refused(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    paths.signing_key.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    with pytest.raises(GrantError, match="not the one of the consent"):
        read_grant(paths, clock)


def test_a_grant_made_elsewhere_with_a_key_of_its_own_is_refused(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(paths, clock)
    monkeypatch.setattr(machine, "_MACHINE", (Path("/nowhere"),))
    with pytest.raises(GrantError, match="another machine"):
        read_grant(paths, clock)


@pytest.mark.parametrize("name", ["key", "salt", "mark"])
@pytest.mark.parametrize("damage", ["missing", "empty", "long", "open", "link"])
def test_all_that_belongs_to_a_consent_must_be_there(
    paths: Paths, clock: TurnedClock, name: str, damage: str
) -> None:
    agree(paths, clock)
    path = {"key": paths.signing_key, "salt": salt_path(paths), "mark": mark_path(paths)}[name]
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "long":
        path.write_bytes(path.read_bytes() + b"1" * 40)
    elif damage == "open":
        path.chmod(0o644)
    else:
        path.rename(path.with_name("moved"))
        path.symlink_to("moved")
    with pytest.raises(GrantError):
        read_grant(paths, clock)


def test_links_fifos_folders_and_open_files_are_no_consent(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock)
    moved = paths.grant.with_name("moved")
    paths.grant.rename(moved)
    paths.grant.symlink_to("moved")
    with pytest.raises(GrantError, match="link"):
        read_grant(paths, clock)
    paths.grant.unlink()
    os.mkfifo(paths.grant, 0o600)
    with pytest.raises(GrantError, match="regular"):
        read_grant(paths, clock)
    paths.grant.unlink()
    paths.grant.mkdir()
    with pytest.raises(GrantError):
        read_grant(paths, clock)
    paths.grant.rmdir()
    moved.rename(paths.grant)
    paths.grant.chmod(0o640)
    with pytest.raises(GrantError, match="open to other users"):
        read_grant(paths, clock)
    paths.grant.chmod(0o600)
    os.truncate(paths.grant, 1 << 30)
    with pytest.raises(GrantError, match="larger"):
        read_grant(paths, clock)


def test_deleting_the_file_ends_the_permission_at_once(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    paths.grant.unlink()
    with pytest.raises(NoConsentError):
        check_grant(grant, paths, clock)


def test_a_replaced_file_must_be_read_again(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    copied = paths.grant.read_bytes()
    paths.grant.unlink()
    paths.grant.write_bytes(copied)
    paths.grant.chmod(0o600)
    with pytest.raises(GrantError, match="not the one that was read"):
        check_grant(grant, paths, clock)


def test_it_ends_while_recording(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    clock.pass_time(180 * DAY - SECOND)
    check_grant(grant, paths, clock)
    clock.pass_time(SECOND)
    with pytest.raises(GrantError, match="ended on"):
        check_grant(grant, paths, clock)
    assert current_state(paths, clock, policy()) is State.EXPIRED


def test_setting_the_clock_back_prolongs_nothing(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    clock.pass_time(180 * DAY)
    with pytest.raises(GrantError, match="ended on"):
        check_grant(grant, paths, clock)
    clock.turn_wall(-100 * DAY)
    with pytest.raises(GrantError, match="ended on"):
        check_grant(grant, paths, clock)
    with pytest.raises(GrantError, match="ended on"):
        read_grant(paths, clock)
    assert current_state(paths, clock, policy()) is State.EXPIRED


@pytest.mark.parametrize("back", [DAY, 3650 * DAY])
def test_a_clock_set_back_while_recording_does_not_stop_time(
    paths: Paths, clock: TurnedClock, back: int
) -> None:
    grant = agree(paths, clock)
    clock.turn_wall(-back)
    clock.pass_time(180 * DAY)
    with pytest.raises(GrantError, match="ended on"):
        check_grant(grant, paths, clock)


def test_a_clock_that_jumped_ahead_ends_it_once_and_for_good(
    paths: Paths, clock: TurnedClock
) -> None:
    grant = agree(paths, clock)
    clock.turn_wall(DAY)
    check_grant(grant, paths, clock)
    clock.turn_wall(-DAY)
    check_grant(grant, paths, clock)
    clock.turn_wall(400 * DAY)
    with pytest.raises(GrantError, match="ended on"):
        check_grant(grant, paths, clock)
    clock.turn_wall(-400 * DAY)
    with pytest.raises(GrantError, match="ended on"):
        read_grant(paths, clock)
    # A new yes is counted from the day it is given, not from the clock's worst moment.
    assert agree(paths, clock).expires == clock.wall() + 180 * DAY
