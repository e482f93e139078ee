from __future__ import annotations

from nodreel.language import languages
from nodreel.language.speech import ENGLISH
from nodreel.page.changes import told_changes
from nodreel.paths import default_paths
from nodreel.policy import Difference, narrower_or_equal
from tests.policy.samples import MOUSEPAD, limits, policy


def test_what_is_new_and_what_grew_are_said_in_words() -> None:
    new = Difference("designated apps", "not there", "Slack (/usr/bin/slack)")
    more = Difference("days kept on this machine", "14", "30")
    assert told_changes([new, more], ENGLISH) == [
        "designated apps: new is Slack (/usr/bin/slack)",
        "days kept on this machine: 14 before, now 30",
    ]


def test_in_another_language_the_field_is_said_and_names_stay() -> None:
    say = languages(default_paths())["de"]
    old = policy(apps=(MOUSEPAD.model_copy(update={"keys": "shape"}),), sites=())
    new = policy(apps=(MOUSEPAD,), sites=(), limits=limits(device_days=30))
    told = told_changes(narrower_or_equal(new, old), say)
    assert "Mousepad: welche Tasten: bisher shape, jetzt full" in told
    assert "Tage auf diesem Rechner: bisher 14, jetzt 30" in told


def test_words_of_others_are_harmless() -> None:
    (line,) = told_changes([Difference("purpose", "x\x1b[2J", "y\u202ez\n")], ENGLISH)
    assert line == "purpose: x [2J before, now y z"
