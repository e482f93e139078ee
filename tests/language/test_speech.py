from __future__ import annotations

from nodreel.language import ENGLISH, Speech, message

GERMAN = Speech("de", "Deutsch", words={"Hold {days} days": "{days} Tage halten", "Yes": "Ja"})


def test_english_says_what_stands_there() -> None:
    assert ENGLISH("Hold {days} days", days=3) == "Hold 3 days"
    assert message("Yes") == "Yes"


def test_another_language_says_it_in_its_own_order() -> None:
    assert GERMAN("Hold {days} days", days=3) == "3 Tage halten"


def test_what_a_language_does_not_have_is_english() -> None:
    assert GERMAN("No {x}", x="y") == "No y"


def test_braces_of_strangers_are_no_values() -> None:
    assert GERMAN("{days.__class__}") == "{days.__class__}"
    assert GERMAN("Hold {days} days", days="{x}") == "{x} Tage halten"


def test_from_right_to_left_what_is_put_in_keeps_its_direction() -> None:
    arabic = Speech("ar", "x", "rtl", words={"Hold {days} days": "س {days}"})
    assert arabic("Hold {days} days", days="/usr/bin/x") == "س \u2068/usr/bin/x\u2069"
