from __future__ import annotations

from typing import Any

import pytest

from nodreel.consent.places import app_line, places, programs, site_line
from nodreel.events import Kind
from tests.policy.samples import CHROMIUM, MOUSEPAD, WIKI, policy

WITHOUT_TEXT = policy(kinds=(Kind.KEYS, Kind.POINTER))


@pytest.mark.parametrize(
    ("tier", "words"),
    [
        ("shortcuts", "of keys only shortcuts, moving and deleting"),
        ("shape", ": that you type, not what"),
        ("full", "also which letters you type, if you say yes to text"),
    ],
)
def test_each_place_says_how_much_of_the_keys(tier: str, words: str) -> None:
    app, site = (x.model_copy(update={"keys": tier}) for x in (MOUSEPAD, WIKI))
    assert words in app_line(app, policy())
    assert words in site_line(site, policy())


def test_full_without_text_is_no_text() -> None:
    for line in (app_line(MOUSEPAD, WITHOUT_TEXT), site_line(WIKI, WITHOUT_TEXT)):
        assert "that you type, not what" in line


def test_a_browser_is_said_to_show_designated_sites_only() -> None:
    assert app_line(CHROMIUM, policy()).startswith('"Chromium": only the websites on this list; ')


def test_a_path_cannot_pass_for_words_of_ours() -> None:
    odd = MOUSEPAD.model_copy(update={"exe": '/x/a" (nothing)\nYou agree.'})
    (line,) = programs(policy(apps=(odd,), sites=()))
    assert line == """\"Mousepad\" is the program "/x/a' (nothing) You agree."."""


@pytest.mark.parametrize("sort", [Kind.MAIL, Kind.CHAT])
def test_bystanders_are_named(sort: Kind) -> None:
    for line, part in ((app_line, MOUSEPAD), (site_line, WIKI)):
        some = part.model_copy(update={"category": sort.value})
        assert f"only if you say yes to {sort}; others write there" in line(some, policy())  # type: ignore[operator]
        assert f"not recorded: this policy does not ask for {sort}" in line(some, WITHOUT_TEXT)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, '"Team wiki", at "https://wiki.example.org/": '),
        ({"path": "/team"}, '"https://wiki.example.org/team": and what lies below; '),
        ({"host": "*.example.org"}, ": that is example.org and every host below it; "),
        ({"masked": (".a", '[x="y"]')}, """parts left out: ".a", "[x='y']\""""),
    ],
)
def test_a_site_says_where_it_is_and_what_of_it_is_left_out(
    changes: dict[str, Any], words: str
) -> None:
    assert words in site_line(WIKI.model_copy(update=changes), policy())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sites": ()}, "nothing in a web browser is recorded"),
        ({"apps": (MOUSEPAD,)}, "none of these websites is recorded"),
    ],
)
def test_it_is_said_what_browsers_mean(changes: dict[str, Any], words: str) -> None:
    assert words in list(places(policy(**changes)))[-1]


def test_each_program_is_named_by_its_file() -> None:
    said = list(programs(policy()))
    assert next(places(policy(apps=(MOUSEPAD,)))).startswith('"Mousepad": also which letters')
    assert f'"Mousepad" is the program "{MOUSEPAD.exe}".' in said
    assert "never a private window" in said[-2]
    assert "only the page" in said[-1]


def test_with_browser_and_sites_each_is_said_and_no_more() -> None:
    there = policy(apps=(MOUSEPAD, CHROMIUM), sites=(WIKI,))
    assert len(list(places(there))) == 3


def test_without_browsers_and_sites_nothing_is_said_of_them() -> None:
    assert not [x for x in places(policy(apps=(MOUSEPAD,), sites=())) if "brows" in x]
