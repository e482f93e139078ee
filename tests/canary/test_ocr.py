"""What was read off a picture is compared generously: letters are mistaken for each other."""

from __future__ import annotations

import pytest

from tests.canary.corpus import Corpus, Form
from tests.canary.ocr import plain, read_in

CORPUS = Corpus(4)
WORDS = CORPUS.strings("a", 50)
CARDS = CORPUS.strings("a", 5, Form.CARD)


def test_what_can_be_read_is_found() -> None:
    text = f"Total 17.50\n{WORDS[3].text} and more\n{CARDS[1].text}"
    assert read_in(text, [*WORDS, *CARDS]) == {WORDS[3].text, CARDS[1].text}


@pytest.mark.parametrize(("right", "wrong"), ["8b", "Jj", "J]", "9g", "9q", "7z", "7?"])
def test_what_is_nearly_read_is_found(right: str, wrong: str) -> None:
    word = next(w for w in WORDS if right.lower() in w.text.lower())
    text = word.text.lower().replace(right.lower(), wrong)
    assert read_in(text, WORDS) == {word.text}


def test_spaces_do_not_hide_it() -> None:
    assert read_in(" ".join(WORDS[0].text), WORDS) == {WORDS[0].text}


def test_a_part_is_enough_and_a_small_one_is_not() -> None:
    assert read_in(WORDS[0].text[1:9], WORDS) == {WORDS[0].text}
    assert read_in(WORDS[0].text[1:8], WORDS) == set()


def test_ordinary_text_is_not_found() -> None:
    assert plain("To be or not") == "708e0rn07"
    text = "Payment reminder 2026-11-25 10:30 No. 123456789, line 7 of a long text about nothing. "
    assert read_in(text * 20, [*WORDS, *CARDS]) == set()
