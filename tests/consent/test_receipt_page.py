from __future__ import annotations

import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from nodreel.consent.receipt_page import inert_line, page
from nodreel.consent.record import load_receipt
from tests.consent.test_terms import HOSTILE
from tests.consent.yes import agree

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock

ATTACKS = (
    *HOSTILE,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</pre><h1>",
    "&",
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_says_what_was_decided_and_shown(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    html = page(load_receipt(paths, grant.receipt_id).record)
    for words in ("ConsentGiven", "presence: synthetic", "Mousepad", "Example e.V.", "To withdraw"):
        assert words in html
    assert "default-src 'none'" in html


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_words_are_only_words(paths: Paths, clock: TurnedClock, attack: str) -> None:
    record = load_receipt(paths, agree(paths, clock).receipt_id).record
    assert record.notice
    hostile = record.model_copy(
        update={
            "parties": (record.parties[0].model_copy(update={"name": attack}),),
            "purposes": (record.purposes[0].model_copy(update={"text": attack}),),
            "withdrawal_method": attack,
            "notice": record.notice.model_copy(update={"text": attack}),
        }
    )
    plain, found = Tags(), Tags()
    plain.feed(page(record))
    found.feed(page(hostile))
    assert found.tags == plain.tags
    assert found.attributes == plain.attributes == {
        "lang", "charset", "http-equiv", "content",
    }  # fmt: skip
    shown = "".join(found.text)
    assert all(c == "\n" or unicodedata.category(c)[0] != "C" for c in shown)


def test_indentation_stays() -> None:
    assert inert_line("    - a\tb") == "    - a b"
