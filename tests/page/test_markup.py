"""Whatever is shown stays text: tags, quotes, bidi and control characters do nothing."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from nodreel.page.markup import calm, document, el, group

EVIL = "<script>alert(1)</script>\u202e\x00\x07\u200b\" onload='x'"


def test_text_is_escaped_and_elements_are_not() -> None:
    told = document("t", "en", "ltr", el("p", EVIL, el("b", "<i>")))
    assert b"<script" not in told
    assert b"<b>&lt;i&gt;</b>" in told
    assert "\u202e".encode() not in told
    assert b"\x00" not in told


def test_attributes_cannot_be_left() -> None:
    told = el("input", type="text", value=EVIL, checked=True, hidden=False, title=None)
    assert told.count('"') == 4
    assert told.endswith(" checked>")
    assert "title" not in told


def test_names_of_attributes() -> None:
    assert 'class="a" for="b" aria-label="c"' in el("label", class_="a", for_="b", aria_label="c")


def test_a_group_adds_nothing_around() -> None:
    assert el("p", group(["a", el("b", "c"), None, 3])).endswith("<p>a<b>c</b>3</p>")


@given(st.text(max_size=200))
def test_no_text_is_markup(text: str) -> None:
    told = el("p", text, title=text)
    assert re.fullmatch(r'\x00<p title="[^"<>]*">[^<>]*</p>', told)
    assert calm(text) in html.unescape(told)


def test_a_space_beside_an_element_stays() -> None:
    assert el("p", "type: ", el("b", "x"), " now").endswith("type: <b>x</b> now</p>")


@given(st.text(max_size=200))
def test_calm_text_is_one_visible_line(text: str) -> None:
    assert calm(text).isprintable()
    assert calm(calm(text)) == calm(text)
