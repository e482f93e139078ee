from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.atspi import fields
from nodreel.events import MILLISECOND, Element
from nodreel.scene import Field, Verdict
from tests.bed.waiting import wait_for
from tests.desktop.accessibility_contract import AccessibilityContract, now
from tests.desktop.atspi.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


class TestGtk(AccessibilityContract):
    """With a GTK program."""


class TestQt(AccessibilityContract):
    """With a Qt program."""

    @pytest.fixture
    def form(self, on_bed: Bed, hands: Injector, windows: Windows) -> Iterator[Form]:
        made = Form(on_bed, hands, windows, "qt")
        yield made
        made.close()


def verdicts(form: Form) -> set[Verdict]:
    return {f.verdict for f in form.fed if isinstance(f, Field)}


def test_a_toolkit_without_accessibility_is_unknown(
    on_bed: Bed, hands: Injector, windows: Windows
) -> None:
    form = Form(on_bed, hands, windows, "tk")
    form.accessibility.attend(form.window(), now())
    wait_for(lambda: form.fed or None, "a verdict")
    form.accessibility.point(now(), 200, 150)
    form.close()
    assert verdicts(form) == {Verdict.UNKNOWN}
    assert not any(isinstance(e, Element) for e in form.fed)


def test_a_program_that_may_not_speak_is_unknown(
    on_bed: Bed, hands: Injector, windows: Windows
) -> None:
    form = Form(on_bed, hands, windows, "gtk", {"NO_AT_BRIDGE": "1"})
    form.focus("User name")
    form.accessibility.attend(form.window(), now())
    wait_for(lambda: form.fed or None, "a verdict")
    form.focus("Password")
    form.close()
    assert verdicts(form) == {Verdict.UNKNOWN}


def test_a_program_that_hangs_costs_a_verdict_and_nothing_else(form: Form) -> None:
    form.focus("User name")
    form.accessibility.attend(form.window(), now())
    wait_for(lambda: Verdict.CLEAR in verdicts(form) or None, "a verdict")
    known = len(form.fed)
    form.click("Hang")

    def unknown() -> bool:
        later = [f for f in form.fed[known:] if isinstance(f, Field)]
        return any(f.verdict is Verdict.UNKNOWN for f in later)

    wait_for(lambda: unknown() or None, "the hang to be noticed", 3)
    form.accessibility.point(now(), 200, 150)
    assert form.accessibility._thread.is_alive()
    known = len(form.fed)

    def clear() -> bool:
        form.accessibility.note(now())  # somebody is there; at rest nothing would be asked
        later = [f for f in form.fed[known:] if isinstance(f, Field)]
        return any(f.verdict is Verdict.CLEAR for f in later)

    wait_for(lambda: clear() or None, "the program to answer again", 6)


def test_nothing_is_left_after_closing(form: Form) -> None:
    form.focus("User name")
    form.accessibility.attend(form.window(), now())
    wait_for(lambda: Verdict.CLEAR in verdicts(form) or None, "a verdict")
    following = form.accessibility._following
    form.accessibility.close()
    assert not form.accessibility._thread.is_alive()
    assert following.fd == -1
    assert form.accessibility._writer == -1


def test_a_fault_inside_costs_a_verdict_and_nothing_else(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = form.accessibility._following
    real = following.read
    broken: list[int] = []

    def breaks() -> None:
        if not broken:
            broken.append(1)
            raise ZeroDivisionError
        real()

    monkeypatch.setattr(following, "read", breaks)
    form.focus("User name")
    form.accessibility.attend(form.window(), now())
    wait_for(lambda: Verdict.CLEAR in verdicts(form) or None, "a verdict")
    assert broken


def test_while_nothing_happens_it_sleeps_until_that_is_noted(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "AWAKE", fields.REGULARLY + 300 * MILLISECOND)
    form.focus("User name")
    form.accessibility.attend(form.window(), now())
    thread = form.accessibility
    for _ in range(3):
        wait_for(lambda: thread._dozing, "it to sleep")
        fed = len(form.fed)
        thread.note(now())
        wait_for(lambda fed=fed: len(form.fed) > fed, "it to look again")
