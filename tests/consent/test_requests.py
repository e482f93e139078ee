from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.acknowledgement import acknowledge
from nodreel.consent.requests import (
    REQUESTS,
    answered,
    ask,
    ask_for,
    drop,
    is_ready,
    prepare,
    requests,
    unreadable,
)
from nodreel.consent.withdraw import refuse, withdraw
from nodreel.errors import EpisodeError
from tests.consent.yes import agree
from tests.policy.samples import UPLOAD, policy

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock


def test_who_agrees_to_sending_has_the_request_to_delete_it_signed_already(
    paths: Paths, clock: TurnedClock
) -> None:
    grant = agree(paths, clock, policy(upload=UPLOAD))
    assert is_ready(paths, grant.consent_id, grant.public_key)
    (found,) = requests(paths, "ready")
    assert found.tombstone.covers(grant.consent_id, grant.public_key.hex(), "7" * 26)
    assert found.upload == UPLOAD
    assert not is_ready(paths, grant.consent_id, bytes(32))
    assert not is_ready(paths, "7" * 26, grant.public_key)


def test_who_agrees_to_no_sending_has_none(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    assert requests(paths) == ()
    assert not (paths.data / REQUESTS).exists()


@pytest.mark.parametrize("stored", ["delete", "keep", "later"])
def test_withdrawing_asks_for_what_was_sent_whatever_happens_to_what_is_here(
    paths: Paths, clock: TurnedClock, stored: str
) -> None:
    agree(paths, clock, policy(upload=UPLOAD))
    withdraw(paths, clock, stored=stored, dispose=lambda _: None)  # type: ignore[arg-type]
    assert not paths.signing_key.exists()
    (found,) = requests(paths)
    assert found.state == "open"


def test_refusing_a_new_question_asks_for_nothing_until_it_is_withdrawn(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock, policy(upload=UPLOAD))
    refuse(paths, clock)
    assert [found.state for found in requests(paths)] == ["ready"]
    withdraw(paths, clock, stored="keep", dispose=lambda _: None)
    assert [found.state for found in requests(paths)] == ["open"]


def test_only_a_request_for_all_of_it_that_waits_is_one(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock, policy(upload=UPLOAD))
    upload = grant.policy.upload
    assert upload is not None
    ask(paths)
    prepare(paths, upload, grant, ["7" * 26])
    assert [r.state for r in requests(paths)] == ["begun", "open"]
    assert not is_ready(paths, grant.consent_id, grant.public_key)
    prepare(paths, upload, grant)
    assert is_ready(paths, grant.consent_id, grant.public_key)


def test_a_request_about_an_episode_waits_until_it_is_asked(
    paths: Paths, clock: TurnedClock
) -> None:
    grant = agree(paths, clock, policy(upload=UPLOAD))
    upload = grant.policy.upload
    assert upload is not None
    name = prepare(paths, upload, grant, ["7" * 26])
    other = prepare(paths, upload, grant, ["6" * 26])
    assert ask(paths) == 1, "a withdrawal asks for all of the consent"
    assert ask_for(paths, name)
    assert ask_for(paths, name), "it is asked already"
    assert not ask_for(paths, "ab" * 16 + ".tombstone")
    drop(paths, other)
    drop(paths, name)
    assert [r.name for r in requests(paths, "open") if r.tombstone.episodes] == [name]
    assert requests(paths, "begun") == ()


def test_asking_again_changes_nothing(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, policy(upload=UPLOAD))
    assert ask(paths) == 1
    assert ask(paths) == 0


def test_an_answer_of_the_right_key_closes_it(paths: Paths, clock: TurnedClock) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    keeper = Ed25519PrivateKey.generate()
    public = keeper.public_key().public_bytes_raw()
    grant = agree(
        paths, clock, policy(upload=UPLOAD.model_copy(update={"inbox_key": public.hex()}))
    )
    prepare(paths, grant.policy.upload, grant, ["7" * 26], asked=True)  # type: ignore[arg-type]
    (request,) = requests(paths, "open")
    with pytest.raises(EpisodeError):
        answered(request, b"yes, all gone")
    assert requests(paths, "open") == (request,)
    assert answered(request, acknowledge(request.name, 7, public, keeper.sign)) == 7
    assert [found.state for found in requests(paths)] == ["ready", "done"]


@pytest.mark.parametrize("text", ["", "{}", "[" * 9999, '{"v":1}'])
def test_a_damaged_request_is_passed_over(paths: Paths, clock: TurnedClock, text: str) -> None:
    grant = agree(paths, clock, policy(upload=UPLOAD))
    (found,) = requests(paths)
    found.path.write_text(text)
    assert requests(paths) == ()
    assert not is_ready(paths, grant.consent_id, grant.public_key), "so nothing is sent"
    assert unreadable(paths) == ()
    ask(paths)
    assert [path.stem for path in unreadable(paths)] == [found.path.stem]
