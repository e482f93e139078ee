from __future__ import annotations

from typing import Any

import pytest

from nodreel.events import Kind
from nodreel.policy import doubts
from tests.policy.samples import CHROMIUM, MOUSEPAD, WIKI, policy

USUAL = (Kind.POINTER, Kind.KEYS)
TEXT = (*USUAL, Kind.TEXT, Kind.ACCESSIBILITY)
POST = MOUSEPAD.model_copy(update={"id": "post", "exe": "/x/post", "category": "mail"})
QUIET = MOUSEPAD.model_copy(update={"keys": "shape"})
QUIET_SITE = WIKI.model_copy(update={"keys": "shape"})
BROWSER = CHROMIUM.model_copy(update={"keys": "shape"})


def site(**changes: Any) -> Any:
    return QUIET_SITE.model_copy(update=changes)


DOUBTS: dict[str, dict[str, Any]] = {
    "chromium: a browser without [[sites]]": {"sites": ()},
    "sites: no app is a browser": {"apps": (MOUSEPAD,)},
    'kinds: "text" needs "keys"': {"kinds": (Kind.TEXT, Kind.POINTER)},
    'kinds: "text" is asked for, but no': {
        "kinds": TEXT, "apps": (QUIET, BROWSER), "sites": (QUIET_SITE,),
    },
    'mousepad: keys = "full" means "shape"': {"kinds": USUAL},
    'wiki: keys = "full" has no effect': {"kinds": TEXT, "apps": (MOUSEPAD, BROWSER)},
    'post: never recorded while kinds has no "mail"': {"kinds": USUAL, "apps": (QUIET, POST)},
    'wiki: never recorded while kinds has no "chat"': {
        "kinds": USUAL, "sites": (site(category="chat"),),
    },
    'kinds: "chat" is asked for, but no app': {"kinds": (*USUAL, Kind.CHAT)},
    "wiki: mail.example.org sounds like mail": {"sites": (site(host="mail.example.org"),)},
    "wiki: *.chat.example.org sounds like chat": {"sites": (site(host="*.chat.example.org"),)},
    "wiki: http is not protected": {"sites": (site(scheme="http"),)},
    "kinds: text and elements of apps": {"kinds": (*USUAL, Kind.ELEMENTS)},
}  # fmt: skip


@pytest.mark.parametrize("words", DOUBTS)
def test_what_is_probably_not_meant_is_said(words: str) -> None:
    assert [x for x in doubts(policy(**DOUBTS[words])) if x.startswith(words)]


def test_a_policy_of_one_piece_raises_no_doubt() -> None:
    kinds = (*TEXT, Kind.MAIL, Kind.ELEMENTS)
    assert list(doubts(policy(kinds=kinds, apps=(MOUSEPAD, CHROMIUM, POST)))) == []
    assert list(doubts(policy(kinds=USUAL, apps=(QUIET, BROWSER), sites=(QUIET_SITE,)))) == []


def test_a_page_of_this_machine_needs_no_protection() -> None:
    local = site(scheme="http", host="localhost")
    assert not [x for x in doubts(policy(sites=(local,))) if "http" in x]
