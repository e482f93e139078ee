"""C11. One purpose."""

from __future__ import annotations

import dataclasses
import re
from typing import get_args

from nodreel import events
from nodreel.episode import chain
from nodreel.episode.ids import new_id
from tests.policy.samples import policy
from tests.promises.giving import give

PERSONAL = re.compile(
    r"wall|date|clock|hour|user|person|name|host|mail|login|idle|pause|break|speed|score|rate|"
    r"productiv|activity|attend|uid|machine",
    re.IGNORECASE,
)


def fields(kind: type) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [f.name for f in dataclasses.fields(kind)]
    return list(getattr(kind, "model_fields", {}))


def test_no_event_has_a_field_about_the_person_or_the_time_of_day() -> None:
    kinds = [*get_args(events.Event), events.Rect, events.Monitor, events.Tile]
    assert len(kinds) >= 9
    named = [f"{k.__name__}.{f}" for k in kinds for f in fields(k)]
    named.remove("Element.name")  # of a button or field, as the app calls it
    named.remove("Focus.address")  # of a page, shortened; nobody's street
    assert not [name for name in named if PERSONAL.search(name.partition(".")[2])]


def test_no_header_of_an_episode_has_one() -> None:
    kinds = get_args(chain.Header)
    assert len(kinds) >= 3
    assert not [f for k in kinds for f in fields(k) if PERSONAL.search(f)]


def test_each_yes_gets_a_new_random_number_and_a_new_key() -> None:
    _, first = give(policy())
    _, second = give(policy())
    assert first.consent_id != second.consent_id
    assert first.public_key != second.public_key
    assert len({new_id()[:4] for _ in range(50)}) > 45  # not counted up, not a time
