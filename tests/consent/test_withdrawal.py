from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.state import State
from nodreel.consent.withdrawal import exists, unfinished, unlink_grant
from nodreel.errors import StoreError
from tests.consent.yes import agree

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock


def test_the_name_tells_what_was_chosen_and_how_far_it_came(
    paths: Paths, clock: TurnedClock
) -> None:
    consent = agree(paths, clock).consent_id
    assert unfinished(paths) is None
    found = unlink_grant(paths, "keep", State.WITHDRAWN)
    assert found
    found.mark_logged()
    again = unfinished(paths)
    assert again
    assert (again.stored, again.end, again.logged) == ("keep", State.WITHDRAWN, True)
    assert again.consent_id == consent
    assert again.receipt_id == found.receipt_id
    again.close()
    assert unfinished(paths) is None


def test_a_second_choice_replaces_the_first(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    unlink_grant(paths, "later", State.WITHDRAWN)
    assert unlink_grant(paths, "delete", State.WITHDRAWN) is None
    found = unfinished(paths)
    assert found
    assert found.stored == "delete"


def test_a_step_that_fails_is_named_and_holds_up_nothing(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    found = unlink_grant(paths, "keep", State.REFUSED)
    assert found
    assert found.event == "refused"
    with found.later("the receipt"):
        raise StoreError("full")
    with pytest.raises(ZeroDivisionError), found.later("a mistake of ours"):
        _ = 1 / 0
    assert found.pending == ["the receipt: full"]


def test_a_broken_link_takes_a_name_too(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    link = paths.grant.with_name("link")
    assert not exists(link)
    link.symlink_to("nowhere")
    assert exists(link)
