from __future__ import annotations

import pytest

from nodreel.policy.words import Refused, plain, refuse_twins


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[2J", "a\u202eb", "a\u200bb", "\ud800"])
def test_what_cannot_be_seen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="invisible"):
        plain(text)


@pytest.mark.parametrize("text", [" a", "a "])
def test_spaces_at_the_ends_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="begin or end"):
        plain(text)


def test_plain_words_stay_as_they_are() -> None:
    assert plain("Größe 3 b") == "Größe 3 b"


def test_twins_are_named() -> None:
    refuse_twins("id", ["a", "b"])
    with pytest.raises(ValueError, match="id b is there twice"):
        refuse_twins("id", ["a", "b", "b"])


def test_a_refusal_says_what_to_do() -> None:
    error = Refused("is wrong", "Do this.")
    assert (str(error), error.advice) == ("is wrong", "Do this.")
