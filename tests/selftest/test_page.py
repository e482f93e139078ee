"""The page says what was found, loads nothing, and nothing in it runs."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from nodreel.selftest.page import page
from nodreel.selftest.result import Result
from nodreel.selftest.search import Hit, Looked

COVERS = ["result"]

GOOD = Result(
    day="2026-11-25",
    version="0.1.0",
    system="Python 3.11",
    policy_sha256="ab" * 32,
    kinds=("keys", "screen"),
    planted=("an ordinary box", "a password box"),
    left_out=("a word in a box you typed into by hand",),
    colours=3,
    places=("What the test recorded",),
    looked=Looked(files=12, bytes=34567, records=8, pictures=3, pixels=9, unread=0),
    control=True,
    inside=0,
    dropped={"not designated": 31},
    typed_counts=False,
    hits=(),
)
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=y>"


class Reader(HTMLParser):
    """Collects tags, attributes and text; knows which tags want an end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += f"{data} "


@pytest.mark.parametrize(
    ("result", "outcome", "says"),
    [
        (GOOD, "nothing found", "Nothing that was planted was found."),
        (replace(GOOD, hits=(Hit("a password box", "keys"),)), "found", "was stored"),
        (replace(GOOD, inside=2), "found", "2 inputs while the test's window had the keyboard"),
        (replace(GOOD, control=False), "proves nothing", "This test proves nothing."),
        (replace(GOOD, planted=()), "proves nothing", "Nothing was planted"),
        (replace(GOOD, control=False, inside=1), "found", "was stored"),
    ],
)
def test_what_it_comes_to(result: Result, outcome: str, says: str) -> None:
    assert result.outcome == outcome
    text = Reader(page(result)).text
    assert says in text
    assert ("Nothing that was planted was found." in text) is (outcome == "nothing found")
    assert json.loads(json.dumps(result.plain()))["result"] == outcome


def test_it_says_what_was_planted_where_it_was_searched_and_what_it_does_not_show() -> None:
    text = Reader(page(GOOD)).text
    for words in (
        "2026-11-25", "0.1.0", "A word in a password box", "3 patches of colour", "Left out:",
        "What the test recorded", "34\u202f567", "not designated", "31", "ab" * 32,
        "comes from no keyboard", "keys, screen",
    ):  # fmt: skip
        assert words in text, words
    assert "comes from no keyboard" not in Reader(page(replace(GOOD, typed_counts=True))).text


def test_nothing_is_loaded_and_nothing_runs() -> None:
    told = replace(GOOD, hits=(Hit(EVIL, EVIL),), places=(EVIL,), kinds=(EVIL,), version=EVIL,
                   dropped={EVIL: 1}, left_out=(EVIL,))  # fmt: skip
    found = Reader(page(told))
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(found.tags)
    assert not any(name.startswith("on") or name in {"src", "href"}
                   for _, name, _ in found.attributes)  # fmt: skip
    assert "http" not in page(GOOD).replace("http-equiv", "")
    assert "url(" not in page(GOOD)
    assert found.text.count("<script>alert(1)</script>") == 7
    assert found.open == []


def test_it_can_be_read_aloud() -> None:
    found = Reader(page(replace(GOOD, inside=1)))
    assert ("html", "lang", "en") in found.attributes
    assert found.tags.count("h1") == 1
    assert "title" in found.tags
    assert found.tags.count("th") == sum(name == "scope" for _, name, _ in found.attributes)
