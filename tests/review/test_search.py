from __future__ import annotations

import pytest

from nodreel.clock import WallNanos
from nodreel.events import Focus, Nanos, Note
from nodreel.review.search import Sought, moments

WIKI = Focus(Nanos(1), "browser", None, "wiki", "https://wiki.example.org/a")
EDITOR = Focus(Nanos(2), "editor", "wiki")


@pytest.mark.parametrize(
    ("app", "site", "found"),
    [
        ("", "", [WIKI, EDITOR]),
        ("BROW", "", [WIKI]),
        ("", "Example.ORG", [WIKI]),
        ("", "wiki", [WIKI]),
        ("editor", "wiki", []),
        ("x", "", []),
    ],
)
def test_apps_and_sites_are_found_by_part_of_their_names(
    app: str, site: str, found: list[Focus]
) -> None:
    items = [WIKI, Note(Nanos(1), "editor"), EDITOR]
    assert list(moments(items, Sought(app, site))) == found


@pytest.mark.parametrize(
    ("since", "until", "touches"),
    [(None, None, True), (149, None, True), (151, None, False), (None, 100, True),
     (None, 99, False), (120, 130, True), (200, 300, False)],
)  # fmt: skip
def test_an_episode_is_in_time_if_it_touches(
    since: int | None, until: int | None, touches: bool
) -> None:
    sought = Sought("", "", *(None if t is None else WallNanos(t) for t in (since, until)))
    assert sought.overlaps(WallNanos(100), 50) is touches
    assert sought.overlaps(None, 50)


def test_what_is_looked_for() -> None:
    assert Sought().anything
    assert not Sought(since=WallNanos(1)).anything
    assert Sought("x").inside
    assert not Sought(until=WallNanos(1)).inside
